"""One form for the many addresses of one page."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from tld import get_tld

__all__ = ["canonical_url", "registrable_domain", "same_site"]

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
    """The address without host prefixes, fragments, AMP forms and tracking parameters; None when it is no web address."""
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
    return urlunsplit(("https" if parts.scheme == "http" else parts.scheme, host, path, query, ""))


def registrable_domain(url_or_host: str | None) -> str:
    """`news.example.co.uk` -> `example.co.uk` by the Public Suffix List; the host itself when it has no known suffix."""
    if not url_or_host:
        return ""
    text = url_or_host if "://" in url_or_host else f"https://{url_or_host}"
    try:
        found = get_tld(text, fail_silently=True, as_object=True)
        host = urlsplit(text).hostname or ""
    except ValueError:
        return ""
    return str(found.fld) if found is not None and not isinstance(found, str) else host


def same_site(one: str | None, other: str | None) -> bool:
    """Whether both addresses belong to one registrable domain."""
    return bool(one) and bool(other) and registrable_domain(one) == registrable_domain(other)


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
