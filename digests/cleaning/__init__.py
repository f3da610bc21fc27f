"""From a page, a feed item or flattened text to an Article."""

from digests.cleaning.clean import clean
from digests.cleaning.urls import canonical_url, registrable_domain, same_site

__all__ = ["canonical_url", "clean", "registrable_domain", "same_site"]
