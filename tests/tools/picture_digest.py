"""Draws docs/digest.png: a digest as a subscriber sees it, from the project's own composing and rendering.

    python -m tests.tools.picture_digest [chromium]

Needs a Chromium (`apt-get install chromium fonts-noto-color-emoji`). Outlets and events are invented.
"""

import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.telegram.render import render
from bot.telegram.wording import words_for
from digests.compose import Candidate, Evidence, compose
from digests.model import (
    Article,
    ArticleId,
    Change,
    Claim,
    ClaimStatus,
    Count,
    Coverage,
    Facts,
    Grade,
    Kind,
    KindOfEvent,
    Match,
    Member,
    Place,
    Revision,
    Sentence,
    Severity,
    Story,
    StoryId,
    Zone,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PICTURE = Path(__file__).resolve().parents[2] / "docs" / "digest.png"
NAMES = {
    "wire": "Harbour Wire",
    "post": "Valley Post",
    "coast": "Coast Daily",
    "sahar": "سحرِ نو",
    "khyber": "Khyber Courier",
}
SAID = Sentence("as the article says", Zone.BODY, 0, 19)
PAGE = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 26px 30px; width: 620px; font: 17px/1.42 "Noto Sans", "DejaVu Sans", sans-serif;
  background: linear-gradient(160deg, #cfe0c3, #a9cbb7 60%, #8fbcb0); color: #101418; }
.message { background: #fff; border-radius: 16px 16px 16px 4px; padding: 12px 16px 8px; box-shadow: 0 1px 2px #0003;
  white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: #1a73b8; text-decoration: none; } tg-time { color: #1a73b8; } i { color: #5b6670; }
blockquote { margin: 4px 0 0; padding: 4px 10px; border-left: 3px solid #4fa3e0; background: #eaf4fc; border-radius: 5px; }
.buttons { display: grid; grid-template-columns: 1fr 1fr; gap: 5px; margin-top: 5px; }
.buttons span { background: #5d7f6fcc; color: #fff; border-radius: 9px; padding: 8px; text-align: center; font-size: 16px; }
.time { text-align: right; color: #8a949c; font-size: 13px; margin-top: 2px; }
</style><div class="message">TEXT<div class="time">14:00</div></div><div class="buttons">BUTTONS</div>"""


def main() -> None:
    browser = sys.argv[1] if len(sys.argv) > 1 else "chromium"
    (part,) = render(digest(), words_for("en"), digest_id=1)
    text = re.sub(r"\n(<blockquote[^>]*>)", r"\1", part.html.markup).replace("</blockquote>\n", "</blockquote>")
    buttons = "".join(f"<span>{button.label}</span>" for row in part.buttons for button in row)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "digest.html"
        page.write_text(PAGE.replace("TEXT", text).replace("BUTTONS", buttons), encoding="utf-8")
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile",
             "--window-size=680,686", f"--screenshot={PICTURE}", page.as_uri()],
            check=True, timeout=120,
        )  # fmt: skip
    print(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes")


def digest():
    court = [
        article("wire", "Suicide bombing outside an Islamabad district court"),
        article("post", "Toll of Islamabad court bombing rises to 15",
                "Rescue workers searched until the evening. Fighters from Tehrik-i-Taliban Pakistan, or TTP, a banned "
                "group, said in a statement that they had carried out the attack. Schools stay closed on Tuesday."),
        article("coast", "Suicide bombing outside an Islamabad district court"),
        article("sahar", "اسلام آباد کچہری دھماکے میں ہلاکتیں 15 ہو گئیں", language="ur"),
    ]  # fmt: skip
    rise = (Change("killed", "12", "15", "post"), Change("injured", "20", "36", "post"))
    bombing = replace(
        story("s1", Severity.CRITICAL, court, killed=15, injured=36, kind=Kind.SUICIDE_BOMB, place="Islamabad", claim="TTP"),
        title="Toll of Islamabad court bombing rises to 15", independent=3,
        revisions=(Revision(1, NOW - timedelta(hours=5)), Revision(2, NOW - timedelta(minutes=50), rise, court[1].id)),
    )  # fmt: skip
    bombing = replace(bombing, members=tuple(
        replace(member, copy_of=court[0].id) if member.source == "coast" else member for member in bombing.members
    ))  # fmt: skip
    post = article("khyber", "Two soldiers killed in clash near Bannu",
                   "Two soldiers were killed when TTP fighters attacked a check post near Bannu, the military said.")  # fmt: skip
    clash = replace(
        story("s2", Severity.NORMAL, [post], killed=2, kind=Kind.ARMED_CLASH, place="Bannu"), title=post.title
    )
    return compose(
        [found(bombing, court[1], "Tehrik-i-Taliban Pakistan", told=1), found(clash, post, "TTP")],
        queries=["TTP", "Islamabad"], articles={one.id: one for one in (*court, post)}, at=NOW, names=NAMES,
        coverage=Coverage(14, 15), next_at=NOW + timedelta(hours=4), zone="Asia/Karachi",
    )  # fmt: skip


def article(source, title, body="The police said so on Monday.", language="en"):
    return Article(ArticleId(source), title, body, len(body), NOW, f"https://{source}.example.org/1", source=source,
                   publisher=source, language=language)  # fmt: skip


def story(name, severity, articles, *, killed, place, kind, injured=None, claim=None):
    facts = Facts(
        killed=Count(killed, killed, False, SAID),
        injured=Count(injured, injured, False, SAID) if injured else None,
        kind=KindOfEvent(kind, SAID),
        places=(Place(place, "PK", SAID),),
        claim=Claim(claim, ClaimStatus.CLAIMED, SAID) if claim else None,
    )
    at = NOW - timedelta(minutes=40)
    members = tuple(Member(one.id, one.title, one.url, one.source, one.publisher, at, one.language) for one in articles)
    return Story(StoryId(name), articles[0].title, members, facts, severity, (Revision(1, at),), at, at)


def found(told_story, one, words, told=None):
    start = one.body.index(words)
    match = Match(
        "TTP", "Tehrik-i-Taliban Pakistan", words, Zone.BODY, start, start + len(words), words, Grade.ALIAS, 100
    )
    queries = ("TTP", "Islamabad") if told else ("TTP",)
    return Candidate(
        told_story, tuple(Evidence(query, one.id, one.source, "en", (match,)) for query in queries), told_revision=told
    )


if __name__ == "__main__":
    main()
