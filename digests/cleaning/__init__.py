"""From a page, a feed item or flattened text to an Article."""

from digests.cleaning.clean import clean
from digests.cleaning.urls import canonical_url, link_url, same_site, untracked

__all__ = ["canonical_url", "clean", "link_url", "same_site", "untracked"]
