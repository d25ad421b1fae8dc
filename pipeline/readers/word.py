"""Word documents (docx): paragraphs, lists, tables, notes and text boxes in the order they are printed.

Tracked changes are read as accepted. Automatic numbers are written out, because a heading is known by its number.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline import numerals
from pipeline.readers import grid, package
from pipeline.readers.content import Content, damaged
from pipeline.readers.package import Element

# Deleted or moved away, field codes, the reading above a character, properties.
_SKIPPED = frozenset(
    "del moveFrom delText instrText delInstrText rt pPr rPr sdtPr sdtEndPr tblPr tblGrid trPr tcPr sectPr".split()
)
_LETTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_CHINESE = frozenset(
    "chineseCounting chineseCountingThousand ideographTraditional japaneseCounting taiwaneseCounting "
    "taiwaneseCountingThousand koreanCounting".split()
)
_DIGITS = frozenset(["ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"])
_HAN_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_FULL_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
_FORMAL = str.maketrans("一二三四五六七八九十百千万零", "壹贰叁肆伍陆柒捌玖拾佰仟万零")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def read(data: bytes) -> Content:
    """A docx as text; raises ReadError where it is cut short, hostile or holds nothing."""
    parts = _Parts.opened(data)
    document = parts.main
    body = package.child(document, "body")
    if body is None:
        raise damaged("Word 文档没有正文", "the Word document has no body")
    writer = _Writer(parts.styles(), parts.numbering(), parts.notes())
    text = "\n".join(line for line in writer.blocks(body) if line)
    return Content(text, "utf-8", parts.titles())


# --- the archive ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Parts:
    """The XML parts that are read; no other is unpacked."""

    main: Element
    others: Mapping[str, Element]

    @classmethod
    def opened(cls, data: bytes) -> "_Parts":
        with package.opened(data, "Word 文档（docx）", "the Word document (docx)") as parts:
            path = _main_path(parts)
            folder = posixpath.dirname(path)
            wanted = {
                name: f"{folder}/{name}.xml"
                for name in ("styles", "numbering", "footnotes", "endnotes")
            }
            wanted["core"] = "docProps/core.xml"
            others = {
                name: parts.xml(member) for name, member in wanted.items() if member in parts.names
            }
            return cls(parts.xml(path), others)

    def styles(self) -> "Mapping[str, _Style]":
        root = self.others.get("styles")
        found = () if root is None else package.children(root, "style")
        return {package.attribute(one, "styleId"): _Style.of(one) for one in found}

    def numbering(self) -> "_Numbering":
        return _Numbering.of(self.others.get("numbering"))

    def notes(self) -> Mapping[tuple[str, str], Element]:
        """Footnotes and endnotes by the name of the mark that calls them and its id."""
        return {
            (f"{kind}Reference", package.attribute(note, "id")): note
            for kind in ("footnote", "endnote")
            if (root := self.others.get(f"{kind}s")) is not None
            for note in package.children(root, kind)
            if package.attribute(note, "type") in ("", "normal")
        }

    def titles(self) -> tuple[str, ...]:
        root = self.others.get("core")
        title = None if root is None else package.child(root, "title")
        return () if title is None or not title.text else (" ".join(title.text.split()),)


def _main_path(parts: package.Package) -> str:
    if "_rels/.rels" in parts.names:
        for relation in parts.xml("_rels/.rels"):
            if package.attribute(relation, "Type").endswith("/officeDocument"):
                return package.attribute(relation, "Target").lstrip("/")
    return "word/document.xml"


# --- small questions to the XML ----------------------------------------------------------------------


def _value(element: Element | None, *path: str) -> str:
    return package.attribute(package.child(element, *path), "val")


def _whole(text: str, otherwise: int = 0) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def _is_on(element: Element | None) -> bool:
    return element is not None and package.attribute(element, "val") not in ("0", "false", "off")


# --- numbers of lists -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
    """What a style says about the paragraphs that use it."""

    name: str
    based_on: str
    number: str  # numId
    level: str  # ilvl
    hidden: bool

    @classmethod
    def of(cls, element: Element) -> "_Style":
        listed = package.child(element, "pPr", "numPr")
        return cls(
            _value(element, "name").lower(),
            _value(element, "basedOn"),
            _value(listed, "numId"),
            _value(listed, "ilvl"),
            _is_on(package.child(element, "rPr", "vanish")),
        )


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is numbered."""

    start: int
    form: str
    text: str  # （%1）
    style: str  # paragraphs of this style are of this level
    restart: int  # levels up to this number make it start again

    @classmethod
    def of(cls, element: Element, index: int) -> "_Level":
        return cls(
            _whole(_value(element, "start"), 1 if package.child(element, "start") is None else 0),
            _value(element, "numFmt"),
            _value(element, "lvlText"),
            _value(element, "pStyle"),
            _whole(_value(element, "lvlRestart"), index),
        )


