"""Who published an article: the catalogue's Source by address or by name, else the registrable domain."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tld import get_tld

from digests.model import SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from digests.model import Article, Source

__all__ = ["Catalogue", "attributed", "registrable_domain"]

HOST = re.compile(r"(?=.{4,253}$)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
LONGEST_HINT = 80
"""Characters. A name of a source is shorter; what is longer is cut."""


class Catalogue:
    """All Sources of the configuration, found by address, id or name.

    A Source's domain may carry the beginning of a path (`bbc.com/urdu`), so that the services of one house that share a
    host are different Sources of one owner. The longest domain that fits wins.
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources: Sequence[Source] = tuple(sources)
        self.ids: Mapping[str, Source] = {source.id: source for source in self.sources}
        self.names = {folded(source.name): source for source in self.sources}
        self.domains: dict[str, list[tuple[str, Source]]] = {}
        for source in self.sources:
            for domain in source.domains:
                host, _, path = domain.casefold().removeprefix("www.").partition("/")
                self.domains.setdefault(host, []).append((f"/{path.strip('/')}" if path else "", source))
        for entries in self.domains.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def by_id(self, source_id: str) -> Source | None:
        """The Source with this id."""
        return self.ids.get(source_id)

    def at(self, url: str) -> Source | None:
        """The Source that publishes at this address (or host), or None."""
        host, path = host_and_path(url)
        labels = host.split(".")
        for start in range(len(labels)):
            for prefix, source in self.domains.get(".".join(labels[start:]), ()):
                if not prefix or path == prefix or path.startswith(f"{prefix}/"):
                    return source
        return None

    def named(self, hint: str) -> Source | None:
        """The Source that a sender means by its id, its name or its host."""
        return self.ids.get(hint.strip()) or self.names.get(folded(hint)) or (self.at(hint) if is_host(hint) else None)

    def of(self, url: str | None, hint: str | None) -> tuple[str, str]:
        """The Source's id and its owner, or twice the registrable domain, or ('', '') when nothing tells.

        `hint` is what whoever handed the article in says of its source: an id, a name or a host. The address decides
        between two known Sources of different owners, so that an aggregator's feed does not become the publisher of what
        it links to. An unknown hint comes before an unknown address: it was said on purpose.
        """
        hint = " ".join((hint or "").split())[:LONGEST_HINT]
        here = self.at(url) if url else None
        said = self.named(hint) if hint else None
        if here and said and here.owner == said.owner:
            return said.id, said.owner
        domain = registrable_domain(url) if url else ""
        if said and not here and domain and said.kind is SourceKind.AGGREGATOR:
            return domain, domain
        known = here or said
        if known:
            return known.id, known.owner
        if is_host(hint):
            domain = registrable_domain(hint)
            return domain, domain
        return (hint, domain if is_host(domain) else hint) if hint else (domain, domain)


def attributed(article: Article, hint: str | None, catalogue: Catalogue) -> Article:
    """The article with its Source and publisher, by its address or by what its sender said."""
    source, publisher = catalogue.of(article.url, hint)
    return replace(article, source=source, publisher=publisher)


def registrable_domain(url: str) -> str:
    """The part of an address's host that somebody registered (`bbc.co.uk`), by the Public Suffix List; '' without a host.

    A host outside the list (an address of numbers, an intranet name) stands for itself. Works offline.
    """
    host, _ = host_and_path(url)
    if not HOST.fullmatch(host):
        return host
    found = get_tld(f"https://{host}/", as_object=True, fail_silently=True)
    return getattr(found, "fld", "") or host


def host_and_path(url: str) -> tuple[str, str]:
    """Host in small letters without `www.`, and path; a bare host with a dot is read as an address. Never raises."""
    if "//" not in url and "." not in url.split("/", 1)[0]:
        return "", ""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return "", ""
    return host, parts.path.casefold().rstrip("/")


def is_host(text: str) -> bool:
    """Whether a hint looks like a host name or an address, not like a name with a dot in it."""
    return " " not in text.strip() and HOST.fullmatch(host_and_path(text)[0]) is not None


def folded(name: str) -> str:
    """A name for comparison: case, blanks and the article before it do not count."""
    return " ".join(name.casefold().split()).removeprefix("the ")
