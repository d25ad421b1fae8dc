"""Which place and which year a report speaks for, and by what evidence.

A name decides only where it is unique: in the national table, or below a place that the report itself names. Where
the bytes leave it open, the report keeps its candidates and a `problem`; nothing is guessed. Only the ends of the
text and counts of fixed words are looked at, so a long file costs no more than reading it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import duckdb

from pipeline.errors import PlaceError
from pipeline.model import Document, Jurisdiction, Place, both, quoted

_LEVELS = {2: "province", 4: "prefecture", 6: "county", 9: "township"}
# Rows of the table that only group others and that no one writes.
_GROUPING = re.compile("^(?:市辖区|县|.*直辖县级行政区划)$")
_ZONE_NAME = re.compile("(?:开发区|工业园区?|产业园区?|度假区|示范区|管委会|园区)$")
_UNCODED_ZONE = re.compile(
    "(?:度假区|开发区|高新区|经开区|名胜区|保税区|管委会|管理委员会)(?=20|关于|$)"
)
_ANY_SUFFIX = re.compile("(?:街道|自治[区州县旗]|特区|地区|[镇乡区县市旗州盟省])$")

_HAN = "一-鿿"
_LONGEST = 15
_ENDING = 3  # characters at the end of a name that tell which names it can be
_NAME_END = re.compile("街道?|苏木|开发区|农场|林场|管委会|园区|[镇乡区县市旗州盟省]")
# What may stand before a name without being a part of it.
_BOUNDARY = re.compile(
    r"(?:^|[^一-鿿]|[区县市旗州盟省府会委于共和与在由为对及以等是到了将党年度]|[地位]处|坐落|隶属)$"
)
# Places gone to, not spoken for; the second form only where nothing stronger names the place.
_VISITED = re.compile(rf"(?:赴|前往|考察|参观|借鉴)[{_HAN}]{{0,8}}$")
_OTHER = re.compile(rf"(?:到|与|向|同)[{_HAN}]{{0,8}}$|[对及和、]$")

# Whose law, hotline and licence a report uses, there it is: 《安徽省…条例》, 持有安徽省行政执法证, 长沙市12345热线
_UNDER = "(?:地处|位于|位处|坐落于?|隶属于?){0}|《{0}[^《》]{{2,40}}》|{0}(?:12345|政务服务热线|行政执法证|执法证|行政执法资格)"

_GENRE = re.compile(
    r"(?:法治政府建设|依法行政|法治建设)[^。！？]{0,40}?(?:报告|总结|情况|汇报|小结|回顾)"
)
_HEAD = 500
_LEAD = 300
_BODY = 60_000  # characters within which frequency is measured
_TAIL = 1500
_SIGNATURE_LINES = 8
_IN_ZONE = 5  # weight of a name in a part where the report speaks of itself
_SIGNATURE_MAX = 45

# Who "we" is: the word a report uses for its own area tells the level even where the name is missing.
_SELF_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "township",
        re.compile(
            "[我本]街道?|[我本][镇乡]|全[镇乡]|全街(?!道?区)|街道党工委|街道办事处|街道工委|街工委|[镇乡]党委|[镇乡]人民政府"
        ),
    ),
    ("county", re.compile("[我本][区县旗]|全[区县旗]|[区县旗]委全面依法治")),
    ("prefecture", re.compile("[我本][市州盟]|全[市州盟]|[市州盟]委全面依法治")),
    ("province", re.compile("[我本]省|全省|全自治区|我区各市")),
)
_TOWNSHIP_WORD = re.compile("街道|街(?=20|关于)|[镇乡](?=人民政府|20|关于)|办事处")
_DEPARTMENT = re.compile(rf"[{_HAN}]{{1,20}}?(?:局|厅|委员会|办公室|[总支大]队|中心|司法所)(?!党)")
_PARTY = re.compile("^中共|工作委员会|党委|党工委|区委|县委|市委")
_ISSUER = re.compile(
    rf"[{_HAN}（）]{{2,36}}?(?:街道办事处|办事处|管理委员会|管委会|工作委员会|委员会|人民政府(?![{_HAN}]{{2,14}}办事处)"
    rf"|公安局|[{_HAN}]{{2}}局|厅|司法所)"
)
_ISSUER_FIELDS = ("发布机构", "发文机关", "发文单位", "制发机关")
_DATE_FIELDS = ("发布日期", "成文日期", "发布时间")
_NOT_SIGNATURE = re.compile(
    "^(?:抄送|主送|报送|联系|附件|责任编辑|编辑|来源|打印|分享|相关|上一篇|下一篇|[|｜])"
)
_DATE = re.compile(r"(?<!\d)(20\d\d)\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})(?!\d)")

_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN_YEAR = re.compile("二[〇○零][〇○零一二三四五六七八九]{2}(?=年)")
_YEAR = r"(?<![\d—\-－~至])(20\d\d)(?:年度|年(?!\d{1,2}月))(?!\s*[—\-－~至])"
_YEAR_ANYWHERE = re.compile(_YEAR)
# Where a report says which year it is about, strongest first.
_YEAR_LEAD = re.compile(rf"{_YEAR}(?:以来|来)?\s*[，,]|(?:现将|现就|现把)[^。]{{0,30}}?{_YEAR}")
_YEAR_FILE = re.compile(r"(?<![0-9A-Za-z])(20\d\d)(?![0-9A-Za-z]|[-_.]\d)")
_YEAR_HEADING = re.compile(
    rf"^[ \t\u3000]*[一二三四五六七八九十]、[^\n。]{{0,12}}?{_YEAR}([^\n。]{{0,40}})", re.MULTILINE
)
# Where something stands in a report, in words.
_WHERE: Mapping[str, tuple[str, str]] = {
    "title": ("标题", "the title"),
    "signature": ("落款", "the signature"),
    "issued": ("发布信息", "the page's particulars"),
    "file": ("文件名", "the file name"),
    "opening": ("开头", "the opening"),
    "body": ("正文", "the text"),
    "issued_title": ("发布信息的标题", "the title in the page's particulars"),
    "heading": ("小标题", "a heading"),
}
_FUTURE = re.compile("思路|打算|计划|安排|要点|下一步|谋划|目标|举措$")


class _Forms:
    """Names as written, found from where they end in a text."""

    def __init__(self, codes: Mapping[str, Sequence[str]]) -> None:
        self.codes = codes
        lengths: dict[str, set[int]] = defaultdict(set)
        for form in codes:
            lengths[form[-_ENDING:]].add(len(form))
        self._lengths = {end: tuple(sorted(some, reverse=True)) for end, some in lengths.items()}

    def ending(self, text: str, end: int) -> Iterator[tuple[str, Sequence[str]]]:
        """Those that end at a place of a text, the longest first, with their codes."""
        for ending in (text[max(0, end - _ENDING) : end], text[max(0, end - 2) : end]):
            for length in self._lengths.get(ending, ()):
                form = text[max(0, end - length) : end]
                if form in self.codes:
                    yield form, self.codes[form]


class PlaceTable:
    """The national table: names by code and codes by every form a report may use."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """Index `names` (code → name) once; a process keeps one table."""
        self.names = names
        self._below: dict[str, list[str]] = defaultdict(list)
        written: dict[str, list[str]] = defaultdict(list)
        above: dict[str, list[str]] = defaultdict(list)
        for code, name in names.items():
            if len(code) == 9:
                self._below[code[:6]].append(code)
            if not _GROUPING.match(name):
                for form in {name, _short(name)} if len(code) < 9 else ():
                    above[form].append(code)
                for form in _forms(code, name):
                    written[form].append(code)
        self._written, self._above = _Forms(written), _Forms(above)

    @classmethod
    def load(cls, path: Path) -> "PlaceTable":
        """Read the parquet file with the columns code and name."""
        try:
            with duckdb.connect() as connection:
                rows = connection.execute(
                    "SELECT code, name FROM read_parquet(?)", [str(path)]
                ).fetchall()
        except duckdb.Error as error:
            said = quoted(str(error))
            raise PlaceError(
                both(
                    f"区划表 {path.name} 读不出来：{said}",
                    f"the table of places {path.name} cannot be read: {said}",
                )
            ) from error
        return cls(dict(rows))

    def place(self, code: str) -> Place | None:
        """The place of a code, with its chain of names."""
        name = self.names.get(code)
        if name is None:
            return None
        level = "zone" if len(code) >= 6 and _ZONE_NAME.search(name) else _LEVELS[len(code)]
        path = tuple(
            self.names[part]
            for part in (*self.ancestors(code), code)
            if not _GROUPING.match(self.names[part])
        )
        return Place(code, name, level, path)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes above, from the province down."""
        return tuple(code[:n] for n in _LEVELS if n < len(code) and code[:n] in self.names)

    def ending(self, text: str, end: int) -> Iterator[tuple[str, Sequence[str]]]:
        """Names that end at a place of a text, the longest first, with their codes."""
        return self._written.ending(text, end)

    def above(self, text: str) -> set[str]:
        """Codes of the places over townships whose name, with or without its type, ends a text."""
        return {code for _, codes in self._above.ending(text, len(text)) for code in codes}

    def children(self, code: str) -> Iterator[str]:
        """Townships of a county."""
        return iter(self._below.get(code, ()))


