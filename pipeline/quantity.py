"""Every numeral of a report: where it stands, what it says, and whether it is a figure at all.

Two levels, because that is what keeps ten megabytes linear: a character set finds where a numeral
may begin, and only there the grammar is tried; what stands before is looked up in a short window,
never as an optional prefix of a pattern. Words are data (`catalog/units.toml`).
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from importlib.resources import files
from typing import Any, cast

from pipeline import numerals
from pipeline.model import Qualifier, Quantity, Role

_DATA: Mapping[str, Any] = tomllib.loads(
    files("pipeline").joinpath("catalog/units.toml").read_text(encoding="utf-8")
)
Amount = tuple[Decimal, Decimal | None, str, str]  # value, value_max, unit, qualifier


def _words(*path: str) -> tuple[str, ...]:
    entry: Any = _DATA
    for key in path:
        entry = entry[key]
    return tuple(sorted(str(entry).split(), key=len, reverse=True))


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, words)) + ")"


def _by_first(words: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in words:
        found.setdefault(word[0], []).append(word[1:])
    return found


# One character stands for one character, so that spans in the flat text are spans in the text.
_FLAT = str.maketrans(
    "０１２３４５６７８９％﹪．＋：／（）〔〕［］【】—–－―～~•・\u3000\u00a0\u2009"
    + _DATA["variants"]["from"],
    "0123456789%%.+:/()[][][]------··   " + _DATA["variants"]["to"],
)

_VARIANTS = re.compile("[" + re.escape("".join(map(chr, _FLAT))) + "]")


def _flat(text: str) -> str:
    """Few characters have a variant: replacing those costs a quarter of translating all."""
    return _VARIANTS.sub(lambda found: chr(_FLAT[ord(found[0])]), text)


# -- parts of the grammar ---------------------------------------------------------------------

_CALENDAR, _DAY = _words("durations", "calendar"), _words("durations", "day")
_UNITS = sorted({*_words("units", "arabic"), *_CALENDAR, *_DAY}, key=len, reverse=True)
_GUARDS: Mapping[str, str] = _DATA["guards"]
_CN = f"[{numerals.CHARACTERS}]"
_CN_RUN = f"{_CN}{{1,24}}+"
_S = "[ ]{0,2}"
# 件 · 人次 · 人, but not the 人 of 人民
UNIT = "(?:" + "|".join(
    re.escape(u) + (f"(?!{_GUARDS[u]})" if _GUARDS.get(u) else "") for u in _UNITS
) + ")"  # fmt: skip
SCALE = "(?:万亿|亿|万(?!分之)|千(?![瓦米克])|百(?!分))"
MORE = "[余多几来]"
SUFFIX = _any(
    w for key in _DATA["qualifiers"]["suffix"] for w in _words("qualifiers", "suffix", key)
)
NUMBER = "|".join((
    rf"[0-9]{{1,3}}(?: [0-9]{{3}}){{1,3}}(?![0-9])(?={MORE}?{SCALE}?{UNIT})",  # 1 730件
    r"[0-9]{1,3}(?:,[0-9]{3}){1,5}(?![0-9,])(?:\.[0-9]++)?",  # 1,730
    rf"[0-9]++(?:[万亿][0-9]{{3,4}}(?=[千百万]?{UNIT})|[万亿][0-9](?=[千百]{UNIT}))",  # 3万4000, 25万6千
    r"[0-9]++(?:\.[0-9]++)?",  # 12.68
    rf"[数几上][十百千万亿]{{1,2}}+(?!{_CN})",  # 数十
    rf"{_CN_RUN}(?:点[零〇一二三四五六七八九]{{1,6}}+[万亿]?)?",  # 二百三十
))  # fmt: skip


def _amount(tag: str) -> str:
    # 12.68万 · 64余万 · 1万余 · 十几
    return (
        rf"(?P<n{tag}>{NUMBER})(?:{_S}(?P<m{tag}>{MORE}))?(?:{_S}(?P<s{tag}>{SCALE}))?"
        rf"(?P<k{tag}>{MORE})?"
    )


_END = rf"(?P<suffix>{SUFFIX})?"
RANGE = rf"{_amount('1')}{_S}(?P<unit1>{UNIT})?{_S}(?:-{{1,2}}|至|到){_S}{_amount('2')}{_S}(?P<unit>{UNIT}){_END}"  # 3-5次
PAIR = rf"(?P<low>[一二两三四五六七八])(?P<high>[二三四五六七八九])(?P<times>[十百千万]?){_S}(?P<unit>{UNIT}){_END}"  # 两三次
PARTS = rf"(?P<den>[0-9]{{1,4}}|{_CN_RUN})分之(?P<num>[0-9]{{1,4}}(?:\.[0-9]{{1,4}})?|{_CN_RUN}(?:点[零一二三四五六七八九]{{1,4}})?){_END}"  # 四分之三
SLASH = rf"(?<![0-9/.-])(?P<num>[1-9])/(?P<den>10|[2-9])(?![0-9/.日号]){_END}"  # 1/4
TENTHS = (
    rf"(?P<num>[1-9]|[一二两三四五六七八九]|十)(?P<more>[余多])?成"
    r"(?P<tenth>[一二三四五六七八九](?![个项名件起次人年]))?"
    rf"(?![立功员果效为熟本绩就长年都人名分交型品]){_END}"
)  # 六成 · 八成四
WHOLE = rf"(?P<word>百分百|一半|半数|翻了?一番|翻了?两番){_END}"
COUNT = rf"{_amount('1')}(?:{_S}(?P<unit>{UNIT}))?{_END}"  # 1000余份

_WHOLE = {"百分百": 100, "一半": 50, "半数": 50, "翻一番": 100, "翻两番": 300}
_BARE_RUN = re.compile(rf"[百千万亿]{_CN}*+|[数几上][十百千万亿]+")

Parts = tuple[Decimal, Decimal | None, str, set[str]]


def _number(m: re.Match[str], tag: str, scale: str = "") -> tuple[Decimal, set[str]]:
    words, said = m[f"n{tag}"], {"more_than"} if m[f"m{tag}"] or m[f"k{tag}"] else set[str]()
    if words[0] in "数几上":
        said = {"more_than"}
        words = words[1:]
    value, scale = numerals.parse(words), m[f"s{tag}"] or scale
    return value * numerals.parse(f"1{scale}") if scale else value, said


def _read_range(m: re.Match[str]) -> Parts | None:
    shared = m["s2"] if not m["s1"] and not m["unit1"] else ""
    low, said = _number(m, "1", shared or "")
    high, also = _number(m, "2")
    if low >= high or (m["unit1"] or m["unit"]) != m["unit"]:
        return None
    return low, high, m["unit"], said | also


def _read_pair(m: re.Match[str]) -> Parts | None:
    low, high = (numerals.DIGITS[m[k]] for k in ("low", "high"))
    if high != low + 1 and (low, high) != (3, 5):
        return None
    times = numerals.parse(m["times"]) if m["times"] else Decimal(1)
    return low * times, high * times, m["unit"], set()


def _read_parts(m: re.Match[str]) -> Parts | None:
    den, num = numerals.parse(m["den"]), numerals.parse(m["num"])
    return (num * 100 / den, None, "%", set()) if den else None


def _read_tenths(m: re.Match[str]) -> Parts | None:
    value = numerals.parse(m["num"]) * 10 + (numerals.DIGITS[m["tenth"]] if m["tenth"] else 0)
    return value, None, "%", {"more_than"} if m["more"] else set()


def _read_whole(m: re.Match[str]) -> Parts | None:
    return Decimal(_WHOLE[m["word"].replace("了", "")]), None, "%", set()


def _read_count(m: re.Match[str]) -> Parts | None:
    value, said = _number(m, "1")
    return value, None, m["unit"] or "", said


Form = tuple[re.Pattern[str], Callable[[re.Match[str]], Parts | None]]
FORMS: tuple[Form, ...] = (
    (re.compile(RANGE), _read_range),
    (re.compile(PAIR), _read_pair),
    (re.compile(PARTS), _read_parts),
    (re.compile(SLASH), _read_parts),
    (re.compile(TENTHS), _read_tenths),
    (re.compile(WHOLE), _read_whole),
    (re.compile(COUNT), _read_count),
)
_PREFIXES = {
    w: q
    for q in ("more_than", "nearly", "about", "at_least", "at_most")
    for w in _words("qualifiers", q)
}
_SUFFIXES = {w: q for q in _DATA["qualifiers"]["suffix"] for w in _words("qualifiers", "suffix", q)}
_PREFIX = _any(sorted(_PREFIXES, key=len, reverse=True)) + f"{_S}"
_LEADING = re.compile(_PREFIX)
_BEFORE = re.compile(rf"{_PREFIX}\Z")


def _qualifier(said: set[str]) -> Qualifier:
    if len(said) < 2:
        return cast(Qualifier, next(iter(said), "exact"))
    # 超过3万余 says one thing twice; 近700余 contradicts itself
    return "at_least" if said == {"more_than", "at_least"} else "about"


def _tidy(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return (
        whole
        if value == whole
        else value.quantize(Decimal("0.01"))
        if len(value.as_tuple().digits) > 18
        else value.normalize()
    )


def _match(flat: str, start: int) -> tuple[re.Match[str], Parts] | None:
    for pattern, read in FORMS:
        m = pattern.match(flat, start)
        parts = read(m) if m else None
        if m and parts:
            return m, parts
    return None


def _amount_of(m: re.Match[str], parts: Parts, prefix: str) -> Amount:
    low, high, unit, said = parts
    words = {_PREFIXES[prefix]} if prefix else set[str]()
    words |= {_SUFFIXES[m["suffix"]]} if m["suffix"] else set()
    unit = _DATA["units"]["canonical"].get(unit, unit)
    return _tidy(low), None if high is None else _tidy(high), unit, _qualifier(said | words)


def parse(surface: str) -> Amount:
    """What a surface prints, without its context: 减少14件 is stored as -14, printed as 14."""
    flat = _flat(surface)
    lead = _LEADING.match(flat)
    start = lead.end() if lead else 0
    for pattern, read in FORMS:
        m = pattern.match(flat, start)
        parts = read(m) if m and m.end() == len(flat) else None
        if m and parts:
            return _amount_of(m, parts, lead[0].strip() if lead else "")
    raise ValueError(f"not a quantity: {surface!r}")


# -- numerals that are no figures ---------------------------------------------------------------

_Y = "(?:19|20)[0-9]{2}"
_M = "(?:1[0-2]|0?[1-9])(?![0-9])"
_D = "(?:3[01]|[12][0-9]|0?[1-9])(?![0-9])"
_AT = r"(?<![^\s。；;:!?！？])"  # where a list mark may stand
_N = f"(?:[0-9]{{1,4}}(?![0-9.])|{_CN}{{1,6}}(?!{_CN}))"
_COUNTED = f"{_S}{MORE}?{_S}(?:{SCALE}|{UNIT})"
_CODES = _any(_words("codes", "hotlines")) + "(?![0-9.,])"
_HEADS = _any(_words("slogans", "heads"))
_CN_HEADS = _any((*_words("slogans", "heads"), *_words("slogans", "heads_chinese")))

RULES: tuple[tuple[Role, str], ...] = (
    ("doc_artifact", r"[0-9]{13,}+|[0-9][0-9.,]{24,}+"),  # 202212012023123
    ("doc_artifact", rf"{_Y}{_Y}年|20[0-9]{{3,6}}{_S}[年月日]"),  # 20162020年, 2025730日
    ("doc_artifact", r"\[20[0-9]{3,6}号"),  # 〔20212号
    ("law_or_policy_name", r"[\[(]20[0-9]{2}[\])][ 第]{0,2}[0-9]{1,5}号"),  # 〔2019〕21号
    ("date", rf"{_Y}[.·/-]{_M}[.·/-]{_D}"),  # 2020·12·4
    ("year", rf"{_Y}{_S}(?:年度?)?{_S}(?:-{{1,2}}|至|到){_S}{_Y}{_S}年度?"),  # 2019年-2021年度
    ("date", rf"{_Y}{_S}年{_S}{_M}(?:{_S}月)?(?:-|至){_M}{_S}月"),  # 2024年1-11月
    ("date", rf"{_Y}{_S}年{_S}{_M}{_S}月(?:份|{_S}{_D}{_S}[日号])?"),  # 2021年8月20日
    ("year", rf"{_Y}{_S}年度?|[一二][零〇○一二三四五六七八九]{{3}}年度?"),  # 2021年度, 二〇二一年
    ("date", rf"{_M}(?:[-、至]{_M}){{1,11}}{_S}月|{_M}{_S}月(?:份|{_S}{_D}[日号])?"),  # 1-11月, 6月
    ("date", rf"{_CN}{{1,2}}月(?:份|{_CN}{{1,3}}日)?(?![个次])"),  # 十二月四日
    ("date", rf"{_D}日(?!内)|[0-9一二三四](?:-[0-9])?季度"),  # 20日
    ("date", r"[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9])|[0-2]?[0-9]时(?:[0-5]?[0-9]分)?"),
    ("date", rf"{_M}·{_D}"),  # 12·4
    ("date", rf"(?<=[“\"‘']){_M}\.{_D}(?=[”\"’'])"),  # “12.4”
    ("date", rf"{_M}\.{_D}(?!\.|{_COUNTED})(?=[^，。；、\n0-9]{{0,12}}(?:日|国家|国际|宪法|活动))"),
    ("date", "(?:周|星期)[一二三四五六日天](?![个名项次])"),  # 周六
    ("list_number", rf"(?:第)?\((?:[0-9]{{1,2}}|{_CN}{{1,3}})\)"),  # （一）
    ("ordinal", rf"第{_S}(?:[0-9]{{1,4}}|{_CN}{{1,8}}){_S}(?:责任人|责任|季度|[届条款章号年道批次个名期部场轮位项])?"),
    ("ordinal", rf"(?:[0-9]{{1,2}}|{_CN}{{1,3}})届"),  # 十九届
    ("ordinal", "(?:十[一二三四五六七八九]|二十[一二三四五六七八九]?|19|20)大(?!于)"),  # 二十大
    ("ordinal", rf"{_CN}{{1,2}}中(?=[、和]{_CN}{{1,2}}中|全会)"),  # 四中
    ("ordinal", rf"{_CN}{{1,2}}次(?=(?:[、和]{_CN}{{1,2}}次){{0,6}}(?:全会|全体|党代会))"),
    ("ordinal", rf"(?<![目此以日当之先])前{_N}(?:名|位|列|强)|[0-9]{{1,3}}周年|[0-9]{{1,4}}号(?!召)|[一二三四]期(?=工程|项目)"),
    ("list_number", rf"{_AT}{_CN}{{1,3}}、"),  # 一、
    ("list_number", rf"{_AT}[0-9]{{1,2}}(?:[.、](?![0-9])|\.(?={_Y}年)|\))"),  # 1.
    ("list_number", rf"(?<![^\n])[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{1,3}}\.?(?=[ \u4e00-\u9fff])(?!{_COUNTED})"),
    ("list_number", "(?<![唯统第同万单之任])[一二三四五六七八九十]{1,2}是(?!否)|[①-⑳]"),  # 一是
    ("list_number", rf"{_AT}[一二三四五六七八九十]{{1,2}}要(?![求素点件])"),  # 一要
    ("hotline_or_code", r"0[0-9]{2,3}-[0-9]{7,8}|1[3-9][0-9]{9}(?![0-9])|400-[0-9]{3,4}-[0-9]{3,4}"),
    ("hotline_or_code", rf"{_CODES}(?={_S}[”\"’』]?{_S}{_any(_words('codes', 'marks'))})"),  # 12345热线
    ("hotline_or_code", rf"[0-9]{{3,6}}(?=[”\"]?[^，。；\n0-9]{{0,3}}(?:热线|专线))(?!{_COUNTED})"),
    ("slogan_or_idiom", r"[0-9]{1,4}(?:\+(?:[0-9]{1,4}|[A-Za-z])){1,12}+|[0-9]{1,4}(?=\+)|(?<=\+)[0-9]{1,4}(?![0-9.])"),
    ("slogan_or_idiom", rf"{_CN}{{1,2}}(?:\+{_CN}{{1,2}}){{1,12}}+"),  # 一+四
    ("slogan_or_idiom", r"[0-9]{1,3}[×xX*][0-9]{1,3}"),  # 7×24
    ("slogan_or_idiom", rf"{_CN}{{1,2}}[项次家类个者块](?=合计|相加|加起来|加在一起|共计|之和)|四套班子"),  # 三项相加
    ("slogan_or_idiom", rf"[0-9]{{1,2}}(?:\.[0-9]{{1,2}})+版|[0-9]{{1,2}}\.0(?![0-9]|{_COUNTED})"),  # 4.0版
    ("slogan_or_idiom", r"[0-9]{1,3}(?:分钟|小时)(?=[^，。；\n0-9]{0,12}圈)"),  # 15分钟…服务圈
    ("hotline_or_code", rf"(?<=[“\"‘]){_CODES}(?=[”\"’])"),  # “12345”
    ("slogan_or_idiom", rf"(?<=[“\"‘])(?:[0-9]{{1,6}}|{_CN}{{1,6}})(?=[”\"’])"),  # “1310”
    ("slogan_or_idiom", rf"[0-9]{{1,3}}(?:个|大)(?:{_HEADS})|{_CN}{{1,4}}(?:个|大)(?:{_CN_HEADS})(?!单位|区|部门)"),
    ("slogan_or_idiom", "(?<![为是])零(?![售散星食碎件工用点下时头余])[\u4e00-\u9fff]{2}"),  # 零投诉
    ("other", r"(?<=[A-Za-z])[0-9]{1,12}(?:\.[0-9]{1,6})*|[0-9]{1,12}(?=[A-Za-z])(?!km|GB)|[0-9]{1,3}(?:\.[0-9]{1,3}){2,6}"),
)  # fmt: skip
_NAMED = re.compile("|".join(f"(?P<r{i}>{pattern})" for i, (_, pattern) in enumerate(RULES)))

# Where a numeral is no figure, but its digits still get a row.
LEFTOVERS: tuple[tuple[Role, str], ...] = (
    ("year", rf"{_Y}(?![0-9.])"),
    ("hotline_or_code", _CODES),
    ("list_number", r"(?<=[\u4e00-\u9fff])[0-9]{1,2}[.、](?=[\u4e00-\u9fff])"),  # 万元2.加大
    ("doc_artifact", r"[0-9]{9,}+"),
    ("other", r"[0-9]++(?:\.[0-9]++)?"),
)
_LEFT_OVER = re.compile(
    "|".join(f"(?P<r{i}>{pattern})" for i, (_, pattern) in enumerate(LEFTOVERS))
)

_ANCHOR = re.compile(rf"[0-9]++|{_CN}++|[(\[第前周星翻数几上半①-⑳]")
_PHRASE_ROLES: Mapping[str, Role] = {
    w: cast(Role, role) for role in _DATA["phrases"] for w in _words("phrases", role)
}
# By their first character, which the search skips to; a condition in front would be tried at every place.
_PHRASES = re.compile(
    "|".join(
        rf"{first}(?<![第0-9{numerals.CHARACTERS}].){_any(words)}(?!之[一二三四五六七八九])"
        for first, words in _by_first(sorted(_PHRASE_ROLES, key=len, reverse=True)).items()
    )
)
_TITLE = re.compile("《[^《》]{0,120}》")
_QUOTE = re.compile(r"“[^“”\n，。；]{1,20}”|‘[^‘’\n，。；]{1,20}’|\"[^\"\n，。；]{1,20}\"")

_ARABIC = re.compile("[0-9]")
_CHINESE = {*_words("units", "chinese"), *_CALENDAR, *_DAY}
_LARGE_ONLY = set(_words("units", "chinese_large"))
_BLOCKED = set("第统唯单这那某哪逐之")
_COUNTED_BEFORE = re.compile(_any(_words("slogans", "counted")) + r"了?\Z")
_HIRED = re.compile(r"(?:聘请|聘用|聘任|选聘)[^，。；、\n0-9]{0,8}\Z")
_ENDED = re.compile(
    "维持|撤销|撤回|驳回|终止|经[^，。；]{0,6}(?:撤回|调解|协调)|胜诉|败诉|正在|尚在|尚未|已[审办结]|被"
)
_CASES = re.compile(r"(?:诉讼|复议|案件|申请|工单)\Z")
_HOURS = re.compile(r"学时(?:为|达|达到|约)?[ ]?\Z")
_EVENT = re.compile(rf"[^，。；\n]{{0,8}}?{_any(_words('slogans', 'events'))}")
_ARTICLE = set(_words("slogans", "article"))
_REPORTED = re.compile(_any(_words("durations", "reported")) + r"[^，。；\n0-9]{0,6}\Z")
_CLOCK = set(_words("durations", "clock"))
_SCORE = re.compile(
    r"(?:学时|成绩|得分|评分|分数|均分|指数|率|占比|比例|满意度)(?:均|分别)?(?:为|达到了|达到|达|高达|是)?[ ]?\Z"
)
_CHROME = re.compile(_any(_words("codes", "chrome")) + r"[\])”]?[ ]{0,2}:?[ ]{0,2}\Z")
_DECREASE = re.compile(
    rf"(?<![{_DATA['directions']['taken']}]){_any(_words('directions', 'decrease'))}[了的]?[ ]?\Z|(?<=[长幅率为比])-\Z"
)
_INCREASE = re.compile(_any(_words("directions", "increase")) + r"了?[ ]?\Z")
_JOINED = re.compile(r"[、和及与]")


def _spans(pattern: re.Pattern[str], text: str) -> Callable[[int], bool]:
    found = [m.span() for m in pattern.finditer(text)]
    starts = [start for start, _ in found]

    def inside(position: int) -> bool:
        i = bisect_right(starts, position) - 1
        return i >= 0 and position < found[i][1]

    return inside


def _prefix(flat: str, floor: int, start: int) -> tuple[str, int]:
    """The qualifier right before a number, and where it begins."""
    window = max(floor, start - 8)
    m = _BEFORE.search(flat[window:start])
    if not m:
        return "", start
    word, begin = m[0].strip(), window + m.start()
    taken = _DATA["qualifiers"]["taken"].get(word, "")
    return ("", start) if begin and flat[begin - 1] in taken else (word, begin)


def _role(flat: str, start: int, m: re.Match[str], parts: Parts, prefix: str) -> Role | None:
    """Is it a figure? None where an Arabic number is read as something else and a word is no numeral."""
    unit, before = parts[2], flat[max(0, start - 12) : start]
    if unit in _CALENDAR or unit in _DAY:
        if _REPORTED.search(before):
            return "metric"
        return "date" if unit in _CALENDAR else "other"
    if m[0] in _CLOCK or (unit == "小时" and flat[m.end() : m.end() + 1] in ("内", "外")):
        return "other"
    groups = m.groupdict()
    if "n1" not in groups:
        return "metric"
    if _ARABIC.match(groups["n1"]):
        counted = unit or prefix or groups["s1"] in ("万", "亿", "万亿") or _SCORE.search(before)
        cell = flat[start - 1 : start] in ("|", "\t") or flat[m.end() : m.end() + 1] in ("|", "\t")
        return "metric" if counted or cell else None
    return _chinese_role(flat, start, m.end(), groups, unit, prefix)


def _chinese_role(
    flat: str, start: int, end: int, groups: Mapping[str, str | None], unit: str, prefix: str
) -> Role | None:
    number, more = groups["n1"] or "", groups["m1"] or groups["k1"]
    before = flat[max(0, start - 6) : start]
    if number == "零" and not unit:
        return "metric" if before[-1:] == "为" and not _HAN.match(flat, start + 1) else None
    if unit not in _CHINESE or (
        _BARE_RUN.fullmatch(number) and not (more or prefix or number[0] in "数几上")
    ):
        return None
    if unit in _LARGE_ONLY and not (more or set(number) & set("十百千万亿")):
        return None
    if number == "零" or before[-1:] in _BLOCKED:
        return None
    article = number == "一" and unit in _ARTICLE and not prefix
    counted = (
        (unit in "场次" and _EVENT.match(flat, end))
        or _COUNTED_BEFORE.search(before)
        or (unit in "名位人" and _HIRED.search(flat[max(0, start - 12) : start]))
        or (unit in "件起宗" and _ENDED.match(flat, end))  # 2件，一件维持、一件撤回
        or (unit in "件起宗" and _CASES.search(before) and _ENDS.match(flat, end))  # 行政诉讼一件，
        or (
            unit in "期场次" and _ENDS.match(flat, end) and not _HABIT.search(before)
        )  # 培训班一期，
    )
    return "slogan_or_idiom" if article and not counted else "metric"


_SHARED = re.compile(
    rf"(?P<n>[0-9]++(?:\.[0-9]++)?)(?={_S}(?:[、和与及]{_S}[0-9]++(?:\.[0-9]++)?{_S}){{1,5}}"
    rf"(?P<scale>[万亿]?){_S}(?P<unit>{UNIT}))"
)  # 手册、折页分别为1.2和0.8万份: the first is 12000 份
_RESPECTIVELY = re.compile(r"分别[^，。；\n]{0,20}\Z")
_ENDS = re.compile("[，。；、]|$")
_HABIT = re.compile("[跑查进办每再又同任第][^，。；]{0,2}$")  # 最多跑一次
_HAN = re.compile("[\u4e00-\u9fff]")


def _row(text: str, start: int, end: int, role: Role, amount: Amount | None = None) -> Quantity:
    value, high, unit, qualifier = amount or (None, None, "", "exact")
    return Quantity(
        start, end, text[start:end], value, high, unit, cast(Qualifier, qualifier), role
    )


def _in_context(flat: str, begin: int, amount: Amount, last: Quantity | None) -> Amount:
    """A decrease is negative; 增长1倍 is a change of 100 %."""
    value, high, unit, qualifier = amount
    before = flat[max(0, begin - 8) : begin]
    if not unit and _HOURS.search(before):
        return value, high, "学时", qualifier
    if unit == "倍" and _INCREASE.search(before):
        return value * 100, None if high is None else high * 100, "%", qualifier
    listed = (
        last is not None and last.value is not None and last.value < 0
        and _JOINED.fullmatch(flat, last.end, begin) is not None
    )  # fmt: skip
    if value and (listed or _DECREASE.search(before)):
        return -value, None if high is None else -high, unit, qualifier
    return amount


def find(text: str) -> tuple[Quantity, ...]:
    """Every numeral of a text, in order and disjoint: `text[start:end] == surface`. Never raises."""
    return tuple(_scan(text))


def _scan(text: str) -> Iterator[Quantity]:
    flat = _flat(text)
    in_title, in_quote = _spans(_TITLE, flat), _spans(_QUOTE, flat)
    phrases = _PHRASES.finditer(flat)
    phrase = next(phrases, None)
    position, last = 0, None
    while True:
        while phrase and phrase.start() < position:
            phrase = next(phrases, None)
        anchor = _ANCHOR.search(flat, position)
        if phrase and (anchor is None or phrase.start() <= anchor.start()):
            position, last = phrase.end(), _row(text, *phrase.span(), _PHRASE_ROLES[phrase[0]])
            yield last
            continue
        if anchor is None:
            return
        row = _numeral(text, flat, anchor.start(), last)
        if row is None:
            position = anchor.end()
            continue
        if row.role not in ("list_number", "doc_artifact") and in_title(row.start):
            row = _row(text, row.start, row.end, "law_or_policy_name")
        elif row.role == "metric" and row.unit != "%" and in_quote(row.start):
            row = _row(text, row.start, row.end, "slogan_or_idiom")
        position, last = row.end, row
        yield row


def _numeral(text: str, flat: str, start: int, last: Quantity | None) -> Quantity | None:
    floor = last.end if last else 0
    named = _NAMED.match(flat, start)
    if named:
        return _row(text, *named.span(), RULES[int((named.lastgroup or "r0")[1:])][0])
    if _CHROME.search(flat[max(floor, start - 12) : start]):
        left = _LEFT_OVER.match(flat, start)
        if left and not re.match(_COUNTED, flat[left.end() : left.end() + 8]):
            return _row(text, *left.span(), "doc_artifact")
    shared = _SHARED.match(flat, start)
    if shared and _RESPECTIVELY.search(flat[max(0, start - 24) : start]):
        scale = numerals.parse("1" + shared["scale"])
        amount: Amount = (_tidy(Decimal(shared["n"]) * scale), None, shared["unit"], "exact")
        return _row(text, start, shared.end("n"), "metric", amount)
    found = _match(flat, start)
    if found:
        m, parts = found
        prefix, begin = _prefix(flat, floor, start)
        role = _role(flat, start, m, parts, prefix)
        if role == "metric":
            amount = _in_context(flat, begin, _amount_of(m, parts, prefix), last)
            return _row(text, begin, m.end(), role, amount)
        if role:
            return _row(text, start, m.end(), role)
    left = _LEFT_OVER.match(flat, start)
    return (
        _row(text, *left.span(), LEFTOVERS[int((left.lastgroup or "r0")[1:])][0]) if left else None
    )
