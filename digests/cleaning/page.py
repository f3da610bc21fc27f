"""A web page's own text, without what surrounds it.

trafilatura tuned for precision does the work (Barbaresi 2021, "Trafilatura: A Web Scraping Library"), because a sidebar
that leaks in is a false alert; its default mode and readability-lxml stand by for pages that it empties.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import lxml.html
from lxml.etree import ParserError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["CONTROLS", "body_of", "decode", "fragment_text", "is_index", "parse", "short_tags", "tree_text"]

LARGEST = 3_000_000  # characters; a larger page is cut, what matters stands before
META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
# C0 controls, and what no text of Unicode may hold: halves of surrogate pairs, non-characters.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
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
TEASERS = 8  # articles with a headline that leads to them
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


def decode(content: str | bytes, charset: str | None = None) -> str:
    """Text of a page. Bytes that are valid UTF-8 with a multi-byte character are UTF-8, whatever a label says."""
    if isinstance(content, str):
        return CONTROLS.sub("", content[:LARGEST])
    content = content[: LARGEST * 2]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return CONTROLS.sub("", content.decode("utf-16", "replace"))
    try:
        return CONTROLS.sub("", content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        pass
    declared = META_CHARSET.search(content[:4096])
    for name in (charset, declared[1].decode("ascii", "replace") if declared else None):
        if name and name.lower() not in ("utf-8", "utf8"):
            try:
                return CONTROLS.sub("", content.decode(name, "replace"))
            except LookupError:
                continue
    import charset_normalizer  # noqa: PLC0415 - memory that pages in a known encoding never need

    best = charset_normalizer.from_bytes(content[:20_000]).best()
    return CONTROLS.sub("", content.decode(best.encoding if best else "utf-8", "replace"))


def parse(html: str) -> HtmlElement | None:
    """The page as a tree, or None when there is nothing to parse."""
    try:
        # Bytes, because lxml refuses text that carries an XML encoding declaration.
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, recover=True)
        tree = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (ParserError, ValueError, AssertionError):
        return None
    return tree


def short_tags(html: str) -> str:
    """The page without the attributes of elements that have a lot of them."""
    return LONG_TAG.sub(r"<\1>", html)


def is_index(tree: HtmlElement, body: str) -> bool:
    """Whether the text of a page was taken from many articles that it lists, a headline with a link and a teaser each."""
    lines = [line for line in body.split("\n") if line]
    listed = 0
    for article in tree.iter("article"):
        text = " ".join(article.text_content().split())
        leads_on = any(True for heading in article.iter("h2", "h3", "h4") for _ in heading.iter("a"))
        listed += leads_on and any(line in text for line in lines)
    return listed >= TEASERS


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
    tree = parse(f"<div>{html}</div>")
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
