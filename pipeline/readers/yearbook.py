"""Tables of indicators as yearbooks and bureaus keep them: areas × years × indicators, in long or wide form.

Every cell with a value has an area, a year and an indicator, wherever the table writes them: in its row, in the header
of its column, in a heading between the rows, in the sheet's name. What belongs to one area and year becomes one text, a
table of the plainest form, so that it is understood as any other report's:

    西营门街道2022年法治政府建设情况
    2020—2022年西青区法治政府建设情况统计表

    2022年
    | 指标 | 2022年 | 单位 |
    | 人民调解案件 | 420 | 件 |
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from pipeline.errors import ReadError
from pipeline.model import both, quoted
from pipeline.readers.content import Content, too_large

_PARTS = 5_000  # areas and years of one file
_WIDEST = 300  # columns; years of 30 indicators, or the townships of a large county
_NAME = 40  # characters; what is longer names no area

_FIGURE = re.compile(r"[+＋−-]?[\d０-９][\d０-９,，]*(?:[.．][\d０-９]+)?[%％]?")
_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)(?:\.0)?\s*年?度?")
_YEAR_FIRST = re.compile(r"((?:19|20)\d\d)年(?:\d|第?[一二三四1-4]季度|[上下]半年)")  # 2022年1-11月
_SPAN = re.compile(r"20\d\d年?度?\s*(?:[—–\-－~至]+\s*20\d\d)?年?度?")
_YEARS = re.compile(r"(?<![\d—–\-－~至])(20\d\d)(?:年度?|(?!\d))(?!\s*[—–\-－~至])")
_PLACE = re.compile(
    r"[一-鿿]{1,20}(?:[省市县旗盟镇乡]|自治[区州县旗]|(?<![社小地辖片园库])区|街道|街道办事处|新区|开发区|管委会)"
)
_NO_PLACE = re.compile("(?:地|片|辖|小|社|园|校)区|城乡|(?:乡|村)?镇|(?:省|市|县|区|乡|镇)+|上年.*|.*(?:各|全)[省市县区旗镇乡]")  # fmt: skip
_BODY = re.compile("[一-鿿]{1,20}(?:局|委|办|厅|所|院|队|中心|委员会|办公室)")
_TOTAL = re.compile("合\\s*计|总\\s*计|总\\s*数|全[省市区县州旗盟国镇乡]|全街道?|(?:all|total)", re.IGNORECASE)  # fmt: skip
_UNIT_WORD = re.compile("[%％‰]|[万亿千百]?[一-鿿]{1,4}(?:/[一-鿿]{1,4})?")
_IN_BRACKETS = re.compile(
    r"[（(](?:单位[:：])?\s*(?P<unit>[%％‰]|[一-鿿]{1,4}(?:/[一-鿿]{1,4})?)\s*[）)]\s*$"
)
_CAPTION = re.compile(r"(?:计量)?单位\s*[:：]\s*(?P<units>[^\s）)|]{1,16})")
_NOTE = re.compile("[（(【]?(?:\\*|※|注|说明|备注|资料来源|数据来源|来源|附注|填表|制表|审核)")
_GENRE = re.compile("法治政府建设|依法行政|法治建设")

# What the header of a column says that it holds.
_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(words, re.IGNORECASE))
    for role, words in (
        ("number", r"序号|编号|行次|no\.?|#"),
        ("code", ".*(?:代码|编码|code)"),
        ("year", "年份|年度|统计年度|所属年度|报告年度|年|时间|year"),
        ("unit", "计量单位|数据单位|单位|unit"),
        (
            "area",
            ".*(?:地区|区域|区县|县区|县市|街镇|镇街|乡镇|街道|地市|城市|省份|区划|辖区|[县市区][）)]|(?:填报|报送)单位|单位名)(?:名?称)?|area|region",
        ),
        (
            "indicator",
            ".*(?:指标|项目)(?:名称)?|类别|统计项|内容|名称|事项|分类|类型|indicator",
        ),
        ("note", "备注|说明|注释?|数据来源|来源|note|source"),
        ("value", "数值|数据|数量|值|指标值|统计值|完成(?:数|值|情况)|value"),
    )
)

_Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells as they are shown, merged ones repeated, every row as wide as the widest."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What a file says of one area and year, each "" where the table leaves it to its title."""

    area: str
    year: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.area}{self.year and f'{self.year}年'}"