@dataclass(frozen=True, slots=True)
class _Mention:
    """A name of the table as written, at a place in a zone of the report."""

    form: str
    codes: tuple[str, ...]
    start: int

    @property
    def depth(self) -> int:
        return max(len(code) for code in self.codes)


@dataclass(frozen=True, slots=True)
class _Zone:
    """A part of the report in which it names itself."""

    label: str  # a key of _WHERE
    text: str


def genre(doc: Document) -> bool:
    """Whether title, metadata, file name or opening say that this is such a report."""
    head = re.sub(r"\s", "", doc.text[: _HEAD + 200])[:_HEAD]
    places = (doc.title, *doc.metadata.values(), PurePosixPath(doc.source).stem, head)
    return any(_GENRE.search(place) for place in places)


def resolve(
    doc: Document, places: PlaceTable, line: Mapping[str, str] | None = None
) -> Jurisdiction:
    """Place and year of one report; `line` is its row of places.csv and wins over everything else."""
    line = line or {}
    place, how, candidates, problem = _place_of(doc, places, line)
    year, how_year, warnings = _year_of(doc, line)
    if not genre(doc) and not line:
        problem = both(
            "标题和开头都没有写明是法治政府建设（依法行政）年度报告；若确是，请在 places.csv 中为它加一行。",
            "neither title nor opening says that this is an annual report on building a rule-of-law government; "
            "if it is one, add a line for it to places.csv.",
        )
    elif not problem and year is None:
        problem = how_year
    issuer = _issuer(doc, how)
    if place and not line and _is_uncoded_zone(doc, issuer, place):
        candidates, place = (place,), None
        problem = both(
            f"{quoted(issuer)}是开发区、度假区一类，全国区划表中没有它的代码；请在 places.csv 中指定。",
            f"{quoted(issuer)} is a zone without a code in the national table; name its place in places.csv.",
        )
    return Jurisdiction(
        place=place,
        time_period=year,
        issuer=issuer,
        issuer_kind=_issuer_kind(issuer, place),
        published_on=_published_on(doc),
        how_ref_area=how,
        how_time_period=how_year,
        candidates=candidates,
        problem=problem,
        warnings=warnings,
    )


