"""Who published an article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from digests.model import Source, SourceKind
from digests.publishers import Catalogue, registrable_domain


def source(
    source_id: str, owner: str, *domains: str, kind: SourceKind = SourceKind.INDEPENDENT, name: str = ""
) -> Source:
    return Source(source_id, name or source_id.title(), owner, "PK", "en", kind, domains)


CATALOGUE = Catalogue(
    [
        source("valley", "Valley House", "valley.example.org", "valley.example.net"),
        source("valley-urdu", "Valley House", "valley.example.org/urdu"),
        source("courier", "Courier Trust", "courier.example.com", name="The Frontier Courier"),
        source("digest", "Digest", "digest.example.net", kind=SourceKind.AGGREGATOR),
    ]
)


@pytest.mark.parametrize(
    ("url", "hint", "expected"),
    [
        ("https://www.valley.example.org/news/1", None, ("valley", "Valley House")),
        ("https://m.valley.example.org/news/1", None, ("valley", "Valley House")),
        ("https://valley.example.org/urdu/story-1", None, ("valley-urdu", "Valley House")),
        ("https://valley.example.org/urdu", None, ("valley-urdu", "Valley House")),
        ("https://valley.example.org/urdustan", None, ("valley", "Valley House")),
        ("https://notvalley.example.org/", None, ("example.org", "example.org")),
        ("HTTPS://VALLEY.EXAMPLE.ORG/x", None, ("valley", "Valley House")),
        (None, "courier", ("courier", "Courier Trust")),
        (None, "frontier  courier", ("courier", "Courier Trust")),
        (None, "www.courier.example.com", ("courier", "Courier Trust")),
        (None, "https://courier.example.com/feed", ("courier", "Courier Trust")),
        (None, "Some Paper", ("Some Paper", "Some Paper")),
        (None, "desk.paper.com.pk", ("paper.com.pk", "paper.com.pk")),
        (None, None, ("", "")),
        ("https://news.paper.com.pk/1", None, ("paper.com.pk", "paper.com.pk")),
        ("http://127.0.0.1:8080/1", "Some Paper", ("Some Paper", "Some Paper")),
        ("https://news.paper.com.pk/1", "Some Paper", ("Some Paper", "paper.com.pk")),
    ],
)
def test_an_article_gets_its_source_and_owner(url, hint, expected):
    assert CATALOGUE.of(url, hint) == expected


def test_the_feed_decides_between_services_of_one_owner():
    assert CATALOGUE.of("https://valley.example.net/a", "valley-urdu") == ("valley-urdu", "Valley House")


def test_the_address_decides_between_two_owners():
    assert CATALOGUE.of("https://valley.example.org/a", "courier") == ("valley", "Valley House")


def test_an_aggregator_is_not_the_publisher_of_what_it_links_to():
    assert CATALOGUE.of("https://paper.com.pk/a", "digest") == ("paper.com.pk", "paper.com.pk")
    assert CATALOGUE.of("https://digest.example.net/a", "digest") == ("digest", "Digest")


def test_the_feed_is_believed_when_the_address_is_unknown():
    assert CATALOGUE.of("https://cdn.paper.com.pk/a", "courier") == ("courier", "Courier Trust")


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://a.b.paper.co.uk/x", "paper.co.uk"),
        ("paper.com.pk", "paper.com.pk"),
        ("https://someone.blogspot.com/x", "someone.blogspot.com"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
        ("http://intranet/x", "intranet"),
        ("http://[broken", ""),
        ("mailto:someone@example.org", "example.org"),
        ("urn:isbn:1", ""),
        ("", ""),
        ("https://www.paper.com./", "paper.com"),
    ],
)
def test_the_registrable_domain_is_read_offline(url, domain):
    assert registrable_domain(url) == domain


@hypothesis_settings(max_examples=200, deadline=None)
@given(st.none() | st.text(max_size=60), st.none() | st.text(max_size=60))
def test_wild_addresses_and_hints_never_raise(url, hint):
    assert all(isinstance(part, str) for part in CATALOGUE.of(url, hint))


@hypothesis_settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_wild_hosts_never_raise(text):
    assert isinstance(registrable_domain(f"https://{text}/a"), str)
