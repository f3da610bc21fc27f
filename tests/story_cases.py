"""Articles and facts for the tests of stories, given by hand where the reading of texts is not the subject."""

from datetime import UTC, date, datetime, timedelta

from digests.model import (
    Article,
    Claim,
    ClaimStatus,
    Count,
    DateOrigin,
    EventDate,
    Facts,
    Kind,
    KindOfEvent,
    Place,
    Published,
    Sentence,
    Zone,
    article_id,
)

START = datetime(2026, 4, 6, 9, 0, tzinfo=UTC)
SENTENCE = Sentence("At least some people were killed.", Zone.BODY, 0, 33)
TITLE = Sentence("Toll now lower", Zone.TITLE, 0, 14)

BOMBING = (
    "QUETTA: A bomb hidden in a handcart exploded in the vegetable market of Hazar Ganji on Monday morning, police said. "
    "Traders were unloading onions when it went off and threw stalls and crates across the road. Rescue workers carried "
    "the wounded to the civil hospital, where an emergency was declared. A bomb disposal official said that the device "
    "had weighed six kilograms and was set off by a timer. Shopkeepers closed the market and blocked the road to the city."
)
RETOLD = (
    "At least nine people died when explosives planted in a handcart went off between the stalls of onion traders at the "
    "Hazar Ganji vegetable market in Quetta, doctors said. The chief minister ordered an inquiry into the bomb attack."
)
CRICKET = (
    "The visitors won the second match of the series by forty runs after their captain had scored a hundred on a slow "
    "pitch. The spinners took seven wickets between them in the evening, and the home side never came near the target. "
    "The third and last match will be played on Sunday in the same stadium, with the series now level at one win each."
)


def article(
    number: int,
    title: str = "Bomb explodes in Quetta vegetable market",
    body: str = BOMBING,
    *,
    minutes: float = 0,
    source: str | None = None,
    language: str = "en",
    dated: bool = True,
    credit: str = "",
) -> Article:
    """One article of a source of its own, some minutes after the start."""
    at = START + timedelta(minutes=minutes)
    source = f"paper{number}.example.org" if source is None else source
    url = f"https://{source}/{number}"
    return Article(
        id=article_id(url, title, body),
        title=title,
        body=body,
        lead_end=body.find(".") + 1,
        seen=at,
        url=url,
        published=Published(at, DateOrigin.GIVEN) if dated else None,
        source=source,
        publisher=source,
        language=language,
        credit=credit,
    )


def count(value: int, *, approximate: bool = False, sentence: Sentence = SENTENCE) -> Count:
    return Count(value, value, approximate, sentence)


def facts(
    killed: int | None = None,
    injured: int | None = None,
    *,
    kind: Kind | None = Kind.IED,
    places: tuple[str, ...] = ("Quetta",),
    day: date | None = None,
    claim: str = "",
    attackers_only: bool = False,
    country: str = "PK",
) -> Facts:
    """What an article says, every fact in the same sentence."""
    return Facts(
        killed=None if killed is None else count(killed),
        injured=None if injured is None else count(injured),
        attackers_only=attackers_only,
        kind=KindOfEvent(kind, SENTENCE) if kind else None,
        places=tuple(Place(name, country, SENTENCE) for name in places),
        event_date=EventDate(day, SENTENCE) if day else None,
        claim=Claim(claim, ClaimStatus.CLAIMED, SENTENCE) if claim else None,
    )