@dataclass(frozen=True, slots=True)
class _Fact:
    area: str
    year: str
    when: str  # a part of the year, as written: 2022年1-11月
    heading: str  # between the rows, and what the caption says of units
    indicator: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class _Table:
    above: tuple[str, ...]
    rows: tuple[_Row, ...]  # a row of one cell is a heading
    below: tuple[str, ...]


def content(sheets: Sequence[Sheet], left: Sequence[str], encoding: str = "") -> Content:
    """The one text of a file; what was `left` unread becomes a warning."""
    found = parts(sheets)
    if len(found) > 1:
        raise _several(found)
    rest = sheets if not found else [one for one in sheets if len(sheets) > 1 and not parts([one])]
    said = [*(part.text for part in found), *_lines(rest)]
    return Content("\n".join(said), encoding, warnings=tuple(left))


def parts(sheets: Sequence[Sheet], name: str = "") -> list[Part]:
    """A text for each area and year, in the order of the tables; none where there is no table of figures.

    `name`: the file's, which may say what kind of report it is.
    """
    tables = [(sheet, table) for sheet in sheets for table in _titled(_tables(sheet.rows))]
    read = [(table, list(_facts(table, sheet.name))) for sheet, table in tables]
    found = [(table, facts) for table, facts in read if facts]
    keys = dict.fromkeys((one.area, one.year) for _, facts in found for one in facts)
    if len(keys) > _PARTS:
        raise too_large(
            f"表里有 {_PARTS} 个以上的地区和年度",
            f"the table holds more than {_PARTS:,} areas and years",
        )
    captions = [name, *(sheet.name for sheet in sheets), *(said for table, _ in found for said in table.above)]  # fmt: skip
    subject = "法治政府建设情况" if any(map(_GENRE.search, captions)) else ""
    by_key: dict[tuple[str, str], list[tuple[_Table, list[_Fact]]]] = {key: [] for key in keys}
    for table, facts in found:
        for key, own in _grouped(facts).items():
            by_key[key].append((table, own))
    return [Part(*key, _text(key, subject, own)) for key, own in by_key.items()]


def _grouped(facts: Iterable[_Fact]) -> Mapping[tuple[str, str], list[_Fact]]:
    grouped: dict[tuple[str, str], list[_Fact]] = {}
    for one in facts:
        grouped.setdefault((one.area, one.year), []).append(one)
    return grouped


def line(text: str) -> str:
    """A cell on one line, without the marks that part cells."""
    return " ".join(re.sub("[|｜]", "/", text).split())


