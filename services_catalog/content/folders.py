"""One folder of content: its JSON files, read once, and whether they changed since they were loaded."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from services_catalog.content.media import Media, MediaFile
from services_catalog.content.refusal import ContentError
from services_catalog.models import LoadedContent


class Folder(Media):
    """A folder such as `content/<body>`: `portal.json`, `organisation.json`, `services/*.json`, `files/*`, and a
    file for each section that is registered (`registries.json`, `calendars.json`)."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.name = path.name

    def read(self, name: str) -> dict[str, Any] | None:
        """The file's JSON object; None when there is no such file."""
        path = self.path / name
        if not path.exists():
            return None
        try:
            found = json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise ContentError(f"{path}: {error}") from error
        if not isinstance(found, dict):
            raise ContentError(f"{path}: write one JSON object")
        return found

    def services(self) -> list[str]:
        return sorted(f"services/{path.name}" for path in (self.path / "services").glob("*.json"))

    def media(self, name: str) -> MediaFile:
        """A file that travels with the content."""
        path = self.path / "files" / name
        if not path.is_file():
            raise ContentError(f"{self.path}: there is no file files/{name}")
        return MediaFile(name, f"{self.name}/{name}", path.read_bytes())

    def when_changed(self, name: str, load: "Loader", *, again: bool = False) -> bool:
        """Load a file if it is new or differs from what was loaded last: what editors changed since stays."""
        content = self.read(name)
        if content is None:
            return False
        key = f"{self.name}/{name}"
        digest = self._digest(name)
        if not again and LoadedContent.objects.filter(key=key, digest=digest).exists():
            return False
        load(content, self)
        LoadedContent.objects.update_or_create(key=key, defaults={"digest": digest})
        return True

    def _digest(self, name: str) -> str:
        digest = sha256((self.path / name).read_bytes())
        for path in sorted((self.path / "files").glob("*")):
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()


Loader = Callable[[dict[str, Any], Folder], None]
