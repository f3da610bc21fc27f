"""A web page's own text, without what surrounds it.

trafilatura tuned for precision does the work (Barbaresi 2021, "Trafilatura: A Web Scraping Library"), because a sidebar
that leaks in is a false alert; its default mode and readability-lxml stand by for pages that it empties.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import lxml.html
from lxml.etree import ParserError

from digests.cleaning.bounds import shallow

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["body_of", "fragment_text", "headings", "is_index", "parse", "tree_text"]

BLOCKS = (
    "p",
    "div",
    "li",
    "br",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "tr",
    "section",
    "article",
    "pre",
    "td",
)
# An element with thousands of attributes takes the parser minutes; nobody writes one by hand. Embedded images go too.
LONG_TAG = re.compile(r"<([a-zA-Z][\w-]*)[\s/][^<>]{20000,}>")
TEASERS = 5  # pieces of a list: a headline that leads to another page, and a teaser
OTHER_PART = re.compile(
    r"podcast|newsletter|related|recommend|promo|most.?read|subscri|sign.?up|comment|share|advert", re.IGNORECASE
)
LONGEST_BOX = 200  # words
TEXT_CELL = 40  # words; a cell of figures or names holds fewer
LEAST_HEADLINE = 3  # words
MOST_BEFORE = 5  # words before a headline in its block
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
SKIPPED = (
    "script",
    "style",
    "noscript",
    "template",
    "figcaption",
    "figure",
    "iframe",
    "svg",
    "form",
    "button",
    "nav",
    "aside",
)


def parse(html: str) -> tuple[str, HtmlElement | None]:
    """The page as it can be read in bounded time, and its tree; None when there is nothing to parse."""
    html = LONG_TAG.sub(r"<\1>", html)
    tree, is_cut = _tree(html)
    if is_cut:
        html = shallow(html)
        tree, _ = _tree(html)
    if tree is not None and (_drop_boxes(tree) | _unfold_tables(tree)):
        html = lxml.html.tostring(tree, encoding="unicode")
    return html, tree


def _drop_boxes(tree: HtmlElement) -> bool:
    """Take out short parts of the page that are labelled for people who do not see it as something else than the article."""
    boxes = [
        part
        for part in tree.xpath("//section[@aria-label or @aria-labelledby] | //div[@aria-label or @aria-labelledby]")
        if OTHER_PART.search(f"{part.get('aria-label') or ''} {part.get('aria-labelledby') or ''}")
    ]
    boxes = [box for box in boxes if len(box.text_content().split()) <= LONGEST_BOX and box.getparent() is not None]
    for box in boxes:
        if box.getparent() is not None:
            box.drop_tree()
    return bool(boxes)


def _unfold_tables(tree: HtmlElement) -> bool:
    """Make blocks of tables that only lay out the page: those with a table or a whole text in a cell."""
    layout = []
    for table in tree.iter("table"):
        cells = (cell for cell in table.iter("td") if next(cell.iterancestors("table")) is table)
        if any(cell.find(".//table") is not None or len(cell.text_content().split()) > TEXT_CELL for cell in cells):
            layout.append(table)
    for table in layout:
        parts = [part for part in table.iter("tbody", "tr", "td") if next(part.iterancestors("table")) is table]
        for part in parts:
            part.tag = "div"
    for table in layout:
        table.tag = "div"
    return bool(layout)


def _tree(html: str) -> tuple[HtmlElement | None, bool]:
    """The tree, and whether the parser gave up before the end."""
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, recover=True)
    try:
        # Bytes, because lxml refuses text that carries an XML encoding declaration.
        tree = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (ParserError, ValueError, AssertionError):
        tree = None
    return tree, any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)


def headings(tree: HtmlElement) -> list[str]:
    """The main headings of a page."""
    return [" ".join(heading.text_content().split()) for heading in tree.iter("h1")][:3]


def is_index(tree: HtmlElement, body: str) -> bool:
    """Whether the text of a page was taken from many articles that it lists, a headline with a link and a teaser each."""
    lines = {line for line in body.split("\n") if line}
    listed, taken = 0, set[str]()
    for teaser in _teasers(tree):
        own = {line for line in _lines(teaser) if line in lines}
        taken |= own
        listed += bool(own)
    return listed >= TEASERS and sum(map(len, taken)) > sum(map(len, lines)) / 2


def _teasers(tree: HtmlElement) -> list[HtmlElement]:
    """The smallest pieces of a page that hold a headline which leads to another page, and text beside it."""
    headlines = [link for link in tree.iter("a") if _leads_on(link)]
    if len(headlines) < TEASERS:
        return []
    held = Counter(ancestor for link in headlines for ancestor in link.iterancestors())
    found = []
    for link in headlines:
        piece = link
        for ancestor in link.iterancestors():
            if held[ancestor] > 1:
                break
            piece = ancestor
        found.append(piece)
    return found


def _leads_on(link: HtmlElement) -> bool:
    """Whether a link is the headline of another page: a heading in it or around it, or the beginning of a block of its own."""
    href = str(link.get("href") or "")
    if (
        not href
        or href.startswith(("#", "javascript:", "mailto:"))
        or len(link.text_content().split()) < LEAST_HEADLINE
    ):
        return False
    parent = link.getparent()
    around = parent is not None and (parent.tag in HEADINGS or _begins(link, parent))
    return around or any(True for _ in link.iter(*HEADINGS))


def _begins(link: HtmlElement, parent: HtmlElement) -> bool:
    """Whether nothing but a date or a section's name stands before a link in its block."""
    before = (parent.text or "").split()
    for sibling in islice(link.itersiblings(preceding=True), MOST_BEFORE):
        before += (
            [*sibling.text_content().split(), *(sibling.tail or "").split()] if isinstance(sibling.tag, str) else []
        )
    return len(before) <= MOST_BEFORE