def _list(line: Mapping[str, str]) -> str:
    """The file that the line stands in, as a sentence names it."""
    return line.get("origin", "places.csv")


_Decision = tuple[Place | None, str, tuple[Place, ...], str]


def _place_of(doc: Document, places: PlaceTable, line: Mapping[str, str]) -> _Decision:
    code = (line.get("ref_area") or "").strip()
    if code:
        given = places.place(code)
        if given is None:
            problem = both(
                f"{_list(line)} 给出的区划代码{quoted(code)}不在全国区划表中；请改正该行。",
                f"the code {quoted(code)} in {_list(line)} is not in the national table; correct that line.",
            )
            return None, "", (), problem
        why = (line.get("why") or "").strip()
        how = both(
            f"{_list(line)} 指定 {code}{f'（{why}）' if why else ''}。",
            f"Set to {code} in {_list(line)}{f' ({quoted(why)})' if why else ''}.",
        )
        return given, how, (), ""
    evidence = _Evidence.gather(doc, places)
    for decide in (_by_name, _by_short_name):
        if decision := decide(evidence, places):
            return decision
    problem = both(
        "报告没有写明是哪个地区的；请在 places.csv 中为它加一行（file, ref_area）。",
        "the report does not say which area it is from; add a line for it to places.csv (file, ref_area).",
    )
    return None, "", (), problem