Levels = Mapping[int, _Level]


@dataclass(slots=True)
class _Numbering:
    """The lists of a document, and how far each has been counted."""

    lists: Mapping[str, tuple[str, Levels, Mapping[int, int]]]  # numId → list, levels, new starts
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, root: Element | None) -> "_Numbering":
        if root is None:
            return cls({})
        abstract = {
            package.attribute(one, "abstractNumId"): one
            for one in package.children(root, "abstractNum")
        }
        by_style = {_value(one, "styleLink"): one for one in abstract.values()}
        lists: dict[str, tuple[str, Levels, Mapping[int, int]]] = {}
        for one in package.children(root, "num"):
            base = abstract.get(_value(one, "abstractNumId"))
            if base is not None and (link := _value(base, "numStyleLink")):
                base = by_style.get(link, base)
            if base is None:
                continue
            levels, starts = _levels(base), {}
            for override in package.children(one, "lvlOverride"):
                index = _whole(package.attribute(override, "ilvl"))
                levels |= _levels(override)
                if (start := package.child(override, "startOverride")) is not None:
                    starts[index] = _whole(package.attribute(start, "val"), 1)
            lists[package.attribute(one, "numId")] = (
                package.attribute(base, "abstractNumId"),
                levels,
                starts,
            )
        return cls(lists)

    def level_of(self, number: str, style: str) -> int:
        """The level that a list gives to paragraphs of a style."""
        levels = self.lists[number][1] if number in self.lists else {}
        return next((i for i, level in levels.items() if style and level.style == style), 0)

    def mark(self, number: str, index: int) -> str:
        """The next mark of a list at one level, as printed."""
        if number not in self.lists or index not in self.lists[number][1]:
            return ""
        name, levels, starts = self.lists[number]
        level, here = levels[index], (name, index)
        if index in starts and (number, index) not in self.begun:
            self.counts.pop(here, None)
        self.begun.add((number, index))
        self.counts[here] = self.counts.get(here, starts.get(index, level.start) - 1) + 1
        for deeper in [d for (n, d) in self.counts if n == name and d > index]:
            if deeper in levels and levels[deeper].restart > index:
                del self.counts[name, deeper]
        if level.form == "bullet":
            return "• "
        text = level.text
        for k in range(9):
            if f"%{k + 1}" in text and k in levels:
                count = self.counts.get((name, k), levels[k].start)
                text = text.replace(f"%{k + 1}", _numeral(count, levels[k].form))
        return text


def _levels(element: Element) -> dict[int, _Level]:
    found = {
        _whole(package.attribute(one, "ilvl")): one for one in package.children(element, "lvl")
    }
    return {index: _Level.of(one, index) for index, one in found.items()}


def _numeral(count: int, form: str) -> str:  # noqa: PLR0911 - one line a form
    if form == "none":
        return ""
    if form in _CHINESE:
        return numerals.write(count)
    if form.startswith("chineseLegal") or form == "ideographLegalTraditional":
        return numerals.write(count).translate(_FORMAL)
    if form in _DIGITS:
        return str(count).translate(_HAN_DIGITS)
    if form.startswith("decimalEnclosedCircle") and 1 <= count <= 20:
        return chr(ord("①") + count - 1)
    if form.startswith("decimalFullWidth"):
        return str(count).translate(_FULL_DIGITS)
    if form == "decimalZero":
        return f"{count:02}"
    if form in ("lowerLetter", "upperLetter") and count > 0:
        letters = chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 9)
        return letters if form == "lowerLetter" else letters.upper()
    if form in ("lowerRoman", "upperRoman") and 0 < count < 90:
        return _roman(count) if form == "lowerRoman" else _roman(count).upper()
    return str(count)


