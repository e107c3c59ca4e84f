"""What keeps content from being loaded, in words."""


class ContentError(Exception):
    """A file of content that cannot be loaded; each message names the place and what to correct."""

    @property
    def messages(self) -> list[str]:
        return [str(message) for message in self.args]

    def __str__(self) -> str:
        return " ".join(self.messages)
