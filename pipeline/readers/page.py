"""Web pages as saved from government sites: the report's own text, without what the site prints around it.

The body is the container that pages of such sites mark as theirs, else the narrowest element that holds the page's
prose. All of it is kept, line by line, but for lines that are the site's (`chrome`) or nothing but a link.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePosixPath

from lxml import etree

from pipeline import numerals
from pipeline.errors import ReadError
from pipeline.model import both, quoted
from pipeline.readers import grid, head
from pipeline.readers.chrome import is_chrome
from pipeline.readers.content import Content, damaged, too_large
from pipeline.readers.text import decode

_TAGS = 200_000  # "<" in a file; a page saved from Word has fifty thousand
_DEPTH = 1000  # libxml2 itself drops without a word what is nested twice as deep
_REPORT = 100  # characters; with fewer and a file to download, the file is the report
_SPAN = 1000  # rows or columns a cell may claim

_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)|<\?xml[^>]{0,100}encoding=["']([\w-]+)""",
    re.IGNORECASE,
)
_META = {"articletitle": "标题", "pubdate": "发布日期", "contentsource": "来源"}
_SITE = re.compile(r"\s*[-_|—–]\s*")  # 报告 - 某某区人民政府

_UNSEEN = frozenset(
    "head script style noscript template iframe frame object embed applet svg canvas video audio map button select "
    "textarea input nav footer aside rt rp del s strike".split()
)
_BLOCKS = frozenset(
    "html body div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr td th section article main "
    "header form fieldset center blockquote pre hr figure figcaption address details summary".split()
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Ids, classes and tags under which sites keep the text of an article.
_BODY_NAMES = frozenset(
    "trs_editor trs_ueditor ucapcontent ucap-content zoom zoomcon article-content article_content articlecontent article-con "
    "article-body article_body articlebody pages_content vsb_content vsb_content_2 vsb_content_4 v_news_content "
    "news_content newscontent news-content view-content detail-content detail_content detailcontent main-content "
    "maincontent bt_content bt-content xxgk_content info-content info_content infocontent text-content textcontent "
    "con_text arc_content xl_content custom_unionstyle".split()
)
_LIKELY_NAMES = frozenset("view con content text article main detail info news".split())
_CHROME_NAMES = frozenset(
    "nav menu crumb crumbs breadcrumb breadcrumbs share bdshare bdsharebuttonbox foot footer copyright sidebar side pager "
    "pagination relate related toolbar weather clock hits counter qrcode ewm login search banner topbar prenext hide "
    "hidden".split()
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")

_HAN = re.compile("[一-鿿]")
_PROSE = re.compile("[，。；]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\xad]")
_WRAPPED = re.compile(r"(?<=[一-鿿　-〿！-～])[ \t]*[\r\n]\s*(?=[一-鿿　-〿！-～])")
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_DATED = re.compile(
    r"[\[(（]?20\d\d[-./年]\d\d?[-./月]\d\d?日?[\])）]?$"
)  # behind the links of a list
_OWN_MARK = re.compile(
    r"[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z]|[ivx]{1,5})[）)、.．]|[•·●◆■□○①-⑳-]"
)
_ATTACHED = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?|zip|rar)(?:$|[?#])", re.IGNORECASE)

Element = etree._Element  # noqa: SLF001 - lxml has no public name for what it returns


@dataclass(slots=True)
class _Line:
    """Text up to the next break, and how much of it is inside links."""

    parts: list[str] = field(default_factory=list)
    linked: int = 0

    def add(self, text: str | None, *, link: bool) -> None:
        if text:
            self.parts.append(text)
            self.linked += len("".join(text.split())) if link else 0


def read(data: bytes) -> Content:
    """The report of a page with its title and particulars; raises ReadError where there is none."""
    text, encoding = decode(data, _declared(data))
    root = _parsed(text)
    prose = _prose(root)
    aside = _aside(root, prose)
    main = _main(root, prose)
    outside = list(_lines(root, aside | {main}))
    stated, kept = _parted(list(_lines(main, aside - {main})))
    told = {**_told(outside), **stated}
    meta = _meta(root)
    if not kept or len(_HAN.findall("".join(kept))) < _REPORT:
        _refuse_mere_attachments(root, kept)
    lost = text.count("\ufffd")
    warnings = (_lost(lost),) if lost else ()
    titles = _titles(root, meta, main)
    if titles:
        told.setdefault("标题", titles[0])
    return Content("\n".join(kept), encoding, titles, {**told, **meta}, warnings=warnings)


def _declared(data: bytes) -> str:
    match = _CHARSET.search(data[:8192])
    return (match[1] or match[2]).decode("ascii") if match else ""


def _parsed(text: str) -> Element:
    if text.count("<") > _TAGS:
        raise too_large(
            f"网页有 {_TAGS // 10_000} 万个以上的标签",
            f"the page has more than {_TAGS:,} tags",
        )
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.LxmlError:
        root = None
    if root is None:
        raise _empty()
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEPTH:
            raise damaged(
                f"网页的标签嵌套超过 {_DEPTH} 层",
                f"the tags of the page are nested more than {_DEPTH} deep",
            )
    return root


def _empty() -> ReadError:
    return damaged("网页里没有文字", "the web page (HTML) holds no text")


# --- which part is the report ---------------------------------------------------------------------


def _unseen(element: Element) -> bool:
    return (
        element.tag in _UNSEEN
        or element.get("hidden") is not None
        or bool(_HIDDEN_STYLE.search(element.get("style") or ""))
    )


def _prose(root: Element) -> dict[Element, int]:
    """How many characters of running text every element holds, below it included."""
    total: dict[Element, int] = {}
    open_blocks: list[list[str]] = [[]]
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        block = element.tag in _BLOCKS
        if event == "start":
            if block:
                open_blocks.append([])
            if _unseen(element):
                walk.skip_subtree()
            elif element.tag != "a":
                open_blocks[-1].append(element.text or "")
            continue
        own = 0
        if block:
            said = "".join(open_blocks.pop()).strip()
            own = len(said) if _PROSE.search(said) and not is_chrome(said) else 0
        total[element] = own + sum(total.get(child, 0) for child in element)
        open_blocks[-1].append(element.tail or "")
    return total


def _names(element: Element) -> list[str]:
    return f"{(element.get('id') or '')[:200]} {(element.get('class') or '')[:500]}".split()


def _words(element: Element) -> set[str]:
    return {word.lower() for name in _names(element) for word in _WORD.findall(name)}


def _aside(root: Element, prose: Mapping[Element, int]) -> set[Element]:
    """What is not shown or is named as a part of the site, as long as the report is not in it."""
    most = prose[root] / 4
    return {
        element
        for element in root.iter()
        if _unseen(element)
        or (prose.get(element, 0) <= most and element is not root and _words(element) & _CHROME_NAMES)
    }  # fmt: skip


def _main(root: Element, prose: Mapping[Element, int]) -> Element:
    total = prose[root]
    known = [e for e in root.iter() if {n.lower() for n in (*_names(e), e.tag)} & _BODY_NAMES]
    likely = [e for e in root.iter() if (_words(e) | {e.tag}) & _LIKELY_NAMES]
    for marked, share in ((known, 0.5), (likely, 0.7)):
        holding = [e for e in marked if total and prose.get(e, 0) >= share * total]
        if holding:  # of those that hold the same, the innermost
            return max(reversed(holding), key=lambda e: prose[e])
    main = root
    while total:
        inner = next((child for child in main if prose.get(child, 0) >= 0.9 * total), None)
        if inner is None or inner.tag in ("p", "span"):
            break
        main = inner
    return main


# --- its lines ------------------------------------------------------------------------------------


def _lines(root: Element, aside: set[Element]) -> Iterator[str]:
    """Lines as a reader sees them, tables as rows of cells; lines that are only a link are left out."""
    line, links, preformatted = _Line(), 0, 0
    walk = etree.iterwalk(root, events=("start", "end"))
    mark = ""
    counts: Counter[Element | None] = Counter()
    for event, element in walk:
        tag = element.tag
        breaks = tag in _BLOCKS or tag == "br"
        if breaks:
            shown = _shown(line, mark, preformatted > 0)
            mark = mark if not shown and not (event == "end" and tag == "li") else ""
            yield from shown
            line = _Line()
        if event == "start":
            table = _table(element, aside) if tag == "table" else None
            if element in aside or table is not None:
                walk.skip_subtree()
                yield from table if table is not None and element not in aside else ()
                continue
            links += tag == "a" and element.get("href") is not None
            preformatted += tag == "pre"
            if tag == "li":
                counts[element.getparent()] += 1
                mark = _mark(element, counts[element.getparent()])
            line.add(element.text, link=links > 0)
            continue
        if element not in aside:
            links -= tag == "a" and element.get("href") is not None
            preformatted -= tag == "pre"
        if element is not root:
            line.add(element.tail, link=links > 0)
    yield from _shown(line, mark, preformatted=False)


def _shown(line: _Line, mark: str, preformatted: bool) -> list[str]:  # noqa: FBT001
    whole = _INVISIBLE.sub("", "".join(line.parts))
    pieces = whole.splitlines() if preformatted else [_WRAPPED.sub("", whole)]
    texts = [_BLANKS.sub(" ", piece).replace("\xa0", " ").strip() for piece in pieces]
    texts = [text for text in texts if text]
    size = sum(len(_DATED.sub("", "".join(text.split()))) for text in texts)
    if not texts or (size <= 120 and line.linked * 10 >= size * 8):
        return []
    if mark and not _OWN_MARK.match(texts[0]):
        texts[0] = mark + texts[0]
    return texts


def _mark(item: Element, place: int) -> str:
    """What a browser prints before the so-manieth item of a list."""
    parent = item.getparent()
    if parent is None:
        return ""
    style = f"{item.get('style') or ''}{parent.get('style') or ''}".lower()
    if re.search(r"list-style[^;]*none", style):
        return ""
    if parent.tag != "ol":
        return "• "
    first = _integer(parent.get("start"))
    own = _integer(item.get("value"))
    count = (1 if first is None else first) + place - 1 if own is None else own
    if not 0 < count < 10_000:
        return ""
    if re.search("cjk|chinese|japanese", style):
        return f"{numerals.write(count)}、"
    letter = parent.get("type") or ""
    return (
        f"{chr(ord(letter) + count - 1)}." if letter in ("a", "A") and count <= 26 else f"{count}."
    )


def _integer(value: str | None) -> int | None:
    return int(value) if value and re.fullmatch(r"-?\d{1,5}", value) and value.isascii() else None


def _table(table: Element, aside: set[Element]) -> list[str] | None:
    """A table of figures as lines; None for one that only arranges the page."""
    if next(table.iterdescendants("table"), None) is not None:
        return None
    rows = [
        [
            grid.Cell(
                tuple(_lines(cell, aside - {cell})),
                min(_integer(cell.get("colspan")) or 1, _SPAN),
                min(_integer(cell.get("rowspan")) or 1, _SPAN),
            )
            for cell in row.iterchildren("td", "th")
            if cell not in aside
        ]
        for row in table.iterdescendants("tr")
        if row not in aside
    ]
    shown = grid.lines(rows)
    title = next(table.iterchildren("caption"), None)
    above = [] if title is None or title in aside else list(_lines(title, aside))
    return None if shown is None else [*above, *shown]


# --- what the page says about it ------------------------------------------------------------------


def _parted(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Particulars printed inside the body, and the body without them and without the site's lines."""
    told: dict[str, str] = {}
    kept: list[str] = []
    begun = False
    for line in lines:
        begun = begun or len(line) > 60 or (line.endswith("。") and not line.startswith("|"))
        said = head.particulars(line) if not begun and len(line) < 200 else {}
        if said:
            told = {**said, **told}
        elif not is_chrome(line):
            kept.append(line)
    return told, kept


def _told(lines: list[str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for line in lines:
        if len(line) < 300:
            told = {**head.particulars(line), **told}
    return told


def _meta(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = _META.get((element.get("name") or "").lower())
        value = " ".join((element.get("content") or "").split())
        if name and value:
            found.setdefault(name, value[:200])
    return found


def _titles(root: Element, meta: Mapping[str, str], main: Element) -> tuple[str, ...]:
    """ArticleTitle, then headings and elements named title, then the window's title without the site's name."""
    named = [
        e
        for e in root.iter()
        if e is not main and (e.tag == "h1" or (e.tag not in _UNSEEN and "title" in _words(e)))
    ]
    inside = ["".join("".join(map(str, islice(e.itertext(), 50))).split()) for e in named[:50]]
    window = next((e.text for e in root.iter("title") if e.text), "")
    whole = " ".join(window.split())
    said = [meta.get("标题", ""), *inside, *_SITE.split(whole), whole]
    return tuple(dict.fromkeys(one for one in said if one and head.chosen([one], "")))


def _refuse_mere_attachments(root: Element, kept: list[str]) -> None:
    """A page that only links to its report, or holds nothing."""
    links = [e.get("href") or "" for e in root.iter("a")]
    names = [PurePosixPath(link.split("?")[0]).name for link in links if _ATTACHED.search(link)]
    if names:
        shown = quoted(names[0][:80])
        raise ReadError(
            both(
                f"网页里没有报告正文，报告在附件{shown}里；请下载附件后导入。",
                f"the page holds no report, it is attached as {shown}; download and import the attachment.",
            )
        )
    if not kept:
        raise _empty()


def _lost(count: int) -> str:
    return both(
        f"网页有 {count} 处坏字节，显示为“\ufffd”。",
        f"{count} broken characters of the page are shown as “\ufffd”.",
    )
