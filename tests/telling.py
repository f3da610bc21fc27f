"""Stories, matches and articles made by hand, for tests of what is told."""

from datetime import UTC, datetime, timedelta

from digests.compose import Candidate, Evidence
from digests.model import (
    Article,
    ArticleId,
    Change,
    Count,
    Facts,
    Grade,
    Match,
    Member,
    Revision,
    Sentence,
    Severity,
    Story,
    StoryId,
    Zone,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BODY = "Four policemen were killed on the Bannu road, officials said. The TTP claimed the attack. A search went on."


def article(name="a1", *, title="Checkpost attacked near Bannu", body=BODY, source="valley-post", language="en"):
    return Article(
        ArticleId(name), title, body, len(body), NOW, url=f"https://{source}.example.org/{name}", source=source,
        publisher=source, language=language,
    )  # fmt: skip


def match(words="TTP", *, body=BODY, keyword="TTP", zone=Zone.BODY, score=100.0):
    start = body.index(words)
    return Match(
        keyword, "Tehrik-i-Taliban Pakistan", words, zone, start, start + len(words), words, Grade.EXACT, score
    )


def count(value, text="Four policemen were killed on the Bannu road, officials said."):
    return Count(value, value, False, Sentence(text, Zone.BODY, 0, len(text)))


def member(one, *, copy_of=None, url="", published=NOW):
    return Member(one.id, one.title, url or one.url, one.source, one.publisher, published, one.language, copy_of)


def story(
    *members,
    name="s1",
    severity=Severity.HIGH,
    revisions=(),
    killed=4,
    title="Checkpost attacked near Bannu",
    changed=NOW,
):
    return Story(
        id=StoryId(name),
        title=title,
        members=members or (member(article()),),
        facts=Facts(killed=count(killed)),
        severity=severity,
        revisions=(Revision(1, NOW), *revisions),
        first_seen=NOW,
        last_changed=changed,
        independent=len({one.source for one in members}) or 1,
    )


def rise(number, old, new, *, by="valley-post", field="killed", article_id="a2", correction=False):
    change = Change(field, str(old), str(new), said_by=by, correction=correction)
    return Revision(number, NOW + timedelta(hours=number), (change,), ArticleId(article_id))


def candidate(one, *, told=None, query="TTP", source="valley-post", archive=False, matches=None):
    evidence = Evidence(query, one.members[0].article_id, source, "en", matches or (match(),), archive=archive)
    return Candidate(one, (evidence,), told_revision=told)