@dataclass(frozen=True)
class _Evidence:
    """What the report says about itself, gathered once."""

    zones: tuple[_Zone, ...]
    body: str
    mentions: Mapping[str, tuple[_Mention, ...]]  # by zone label, and "body"
    counts: Counter[str]  # how often each form stands in the body

    @classmethod
    def gather(cls, doc: Document, places: PlaceTable) -> "_Evidence":
        zones = tuple(_zones(doc))
        body = doc.text[:_BODY] + ("" if len(doc.text) <= _BODY else doc.text[-_TAIL:])
        mentions = {zone.label: tuple(_mentions(zone.text, places)) for zone in zones}
        mentions["body"] = tuple(_mentions(body, places))
        counts = Counter(mention.form for mention in mentions["body"])
        return cls(zones, body, mentions, counts)

    @cached_property
    def level(self) -> str:
        """The level of "we", "" where the report does not say; most titles make it needless to ask."""
        return _self_level(self.body)

    def strength(self, name: str) -> int:
        """How surely the report speaks of itself when it writes this name of a higher place."""
        named = any(
            mention.form == name for zone in self.zones for mention in self.mentions[zone.label]
        )
        shortly = len(_short(name)) > 1 and any(
            _short(name) in zone.text for zone in self.zones[:4]
        )
        under = _IN_ZONE if re.search(_UNDER.format(re.escape(name)), self.body) else 0
        return under + min(self.counts[name], 4) + (_IN_ZONE if named else 2 if shortly else 0)


def _zones(doc: Document) -> Iterator[_Zone]:
    yield _Zone("title", doc.title)
    yield _Zone("signature", "\n".join(_signature(doc.text)))
    issuers = [doc.metadata[key] for key in _ISSUER_FIELDS if key in doc.metadata]
    yield _Zone("issued", "\n".join([*issuers, doc.metadata.get("标题", "")]))
    yield _Zone("file", PurePosixPath(doc.source).stem)
    yield _Zone("opening", doc.text[: _LEAD + len(doc.title)])


def _signature(text: str) -> list[str]:
    lines = [line.strip() for line in text[-_TAIL:].splitlines() if line.strip()]
    return [
        line
        for line in lines[-_SIGNATURE_LINES:]
        if len(line) <= _SIGNATURE_MAX
        and not re.search("[，。；：！？:]", line)
        and not _NOT_SIGNATURE.match(line)
    ]


def _forms(code: str, name: str) -> Iterable[str]:
    yield name
    if len(code) == 9:
        if name.endswith("街道"):
            yield name.removesuffix("道")
        elif name.endswith("街道办事处"):
            yield name.removesuffix("办事处")


def _mentions(text: str, places: PlaceTable) -> Iterator[_Mention]:
    """Names of the table in a text, none cut out of a longer one: 红旗街街道 is not 红旗街."""
    held: _Mention | None = None
    for mention in _ending_names(text, places):
        if held and not (held.start == mention.start and mention.form.startswith(held.form)):
            yield held
        held = mention
    if held:
        yield held


def _ending_names(text: str, places: PlaceTable) -> Iterator[_Mention]:
    """The longest name at each end, not cut out of a longer word."""
    for match in _NAME_END.finditer(text):
        end = match.end()
        for form, codes in places.ending(text, end):
            start = end - len(form)
            before = text[max(0, start - _LONGEST) : start]
            if _VISITED.search(before):
                break
            below = _below_written(codes, before, places)
            if below or _plausible(form, before):
                yield _Mention(form, below or tuple(codes), start)
                break


def _below_written(codes: Iterable[str], before: str, places: PlaceTable) -> tuple[str, ...]:
    """Those whose higher place is written right before the name: 丰泽区东湖街道, 丰泽东湖街道."""
    above = places.above(before.removesuffix("人民政府"))
    return tuple(code for code in codes if above and not above.isdisjoint(places.ancestors(code)))


def _short(name: str) -> str:
    """A name without its type, as long as two characters stay."""
    short = _ANY_SUFFIX.sub("", name)
    return short if len(short) > 1 else name