def even(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Rows made as wide as the widest."""
    width = max(map(len, rows), default=0)
    return tuple((*row, *[""] * (width - len(row))) for row in rows)


def is_figure(text: str) -> bool:
    """A number, and no year."""
    return bool(_FIGURE.fullmatch(text)) and not _YEAR.fullmatch(text)


# --- the tables of a sheet ------------------------------------------------------------------------


def _tables(rows: Sequence[_Row]) -> Iterator[_Table]:
    """Runs of rows under a header; lines of one cell stand above, between or below."""
    above: list[str] = []
    table: list[_Row] = []
    between: list[_Row] = []  # lines and gaps that may belong to the table or to the next
    for row in (*rows, None):
        texts = tuple(dict.fromkeys(filter(None, row or ())))
        if row is not None and (len(texts) < 2 or (len(texts) == 2 and _CAPTION.match(texts[1]))):
            between.append(texts)
            continue
        heads = row is not None and not any(map(is_figure, row))
        if table and (row is None or (between and heads)):
            said = [" ".join(one) for one in between if one]
            notes = next((k for k, one in enumerate(said) if not _NOTE.match(one)), len(said))
            notes = len(said) if row is None else notes
            yield _Table(tuple(above), tuple(table), tuple(said[:notes]))
            above, table, between = said[notes:], [], []
        if row is None:
            break
        if table:
            table.extend((" ".join(one),) for one in between if one)
        else:
            above.extend(" ".join(one) for one in between if one)
        table.append(row)
        between = []


def _titled(tables: Iterable[_Table]) -> Iterator[_Table]:
    """What stands above the first table of a sheet is the title of all."""
    title: tuple[str, ...] = ()
    for one in tables:
        title = title or one.above
        yield replace(one, above=tuple(dict.fromkeys((*title, *one.above))))


def _depth(rows: Sequence[_Row]) -> int:
    """How many rows name the columns: none where the first holds figures already."""
    if len(rows[0]) < 2 or any(map(is_figure, rows[0])):
        return 0
    depth = 1
    while depth < len(rows) and len(rows[depth]) > 1:
        above, row = rows[depth - 1], rows[depth]
        first = not row[0] or row[0] == above[0]
        if _counts(row):
            depth += 1
            continue
        spans = any(a and a == b for a, b in pairwise(above))
        gaps = any(b and not a for a, b in zip(above, row, strict=True))
        units = all(_UNIT_WORD.fullmatch(cell.strip("()（）")) for cell in row if cell)
        if any(map(is_figure, row)) or not first or not (spans or gaps or units):
            break
        depth += 1
    return depth


def _counts(row: _Row) -> bool:
    """甲 乙 1 2 3: numbers of the columns; 西营门街道 1 2 are figures."""
    numbers = [cell for cell in row if cell.isdigit()]
    others = [cell for cell in row if cell and not cell.isdigit()]
    lettered = bool(others) and all(len(one) == 1 and one in "甲乙丙丁戊己ABCDEF" for one in others)
    counted = numbers == [str(k) for k in range(1, len(numbers) + 1)]
    return counted and (lettered or (not others and len(numbers) == len(row) > 2))


def _heads(rows: Sequence[_Row], depth: int) -> list[tuple[str, ...]]:
    """The headers above each column, from the top; one that spans columns counts for each."""
    filled: list[list[str]] = [list(row) for row in rows[:depth]]
    for upper, lower in pairwise(filled):
        for k in range(1, len(upper)):
            if not upper[k] and lower[k]:
                upper[k] = upper[k - 1]
    numbers = [k for k, row in enumerate(filled) if k and any(map(is_figure, row))]
    kept = [row for k, row in enumerate(filled) if k not in numbers]
    return [tuple(dict.fromkeys(filter(None, column))) for column in zip(*kept, strict=True)]


def _roles(heads: Sequence[tuple[str, ...]], body: Sequence[_Row]) -> list[str]:
    """What each column holds: by its header, else by its cells."""
    roles = []
    for k, head in enumerate(heads):
        cells = [row[k] for row in body if row[k]]
        said = re.sub(r"\s", "", "".join(head))
        role = next((name for name, words in _ROLES if words.fullmatch(said)), "")
        figures = sum(map(is_figure, cells))
        if role == "unit" and sum(map(_reports, cells)) * 2 > len(cells):
            role = "area"  # 单位: a body, not what is counted
        if role in ("area", "indicator") and figures * 2 > len(cells):
            role = ""  # a place as the header of its figures
        if not role and not (figures or any(map(_year, head))):
            role = _by_cells(cells) if "value" not in roles and "figure" not in roles else ""
        roles.append(role or "figure")
    if "indicator" not in roles and "figure" not in roles and "value" not in roles:
        return ["" for _ in roles]
    return roles


def _year(text: str) -> str:
    """The year a header or a cell says, be it a part of one: 2022, 2022年1-11月."""
    found = _YEAR.fullmatch(text) or _YEAR_FIRST.match(text)
    return found[1] if found else ""


def _by_cells(cells: Sequence[str]) -> str:
    if not cells:
        return ""
    if all(map(_year, cells)):
        return "year"
    if sum(_is_place(one) or bool(_TOTAL.fullmatch(one)) for one in cells) * 2 > len(cells):
        return "area"
    return "indicator" if any(re.search("[一-鿿A-Za-z]", one) for one in cells) else ""


def _is_place(text: str) -> bool:
    return len(text) <= _NAME and bool(_PLACE.fullmatch(text)) and not _NO_PLACE.fullmatch(text)


def _reports(text: str) -> bool:
    return _is_place(text) or bool(_BODY.fullmatch(text))


# --- the facts of a table -------------------------------------------------------------------------


def _facts(table: _Table, sheet: str) -> Iterator[_Fact]:
    depth = _depth(table.rows)
    body = [row for row in table.rows[depth:] if len(row) > 1]
    if not depth or not body or len(table.rows[0]) > _WIDEST:
        return
    heads = _heads(table.rows, depth)
    roles = _roles(heads, body)
    places = [any(map(_is_place, head)) for head, role in zip(heads, roles, strict=True) if role == "figure"]  # fmt: skip
    across = sum(places) > 1 and sum(places) * 2 >= len(places)  # 指标 | 甲街道 | 乙街道
    year, caption = _year_of(sheet, table.above), _caption(table.above)
    state = _Fact(_of_sheet(sheet), year, "", caption, _topic(table.above) or sheet, "", "")
    before: _Row | None = None
    for row in table.rows[depth:]:
        if len(row) == 1:
            state = _under(state, row[0], roles)
            continue
        cells = _continued(row, before, roles)
        before = cells
        yield from _of_row(state, cells, heads, roles, across=across)


def _of_row(
    state: _Fact,
    row: _Row,
    heads: Sequence[tuple[str, ...]],
    roles: Sequence[str],
    *,
    across: bool,
) -> Iterator[_Fact]:
    said: dict[str, list[str]] = {}
    for cell, role in zip(row, roles, strict=True):
        if cell and role in ("area", "year", "indicator", "unit"):
            said.setdefault(role, []).append(cell)
    area = "".join(dict.fromkeys(said.get("area", ()))) if "area" in roles else state.area
    years = said.get("year", [])
    state = replace(
        state,
        area="" if _TOTAL.fullmatch(area) else area,
        year=next(filter(None, map(_year, years)), state.year),
        when=next(filter(_YEAR_FIRST.match, years), state.when),
        unit="".join(said.get("unit", ())[:1]),
    )
    for cell, head, role in zip(row, heads, roles, strict=True):
        if cell and role in ("figure", "value", "note"):
            named = _named(state, head, role, across=across)
            names = (*said.get("indicator", ()), *_own(head, role, across=across))
            yield _fact(named if role != "note" else replace(named, unit=""), names, cell)


def _named(state: _Fact, head: Sequence[str], role: str, *, across: bool) -> _Fact:
    """What the header of a column says beside its indicator."""
    years = [*filter(None, map(_year, head))]
    areas = [one for one in head if across and role == "figure" and _is_place(one)]
    totals = across and any(_TOTAL.fullmatch(one) for one in head)
    units = [one.strip("()（）") for one in head[1:] if _is_unit(one)]
    return replace(
        state,
        year=years[-1] if years else state.year,
        when=next(filter(_YEAR_FIRST.match, head), state.when),
        area="" if totals else areas[-1] if areas else state.area,
        unit=state.unit or "".join(units[-1:]),
    )


def _own(head: Sequence[str], role: str, *, across: bool) -> tuple[str, ...]:
    """The words of a header that name an indicator."""
    if role == "value":
        return ()
    return tuple(
        one
        for k, one in enumerate(head)
        if not _year(one)
        and not (across and role == "figure" and (_is_place(one) or _TOTAL.fullmatch(one)))
        and not (k and _is_unit(one))
    )


def _is_unit(text: str) -> bool:
    """（件）, or 件 by itself."""
    plain = text.strip("()（）")
    return bool(_UNIT_WORD.fullmatch(plain)) and (plain != text or len(text) == 1)


def _fact(state: _Fact, names: Iterable[str], value: str) -> _Fact:
    """A unit in brackets stays where it ends the name; inside, it is set apart."""
    said, unit = "", ""
    for one in dict.fromkeys(names):
        if found := _IN_BRACKETS.search(said):
            said, unit = said[: found.start()], found["unit"]
        said += one
    unit = "" if _IN_BRACKETS.search(said) else state.unit or unit
    return replace(state, indicator=said or state.indicator, value=value, unit=unit)


def _continued(row: _Row, before: _Row | None, roles: Sequence[str]) -> _Row:
    """An empty cell under a name of a place or a year means the same, as where merged cells were lost."""
    if before is None:
        return row
    return [
        cell or (above if role in ("area", "year") else "")
        for cell, above, role in zip(row, before, roles, strict=True)
    ]


def _under(state: _Fact, heading: str, roles: Sequence[str]) -> _Fact:
    """What a line between the rows says of those below it."""
    if found := _YEAR.fullmatch(heading):
        return replace(state, year=found["year"])
    if _is_place(heading) or is_figure(heading):
        return state if "area" in roles or is_figure(heading) else replace(state, area=heading)
    caption = _CAPTION.search(state.heading)
    return replace(state, heading=f"{heading}{f'　{caption[0]}' if caption else ''}")


def _of_sheet(name: str) -> str:
    plain = _YEARS.sub("", name).strip("年度 ")
    return plain if _is_place(plain) else ""


def _year_of(sheet: str, above: Sequence[str]) -> str:
    """The one year that the sheet's name says, else the line right above the table, else all of them."""
    for said in (sheet, *above[-1:], " ".join(above)):
        years = set(_YEARS.findall(said))
        if len(years) == 1:
            return str(years.pop())
    return ""


def _topic(above: Sequence[str]) -> str:
    """What areas × years are of, where neither names it: the last line above, without its years."""
    said = [re.sub("（）|[(][)]", "", _CAPTION.sub("", one)).strip() for one in above]
    return _SPAN.sub("", next(filter(None, reversed(said)), ""))


def _caption(above: Sequence[str]) -> str:
    found = [match[0] for said in above if (match := _CAPTION.search(said))]
    return found[-1] if found else ""


# --- texts ----------------------------------------------------------------------------------------


def _text(
    key: tuple[str, str], subject: str, tables: Sequence[tuple[_Table, Sequence[_Fact]]]
) -> str:
    area, year = key
    head = f"{area}{year and f'{year}年'}"
    above = dict.fromkeys(said for table, _ in tables for said in table.above if not _CAPTION.fullmatch(said))  # fmt: skip
    below = dict.fromkeys(
        said
        for table, _ in tables
        for said in table.below
        if not year or set(_YEARS.findall(said)) in (set(), {year})  # 2022年数据截至11月底
    )
    if _BODY.fullmatch(
        area
    ):  # the title's area is not its own: 区公安局 must not speak for the district
        above = {}
    titled = not area and any(_GENRE.search(one) and year in _YEARS.findall(one) for one in above)
    lines = ["" if titled or not head else f"{head}{subject}", *above]
    for _, facts in tables:
        for (heading, when), own in groupby(facts, key=lambda one: (one.heading, one.when)):
            rows = list(own)
            plain = heading if _CAPTION.sub("", heading).strip() else f"{year and f'{year}年'}　{heading}"  # fmt: skip
            with_unit = any(one.unit for one in rows)
            lines += ["", plain.strip("　")] if plain.strip("　") else [""]
            column = when or (f"{year}年" if year else "数值")
            lines.append(_row("指标", column, "单位" if with_unit else None))
            lines += [_row(one.indicator, one.value, one.unit if with_unit else None) for one in rows]  # fmt: skip
    return "\n".join([*lines, *([""] if below else []), *below]).strip("\n") + "\n"


def _row(*cells: str | None) -> str:
    return f"| {' | '.join(cell for cell in cells if cell is not None)} |"


def _lines(sheets: Sequence[Sheet]) -> Iterator[str]:
    """A workbook without a table of figures: an article in cells."""
    for sheet in sheets:
        for row in sheet.rows:
            texts = list(dict.fromkeys(filter(None, row)))
            yield _row(*texts) if len(texts) > 1 else "".join(texts)


def _several(found: Sequence[Part]) -> ReadError:
    areas, years = {one.area for one in found}, {one.year for one in found}
    first, last = quoted(found[0].name), quoted(found[-1].name)
    return ReadError(
        both(
            f"表里有 {len(areas)} 个地区、{len(years)} 个年度的数据（{first}至{last}）；请放入报告文件夹后运行 fazhi build，"
            "会按地区和年度逐份读取（文件名以 .xlsx 或 .csv 结尾）；逐份导入请每个地区、年度各存一个文件。",
            f"the table holds {len(areas)} areas and {len(years)} years ({first} to {last}); put it into the folder of reports "
            "and run fazhi build, which reads it as one report for each area and year (named .xlsx or .csv); "
            "to import it by itself, save one file for each.",
        )
    )