def _lines(element: HtmlElement) -> list[str]:
    """The blocks of an element's text; the tree is not changed."""
    parts: list[str] = []
    for piece in element.iter():
        if piece.tag in BLOCKS or piece is element:
            parts.append("\n")
        parts.append(piece.text if isinstance(piece.tag, str) and piece.text else "")
        if piece is not element:
            parts.append(("\n" if piece.tag in BLOCKS else "") + (piece.tail or ""))
    return [" ".join(line.split()) for line in "".join(parts).split("\n") if line.strip()]


def body_of(html: str, tree: HtmlElement, url: str | None = None) -> str:
    """The main text of a page, a paragraph a line; '' when the page has none.

    The precise mode loses most of the text on some pages. Where it keeps less than half of what stands in paragraphs,
    the default mode is asked too, and readability-lxml says which of the two is nearer the truth (on the 181 pages of
    article-extraction-benchmark: 10 second opinions, F1 .965 -> .970).
    """
    best = _trafilatura(html, url, precise=True)
    in_paragraphs = sum(len(" ".join(element.text_content().split())) for element in tree.iter("p"))
    if len(best) >= 250 and len(best) >= in_paragraphs / 2:
        return best
    wide, other = _trafilatura(html, url, precise=False), _readability(html)
    if len(wide) > 1.5 * len(best):
        best = min((best, wide), key=lambda text: abs(len(text) - len(other)))
    return best if len(best) >= 200 else max(best, other, key=len)


def fragment_text(html: str) -> str:
    """All text of a piece of HTML that is content already (a feed item), a block a line."""
    _, tree = parse(f"<div>{html}</div>")
    return "" if tree is None else tree_text(tree)


def tree_text(tree: HtmlElement) -> str:
    """All text of a tree, a block a line. The tree is changed by this."""
    for element in list(tree.iter(*SKIPPED)):
        element.drop_tree()
    for element in tree.iter(*BLOCKS):
        element.tail = f"\n{element.tail or ''}"
        if element.tag != "br":
            element.text = f"\n{element.text or ''}"
    lines = (" ".join(line.split()) for line in tree.text_content().split("\n"))
    return "\n".join(line for line in lines if line)


def _trafilatura(html: str, url: str | None, *, precise: bool) -> str:
    # Loaded with the first page: the bot itself never reads one, its workers do, and these cost 25 MB.
    import trafilatura  # noqa: PLC0415

    text = trafilatura.extract(
        html, url=url, favor_precision=precise, include_comments=False, include_tables=True, output_format="txt"
    )
    return text or ""


def _readability(html: str) -> str:
    from readability import Document  # noqa: PLC0415 - as above

    try:
        return fragment_text(Document(html).summary(html_partial=True))
    except Exception:  # noqa: BLE001 - readability-lxml wraps whatever lxml raises in several unrelated types
        return ""