def _plausible(form: str, before: str) -> bool:
    # 城区, 郊区 and the like are words before they are names; 孙镇 is a name where a title begins with it.
    word = len(form) == 2 and (form[-1] == "区" or (form[-1] in "镇乡" and before != ""))
    return not word and bool(_BOUNDARY.search(before))


def _self_level(body: str) -> str:
    counts = {level: len(words.findall(body)) for level, words in _SELF_WORDS}
    best = max(counts, key=lambda level: counts[level])
    return best if counts[best] > 1 else ""


def _by_name(evidence: _Evidence, places: PlaceTable) -> _Decision | None:
    named = _own_name(evidence)
    if named is None:
        return None
    mention = named[1]
    if len(mention.codes) == 1:
        place = places.place(mention.codes[0])
        above = [name for name in place.path[:-1] if evidence.strength(name)] if place else []
        unique = (
            "这个名称在全国区划表中只有一处",
            "the only place of this name in the national table",
        )
        return place, _proven(named, _names_above(above) if above else unique), (), ""
    return _among(named, evidence, places)


def _proven(named: tuple[str, _Mention], proof: tuple[str, str]) -> str:
    """What was found, and why it can be no other place."""
    label, mention = named
    zh, en = _WHERE[label]
    form = quoted(mention.form)
    return both(f"{zh}写有{form}，{proof[0]}。", f"{en.capitalize()} says {form}, {proof[1]}.")


def _names_above(names: Sequence[str]) -> tuple[str, str]:
    return (
        f"文中写有上级{quoted('、'.join(names))}",
        f"in {quoted('、'.join(names))}, which the report names too",
    )


def _own_name(evidence: _Evidence) -> tuple[str, _Mention] | None:
    """The name a report gives itself, as narrow as any place of the report writes it."""
    named = _strongest_name(evidence)
    if named is None or len(named[1].codes) == 1:
        return named
    label, mention = named
    for other in (other for others in evidence.mentions.values() for other in others):
        if other.form == mention.form and set(other.codes) < set(mention.codes):
            return label, other
    return named


def _strongest_name(evidence: _Evidence) -> tuple[str, _Mention] | None:
    """The name a report gives itself: the deepest one in the strongest zone, or the most frequent of the body."""
    best: tuple[str, _Mention] | None = None
    for zone in evidence.zones:
        for mention in evidence.mentions[zone.label]:
            if zone.label == "opening" and _OTHER.search(zone.text[: mention.start]):
                continue
            # The opening also names places that took part: there only a township may go deeper.
            deeper = mention.depth > best[1].depth if best else True
            if zone.label == "opening" and best:
                deeper = deeper and mention.depth == 9 and evidence.level == "township"
            if best is None or (deeper and _below(mention, best[1])):
                best = zone.label, mention
        if best and best[1].depth == 9:
            return best
    if best and (
        evidence.level != "township"
        or (best[0] == "title" and not _TOWNSHIP_WORD.search(evidence.zones[0].text))
    ):
        return best
    frequent = [
        mention
        for mention in evidence.mentions["body"]
        if mention.depth == 9
        and evidence.counts[mention.form] > 1
        and not _OTHER.search(evidence.body[max(0, mention.start - _LONGEST) : mention.start])
        and (best is None or _below(mention, best[1]))
    ]
    if not frequent:
        return best if best and evidence.level != "township" else None
    return "body", max(frequent, key=lambda mention: evidence.counts[mention.form])


def _below(mention: _Mention, upper: _Mention) -> bool:
    return any(code.startswith(above) for code in mention.codes for above in upper.codes)


def _among(named: tuple[str, _Mention], evidence: _Evidence, places: PlaceTable) -> _Decision:
    """Choose between places of one name by the higher places that the report names."""
    scores: dict[str, tuple[int, list[str]]] = {}
    for code in named[1].codes:
        place = places.place(code)
        upper = place.path[:-1] if place else ()
        strengths = {name: strength for name in upper if (strength := evidence.strength(name))}
        # A far province or city named in passing (a law firm, a visit) says too little by itself.
        enough = any(strengths.get(n, 0) > 1 for n in upper[-1:]) or any(
            strength >= _IN_ZONE for strength in strengths.values()
        )
        scores[code] = sum(strengths.values()) if enough else 0, list(strengths)
    ranked = sorted(scores, key=lambda code: scores[code][0], reverse=True)
    first, second = scores[ranked[0]], scores[ranked[1]]
    options = tuple(place for code in ranked if (place := places.place(code)))
    if first[0] > second[0]:
        return options[0], _proven(named, _names_above(first[1])), (), ""
    form, (zh, en) = quoted(named[1].form), _listed(options)
    problem = both(
        f"{form}在全国有 {len(options)} 处同名，报告没有写明上级：{zh}；请在 places.csv 中指定。",
        f"{len(options)} places are called {form} and the report names none above it: {en}; "
        "name the right one in places.csv.",
    )
    return None, "", options, problem


