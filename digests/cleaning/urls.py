"""One form for the many addresses of one page."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from digests.publishers import registrable_domain

__all__ = ["canonical_url", "link_url", "same_site", "untracked"]

MAX_LENGTH = 2048
# Parameters that say where a reader came from or how the page is shown, never which page it is. Unknown ones stay:
# `?p=` and `?id=` are identity on many sites.
TRACKING = re.compile(
    r"^(?:utm_\w*|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_ga|at_\w+|cmpid|ns_\w+|ref|ref_src|referrer|"
    r"source_ref|ito|output|outputtype|share|amp|ocid|xtor|spm|cid_source|guccounter|guce_\w+)$",
    re.IGNORECASE,
)
SIDE_HOSTS = ("www.", "m.", "amp.", "mobile.")
AMP_PATH = re.compile(r"/amp(?=/|$)|\.amp(?=$|\.html?$)", re.IGNORECASE)


def canonical_url(url: str | None, *, base: str | None = None) -> str | None:
    """By which the many addresses of one page are known to be one: no host prefixes, fragments, AMP forms or tracking.

    It is a key, not a link: a page need not answer there. None when it is no web address.
    """
    if not url:
        return None
    parts = _split(url, base)
    if parts is None:
        return None
    host = _host(parts)
    if host is None:
        return None
    path = AMP_PATH.sub("", parts.path) or "/"
    if len(path) > 1:
        path = path.rstrip("/")
    query = "&".join(pair for pair in parts.query.split("&") if pair and not TRACKING.match(pair.split("=", 1)[0]))
    # A port of its own belongs to one scheme: behind http://host:8080 nobody answers https.
    is_upgradable = parts.port in (None, 80)
    return urlunsplit(("https" if is_upgradable else parts.scheme, host, path, query, ""))


def link_url(url: str | None, *, base: str | None = None) -> str | None:
    """The address as somebody wrote it, made absolute: what a reader taps. None when it is no web address."""
    if not url:
        return None
    parts = _split(url, base)
    return None if parts is None or _host(parts) is None else urlunsplit(parts)


def untracked(url: str) -> str:
    """The address without parameters that only say where a reader came from; it opens the same page."""
    head, mark, rest = url.partition("?")
    if not mark:
        return url
    query, hash_mark, fragment = rest.partition("#")
    kept = "&".join(pair for pair in query.split("&") if pair and not TRACKING.match(pair.split("=", 1)[0]))
    return head + (f"?{kept}" if kept else "") + (f"#{fragment}" if hash_mark else "")


def same_site(one: str | None, other: str | None) -> bool:
    """Whether both addresses belong to one registrable domain."""
    return bool(one and other) and registrable_domain(one or "") == registrable_domain(other or "")


def _split(url: str, base: str | None) -> SplitResult | None:
    if len(url) > MAX_LENGTH:
        return None
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def _host(parts: SplitResult) -> str | None:
    host = (parts.hostname or "").lower().rstrip(".")
    for prefix in SIDE_HOSTS:
        if host.startswith(prefix) and host.count(".") > 1:
            host = host[len(prefix) :]
            break
    port = parts.port
    default = {"http": 80, "https": 443}[parts.scheme]
    if ":" in host:
        host = f"[{host}]"
    return host if port in (None, default) else f"{host}:{port}"
