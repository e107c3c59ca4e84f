"""Every address of the portal, from the resolver, with the objects it would lead to filled in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver


@dataclass(frozen=True)
class Address:
    """One route; `name` is namespaced, as `reverse` wants it."""

    route: str
    name: str
    module: str

    def filled(self, values: Mapping[str, str]) -> str:
        """The path, with a value for each parameter by its name, or by `kind:name`; any other is 1."""

        def value(match: re.Match[str]) -> str:
            kind = match.groupdict().get("kind") or ""
            return values.get(kind + match["name"], values.get(match["name"], "1"))

        path = re.sub(r"\(\?P<(?P<name>\w+)>[^)]*\)", value, self.route)
        path = re.sub(r"<(?P<kind>\w+:)?(?P<name>\w+)>", value, path)
        path = re.sub(r"\((?:\?:)?[^?][^)]*\)+[*+]?\)?", "1", path)
        return "/" + re.sub(r"[\^$\\]|\.\*", "", path)


def every_address() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(under: list[URLPattern | URLResolver], before: str, space: str) -> Iterator[Address]:
    for one in under:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walk(one.url_patterns, route, inner)
        else:
            view = getattr(one.callback, "view_class", one.callback)
            yield Address(route, f"{space}{one.name}" if one.name else "", view.__module__)