def _listed(options: Sequence[Place]) -> tuple[str, str]:
    """The first five places, and how many there are."""
    names = ["".join(place.path) for place in options[:5]]
    zh, en = "；".join(names), ", ".join(map(quoted, names))
    if len(options) > 5:
        return f"{zh}等 {len(options)} 处", f"{en} and {len(options) - 5} more"
    return zh, en


def _by_short_name(evidence: _Evidence, places: PlaceTable) -> _Decision | None:
    """A township known by a short form of its name, below a county that the report names."""
    counties = {
        code
        for mentions in evidence.mentions.values()
        for mention in mentions
        for code in mention.codes
        if len(code) == 6 and evidence.strength(mention.form) > 1
    }
    hits: dict[str, tuple[int, str, str]] = {}
    stems = _stems(evidence)
    for county in counties:
        for code in places.children(county):
            full = _ANY_SUFFIX.sub("", places.names[code])
            for (stem, suffix), count in stems.items():
                alike = _shortens(stem, full) or _spells_out(stem, full)
                if _suffix_fits(places.names[code], suffix) and alike:
                    hits[code] = max(hits.get(code, (0, "", "")), (count, stem + suffix, county))
    if not hits:
        return None
    ranked = sorted(hits, key=lambda code: hits[code][0], reverse=True)
    best = hits[ranked[0]]
    if len(ranked) > 1 and hits[ranked[1]][0] * 2 > best[0]:
        options = tuple(place for code in ranked if (place := places.place(code)))
        zh, en = _listed(options)
        problem = both(
            f"{quoted(best[1])}可能是：{zh}；请在 places.csv 中指定。",
            f"{quoted(best[1])} may be {en}; name the right one in places.csv.",
        )
        return None, "", options, problem
    place = places.place(ranked[0])
    full = places.names[ranked[0]]
    times = evidence.body.count(best[1])
    county = places.names[best[2]]
    zh, en = ("简称", "short for") if len(best[1]) < len(full) else ("另一写法", "another name of")
    short, full, county = quoted(best[1]), quoted(full), quoted(county)
    how = both(
        f"正文 {times} 次写{short}，是{county}所辖{full}的{zh}，文中写有{county}。",
        f"{short} ({times}× in the text) is {en} {full} in {county}, which the report names.",
    )
    return place, how, (), ""


def _stems(evidence: _Evidence) -> Counter[tuple[str, str]]:
    """What stands before 街道, 镇 or 乡, by frequency; names in title, signature and file count thrice."""
    counts: Counter[tuple[str, str]] = Counter()
    pattern = re.compile(rf"([{_HAN}]{{2,4}}?)(街道|街|镇|乡)(?!区|面|头|村|坊)")
    for text, weight in ((evidence.body, 1), *((zone.text, 3) for zone in evidence.zones[:4])):
        for match in pattern.finditer(text):
            for length in range(2, len(match[1]) + 1):
                counts[match[1][-length:], match[2]] += weight
    return Counter({key: count for key, count in counts.items() if count > 2})


def _suffix_fits(name: str, suffix: str) -> bool:
    return name.endswith({"街": "街道"}.get(suffix, suffix))


def _shortens(stem: str, full: str) -> bool:
    """Whether `stem` keeps first and last character of `full` and leaves out some between."""
    if len(stem) >= len(full) or stem[0] != full[0] or stem[-1] != full[-1]:
        return False
    rest = iter(full)
    return all(character in rest for character in stem)


def _spells_out(stem: str, full: str) -> bool:
    """古美路 for 古美, 文化东路 for 文东: as the street itself is called."""
    street = stem.removesuffix("路")
    return street != stem and (street == full or _shortens(full, street))