def _roman(count: int) -> str:
    written = "l" if count >= 50 else ""
    count -= 50 if count >= 50 else 0
    for value, letters in ((40, "xl"), *_ROMAN):
        written += letters * (count // value)
        count %= value
    return written


# --- the text -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Writer:
    """Walks the document once; lists are counted as they come."""

    styles: Mapping[str, _Style]
    numbering: _Numbering
    notes: Mapping[tuple[str, str], Element]
    open: str = ""  # a paragraph whose end was deleted goes on in the next

    def blocks(self, parent: Element) -> list[str]:
        """Lines of everything in a body, a cell, a note or a text box."""
        lines: list[str] = []
        for child in parent:
            name = package.name(child)
            if name in _SKIPPED:
                continue
            if name == "p":
                lines.extend(self._paragraph(child))
            elif name == "tbl":
                lines.extend(self._table(child))
            elif name == "AlternateContent":
                lines.extend(self.blocks(_preferred(child)))
            else:  # sdt, customXml, ins and the like: wrappers
                lines.extend(self.blocks(child))
        return lines

    def _paragraph(self, element: Element) -> list[str]:
        style = _value(element, "pPr", "pStyle")
        if self._inherited(style, "name").startswith(("toc ", "目录")):
            return []  # its numbers are page numbers
        said: list[str] = []
        after: list[str] = []
        self._inline(element, said, after)
        text = self.open + "".join(said)
        self.open = ""
        ended = package.child(element, "pPr", "rPr")
        if ended is not None and any(package.name(mark) in ("del", "moveFrom") for mark in ended):
            self.open = text
            return after
        if not text.strip():
            return after
        lines = [line.strip() for line in text.split("\n")]
        return [self._mark(element, style, lines[0]) + lines[0], *lines[1:], *after]

    def _inline(self, parent: Element, said: list[str], after: list[str]) -> None:
        for child in parent:
            name = package.name(child)
            if name in _SKIPPED or (name == "r" and self._is_hidden(child)):
                continue
            if name == "t":
                said.append(child.text or "")
            elif name in _LETTERS:
                said.append(_LETTERS[name])
            elif name in ("footnoteReference", "endnoteReference"):
                note = self.notes.get((name, package.attribute(child, "id")))
                after.extend([] if note is None else self._apart(note))
            elif name == "txbxContent":
                after.extend(self._apart(child))
            else:
                self._inline(
                    _preferred(child) if name == "AlternateContent" else child, said, after
                )

    def _apart(self, element: Element) -> list[str]:
        """Lines of a note or a text box; a paragraph left open around it waits."""
        waiting, self.open = self.open, ""
        lines = self.blocks(element)
        self.open = waiting
        return lines

    def _is_hidden(self, run: Element) -> bool:
        vanish = package.child(run, "rPr", "vanish")
        if vanish is not None:
            return _is_on(vanish)
        style = self.styles.get(_value(run, "rPr", "rStyle"))
        return style is not None and style.hidden

    def _inherited(self, style: str, field_name: str) -> str:
        """What a style says, or one it is based on."""
        for _ in range(20):  # styles may be based on each other in a ring
            found = self.styles.get(style)
            if found is None:
                return ""
            if value := getattr(found, field_name):
                return str(value)
            style = found.based_on
        return ""

    def _mark(self, element: Element, style: str, text: str) -> str:
        listed = package.child(element, "pPr", "numPr")
        number = _value(listed, "numId") or self._inherited(style, "number")
        if not number or number == "0":
            return ""
        level = _value(listed, "ilvl") or self._inherited(style, "level")
        index = _whole(level) if level else self.numbering.level_of(number, style)
        mark = self.numbering.mark(number, index)
        return f"{mark} " if mark[-1:].isascii() and text[:1].isdigit() and mark.strip() else mark

    def _table(self, table: Element) -> list[str]:
        rows = [self._row(row) for row in _within(table, "tr")]
        nested = next((e for e in table.iterdescendants() if package.name(e) == "tbl"), None)
        shown = grid.lines(rows) if nested is None else None
        return shown if shown is not None else [li for row in rows for c in row for li in c.lines]

    def _row(self, row: Element) -> list[grid.Cell]:
        properties = package.child(row, "trPr")
        if properties is not None and package.child(properties, "del") is not None:
            return []
        before = _whole(_value(properties, "gridBefore"))
        cells = [grid.Cell((), across=before)] if before else []
        for cell in _within(row, "tc"):
            merged = package.child(cell, "tcPr", "vMerge")
            goes_on = merged is not None and package.attribute(merged, "val") != "restart"
            across = _whole(_value(cell, "tcPr", "gridSpan"), 1) or 1
            lines = () if goes_on else tuple(self.blocks(cell))
            cells.append(grid.Cell(lines, across, continued=goes_on))
        return cells


def _within(parent: Element, name: str) -> Iterator[Element]:
    """Rows or cells, also those inside a content control or a tracked change."""
    for child in parent:
        if package.name(child) == name:
            yield child
        elif package.name(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _within(child, name)


def _preferred(alternatives: Element) -> Element:
    """The first of several forms of the same thing: a text box is stored twice."""
    return next(iter(alternatives), alternatives)