def _issuer(doc: Document, how: str) -> str:
    for text in (doc.title, "\n".join(_signature(doc.text))):
        found = [match[0] for match in _ISSUER.finditer(re.sub("关于|20\\d\\d年度?", "\n", text))]
        if found:
            return found[-1]
    for key in _ISSUER_FIELDS:
        if key in doc.metadata:
            return doc.metadata[key]
    chinese = how.partition(" | ")[0]
    written = re.search("“([^”]+)”", chinese) if "写" in chinese else None
    return written[1] if written else ""


def _issuer_kind(issuer: str, place: Place | None) -> str:
    if re.search("管委会|管理委员会", issuer) or (place and place.level == "zone"):
        return "zone"
    if _DEPARTMENT.search(issuer) and not _PARTY.search(issuer):
        return "department"
    if place is not None and place.level == "township":
        return "subdistrict" if "街道" in place.name else "township"
    if place is None and "街道" in issuer:
        return "subdistrict"
    return "government"


def _is_uncoded_zone(doc: Document, issuer: str, place: Place) -> bool:
    """A zone that the table does not hold must not speak for the county or city around it."""
    named = _UNCODED_ZONE.search(doc.title) or _UNCODED_ZONE.search(issuer)
    return place.level not in {"zone", "township"} and named is not None


def _published_on(doc: Document) -> str | None:
    places = [doc.metadata[key] for key in _DATE_FIELDS if key in doc.metadata]
    for text in (*places, *reversed(_signature(doc.text))):
        if match := _DATE.match(text):
            year, month, day = (int(part) for part in match.groups())
            if 1 <= month <= 12 and 1 <= day <= 31:
                return f"{year}-{month:02}-{day:02}"
    return None


def _year_of(doc: Document, line: Mapping[str, str]) -> tuple[int | None, str, tuple[str, ...]]:
    given = (line.get("time_period") or "").strip()
    if given:
        if not re.fullmatch(r"(?:19|20)\d\d", given):
            problem = both(
                f"{_list(line)} 给出的年度{quoted(given)}不是四位年份；请改正该行。",
                f"the year {quoted(given)} in {_list(line)} is not a year of four digits; correct that line.",
            )
            return None, problem, ()
        how = both(f"{_list(line)} 指定 {given} 年。", f"Set to {given} in {_list(line)}.")
        return int(given), how, ()
    found = list(_years(doc))
    if not found:
        problem = both(
            "报告没有写明是哪一年度的；请在 places.csv 中为它加一行（file, time_period）。",
            "the report does not say which year it is about; add a line for it to places.csv (file, time_period).",
        )
        return None, problem, ()
    label, year, words = found[0]
    zh, en = _WHERE[label]
    how = both(f"{zh}写有{quoted(words)}。", f"{en.capitalize()} says {quoted(words)}.")
    others = ((other, quoted(said)) for other, value, said in found[1:] if value != year)
    warnings = tuple(
        both(
            f"{zh}写{quoted(words)}，{_WHERE[other][0]}却写{said}；按 {year} 年处理，请核对。",
            f"{en.capitalize()} says {quoted(words)} but {_WHERE[other][1]} {said}; read as {year}, please check.",
        )
        for other, said in others
    )
    return year, how, warnings[:1]


def _years(doc: Document) -> Iterator[tuple[str, int, str]]:
    """Where the report names its year, strongest first."""
    for label, text in (("title", doc.title), ("issued_title", doc.metadata.get("标题", ""))):
        if match := _YEAR_ANYWHERE.search(_arabic(text)):
            yield label, int(match[1]), match[0]
    lead = _arabic(doc.text[: _LEAD + _HEAD])
    if match := _YEAR_LEAD.search(lead):
        yield "opening", int(match[1] or match[2]), match[0].strip("，, ")[-30:]
    if match := _YEAR_FILE.search(PurePosixPath(doc.source).stem) or _YEAR_ANYWHERE.search(
        PurePosixPath(doc.source).stem
    ):
        yield "file", int(match[1]), match[0]
    for match in _YEAR_HEADING.finditer(_arabic(doc.text[:_BODY])):
        if not _FUTURE.search(match[2]):
            yield "heading", int(match[1]), match[0].strip()
            break


def _arabic(text: str) -> str:
    return _HAN_YEAR.sub(lambda match: match[0].translate(_HAN_DIGITS), text)
