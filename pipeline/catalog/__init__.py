"""The catalogue: indicators, code lists and context words as frozen records, checked for shape when loaded.

Knowledge lives in the TOML files beside this module; the engine that applies it is `pipeline.extract`.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from operator import add
from pathlib import Path
from typing import Any

from pipeline import precedent
from pipeline.errors import CatalogError
from pipeline.model import Category
from pipeline.precedent import Precedents

HERE = Path(__file__).parent
PER_HEAD = "per_1000"  # comparability of what is compared per so many residents
AGGREGATIONS = frozenset(
    "prefer_total sum_disjoint no_sum_overlap per_category per_event latest_stock max_scope "
    "rate_prefer_recompute rate_reported_only zero_statement".split()
)


_ASIDE = re.compile("[（(][^（）()]{1,8}[）)]")


@dataclass(frozen=True, slots=True)
class Rule:
    """Words beside a number that state an indicator (see the head of indicators.toml)."""

    indicator: str
    category: Category
    units: frozenset[str]
    head: re.Pattern[str]
    terms: tuple[str, ...]  # the head as written in the catalogue
    pieces: tuple[str, ...]  # the longest piece of each, one of which stands wherever the head does
    literals: frozenset[str]  # its terms without "…"
    reach: str
    context: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    against: re.Pattern[str] | None  # what must not stand earlier in the sentence
    part: bool  # what it states is a part of the whole: 兼职调解员89人


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one unit, and which of them a text can concern at all."""

    every: tuple[Rule, ...]
    by_key: dict[
        str, tuple[int, ...]
    ]  # two characters of a head, to the rules that have such a head

    def concerned(self, text: str) -> list[Rule]:
        """The rules of which a head may stand in the text: a tenth of them, found without trying any."""
        keys = {*text, *map(add, text, text[1:])}
        numbers = {n for key in keys & self.by_key.keys() for n in self.by_key[key]}
        found = []
        for rule in map(self.every.__getitem__, sorted(numbers)):
            for piece in rule.pieces:
                if piece in text:
                    found.append(rule)
                    break
        return found


def _rules(every: tuple[Rule, ...]) -> Rules:
    """Each head under its rarest two characters: 调解 stands in a hundred heads, 评理 in one."""
    pairs = {term: _pairs(term) for rule in every for term in rule.terms}
    often = Counter(pair for some in pairs.values() for pair in some)
    by_key: dict[str, set[int]] = {}
    for number, rule in enumerate(every):
        for term in rule.terms:
            key = min(pairs[term], key=lambda pair: (-len(pair), often[pair]))
            by_key.setdefault(key, set()).add(number)
    return Rules(every, {key: tuple(sorted(numbers)) for key, numbers in by_key.items()})


def _pairs(term: str) -> list[str]:
    """Two characters that stand together in every text with this head; one where a piece has no more."""
    return [piece[k : k + 2] for piece in _pieces(term) for k in range(max(1, len(piece) - 1))]


def _pieces(term: str) -> list[str]:
    """What stands around the gaps of a term: 调解…纠纷."""
    return [piece for piece in _ASIDE.sub("", term).split("…") if piece]


@dataclass(frozen=True, slots=True)
class Applies:
    """Where an indicator can be stated at all; elsewhere a cell says "not applicable", not "not stated"."""

    levels: tuple[str, ...] = ()  # empty: every level
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Nought:
    """How a report says that there was none."""

    denied: re.Pattern[
        str
    ]  # from its denial on: 未发生行政复议、行政诉讼案件, but not 无行政复议被纠错
    none: re.Pattern[str]  # 行政诉讼案件为零


@dataclass(frozen=True, slots=True)
class Indicator:
    """One entry of indicators.toml."""

    id: str
    zh: str
    en: str
    definition_zh: str
    definition_en: str
    domain: str
    tier: int
    headline: bool
    kind: str
    unit: str
    direction: str
    aggregation: str
    comparability: str
    comparability_note: str
    source: str  # what the definition or its counting rests on
    rules: tuple[Rule, ...]
    examples: tuple[str, ...]
    never: tuple[str, ...]
    unit_by_category: dict[str, str] = field(default_factory=dict)
    plausible: tuple[float, float] | None = None
    total: tuple[str, ...] = ()
    zero: Nought | None = None
    all_of: str = (
        ""  # the indicator that has the same value where a report says that all were: 66件全部办结
    )
    all_words: re.Pattern[str] | None = None  # how it says so
    applies: Applies = Applies()

    @property
    def dimensions(self) -> dict[str, list[str]]:
        """Category keys with their values, in the order of the rules."""
        found: dict[str, list[str]] = {}
        for rule in self.rules:
            for key, value in rule.category:
                values = found.setdefault(key, [])
                if value not in values:
                    values.append(value)
        return found

    def unit_of(self, category: Category) -> str:
        """The unit of one category: per category where given, else the indicator's own."""
        for _, value in category:
            if value in self.unit_by_category:
                return self.unit_by_category[value]
        return self.unit


@dataclass(frozen=True, slots=True)
class Per:
    """What an indicator may be divided by: another indicator, or a concept of denominators.csv."""

    indicator: str
    denominator: str
    factor: int


@dataclass(frozen=True, slots=True)
class Break:
    """The day from which an indicator is counted otherwise."""

    indicator: str
    first: date
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything the pipeline knows about indicators, in the order of the files."""

    indicators: dict[str, Indicator]
    rules: Rules  # all of them, in the order of the file
    by_unit: dict[str, Rules]
    domains: dict[str, tuple[str, str]]
    codes: tuple[tuple[str, str, str, str], ...]  # code_list, code, zh, en
    benchmarks: tuple[dict[str, Any], ...]  # norms and means with their sources
    words: dict[str, Any]
    per: tuple[Per, ...]
    breaks: tuple[Break, ...]
    phrases: dict[str, re.Pattern[str]]  # the lists of `words` that are looked for in a text
    times: dict[str, str]  # words of time, and the period each means
    light: frozenset[str]  # words that say nothing of their own
    governs: re.Pattern[str]  # a verb right before a number that counts what follows it
    moved: re.Pattern[str]  # a verb right before the size of a change
    precedents: Precedents | None  # words beside annotated figures; None to read by rules alone
    actors: re.Pattern[str]  # up to the body that acts, where what it does follows
    kinds: dict[str, str]  # of units that are no counts of things: 元 is money
    counted_as: dict[str, frozenset[str]]  # the kinds of unit an indicator is stated in

    def may_state(self, indicator: str, unit: str) -> bool:
        """Whether a figure of this unit can be a level of the indicator: money states no number of cases."""
        return not unit or self.kinds.get(unit, "") in self.counted_as[indicator]


_PHRASES = ("change", "norm", "parts", "shared_verbs", "totals")
GAP = r"[^，。；：！？\n]{0,24}?"
RATE_GAP = r"[^，。；：！？\n、和与]{0,24}?"  # 合法性审查率和报备率: two names, not one


def phrase(terms: Iterable[str], gap: str = GAP) -> re.Pattern[str]:
    """One pattern for many terms; "调解…纠纷" also finds 调解各类矛盾纠纷 within one clause."""
    return _phrase(tuple(terms), gap)


@cache
def _phrase(terms: tuple[str, ...], gap: str) -> re.Pattern[str]:
    """Made once: the context words are asked for at every figure."""
    plain = dict.fromkeys(_ASIDE.sub("", term) for term in terms)  # as the text is read: 党（工）委
    parts = [
        gap.join(re.escape(piece) for piece in term.split("…"))
        for term in sorted(plain, key=len, reverse=True)
    ]
    return re.compile("|".join(parts))


def _optional(terms: list[str] | None) -> re.Pattern[str] | None:
    return phrase(terms) if terms else None


DENIAL = re.compile("(?:未|没有?|无|零)(?<![有绝]无)")


def _nought(nouns: list[str]) -> Nought:
    noun = rf"(?:{phrase(nouns).pattern})(?:的?案件|申请|事项|问题|行为|事件|的?情况|的?要求|的被告|[量数])*"
    done = "(?:有|发生|收到|出现|产生|接到|受理|办理|作出|实施|新增)?过?(?:一起|一件|任何|新的)?"
    # what came of one cause is not all there was: 没有发生因工程款引起的诉讼
    listed = r"(?:[^，。；：\n、和与因引]{0,14}[、和与及或])?[^，。；：、\n因引]{0,16}?"
    every = r"(?:[、和与及或][^，。；：\n0-9]{1,24}?)?(?:的案件)?(?:均|都|全部)"
    return Nought(
        re.compile(rf"{DENIAL.pattern}{done}{listed}{noun}(?=[，。；、和与及或也均\n]|$)"),
        re.compile(
            rf"{noun}(?:{every}|件|的事项)*(?:为零|为?0(?:件|起|宗|例)|为0|零(?:件|起|宗|例|发生)|未发生|一件也没有)(?![.0-9])"
        ),
    )


def _all_were(words: list[str]) -> re.Pattern[str]:
    """…，已全部办结 · …均在规定时限内回复 · …，均持证上岗."""
    return re.compile(
        rf"[，,]?(?:目前|现)?已?(?:全部|均|都|全员|悉数)已?[^，。；：\n0-9]{{0,10}}?(?:{'|'.join(map(re.escape, words))})"
    )


def _category(table: dict[str, str]) -> Category:
    return tuple(sorted(table.items()))


def _rule(owner: str, table: dict[str, Any]) -> Rule:
    reach = table.get("reach", "own")
    if reach not in ("own", "both", "sentence") or not table.get("head") or not table.get("units"):
        raise CatalogError(f"indicators.toml: rule of {owner} needs units, head and a known reach")
    return Rule(
        owner,
        _category(table.get("category", {})),
        frozenset(table["units"]),
        phrase(table["head"], RATE_GAP if set(table["units"]) <= {"%"} else GAP),
        tuple(table["head"]),
        tuple(dict.fromkeys(max(_pieces(term), key=len) for term in table["head"])),
        frozenset(term for term in table["head"] if "…" not in term),
        reach,
        _optional(table.get("context")),
        _optional(table.get("unless")),
        _optional(table.get("against")),
        bool(table.get("part", False)),
    )


def _indicator(table: dict[str, Any]) -> Indicator:
    owner = table.get("id", "?")
    try:
        entry = {k: v for k, v in table.items() if k != "rule"}
        entry["rules"] = tuple(_rule(owner, rule) for rule in table["rule"])
        for name in ("examples", "never", "total"):
            entry[name] = tuple(entry.get(name, ()))
        entry["zero"] = _nought(entry["zero"]) if "zero" in entry else None
        if "all" in entry:
            said = entry.pop("all")
            entry["all_of"], entry["all_words"] = said["are"], _all_were(said["words"])
        if "plausible" in entry:
            low, high = entry["plausible"]
            entry["plausible"] = (float(low), float(high))
        applies = entry.get("applies", {})
        entry["applies"] = Applies(
            tuple(applies.get("levels", ())), applies.get("from"), applies.get("to")
        )
        indicator = Indicator(**entry)
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogError(f"indicators.toml: entry {owner} is not well formed: {error}") from error
    if indicator.aggregation not in AGGREGATIONS or indicator.kind not in ("flow", "stock", "rate"):
        raise CatalogError(f"indicators.toml: entry {owner} has an unknown aggregation or kind")
    return indicator


def _table(name: str) -> dict[str, Any]:
    try:
        return tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CatalogError(f"{name}: {error}") from error


def _comparison(
    indicators: dict[str, Indicator], concepts: frozenset[str]
) -> tuple[tuple[Per, ...], tuple[Break, ...]]:
    """comparison.toml, each entry spelled out for every indicator it names."""
    table = _table("comparison.toml")
    per = tuple(
        Per(one, entry["denominator"], entry.get("factor", 1))
        for entry in table["per"]
        for one in (
            entry["of"] or [i.id for i in indicators.values() if i.comparability == PER_HEAD]
        )
    )
    breaks = tuple(
        Break(one, entry["from"], entry["zh"], entry["en"])
        for entry in table["break"]
        for one in entry["of"]
    )
    named = {one.indicator for one in per} | {one.indicator for one in breaks}
    named |= {one.denominator for one in per} - concepts
    if unknown := named - set(indicators):
        raise CatalogError(f"comparison.toml: unknown indicators {sorted(unknown)}")
    return per, breaks


@cache
def load() -> Catalog:
    """The catalogue as shipped. Raises CatalogError where a file is not well formed."""
    indicators: dict[str, Indicator] = {}
    for entry in map(_indicator, _table("indicators.toml")["indicator"]):
        if entry.id in indicators:
            raise CatalogError(f"indicators.toml: {entry.id} is there twice")
        indicators[entry.id] = entry
    by_unit: dict[str, list[Rule]] = {}
    for indicator in indicators.values():
        for rule in indicator.rules:
            for unit in rule.units:
                by_unit.setdefault(unit, []).append(rule)
    kinds = {
        unit: kind
        for kind, units in _table("units.toml")["kinds"].items()
        for unit in units.split()
    }
    counted_as = {
        one.id: frozenset(
            kinds.get(unit, "")
            for units in ([one.unit], one.unit_by_category.values(), *(r.units for r in one.rules))
            for unit in units
        )
        for one in indicators.values()
    }
    codes = _table("codes.toml")
    domains = {code: (zh, en) for code, (zh, en) in codes["domain"].items()}
    unknown = {i.domain for i in indicators.values()} - set(domains)
    if unknown:
        raise CatalogError(f"indicators.toml: unknown domains {sorted(unknown)}")
    rows = tuple(
        (code_list, code, zh, en)
        for code_list, table in codes.items()
        for code, (zh, en) in table.items()
    )
    benchmarks = tuple(_table("benchmarks.toml")["benchmark"])
    named = {one[key] for one in benchmarks for key in ("indicator", "per") if key in one}
    if named - set(indicators):
        raise CatalogError(f"benchmarks.toml: unknown {sorted(named - set(indicators))}")
    per, breaks = _comparison(indicators, frozenset(codes["concept"]))
    words = _table("words.toml")
    times = {term: name for name, some in words["period"].items() for term in some}
    who, does = ("|".join(map(re.escape, words[name])) for name in ("actors", "acts"))
    return Catalog(
        indicators,
        _rules(tuple(rule for one in indicators.values() for rule in one.rules)),
        {unit: _rules(tuple(rules)) for unit, rules in by_unit.items()},
        domains,
        rows,
        benchmarks,
        words,
        per,
        breaks,
        {name: phrase(words[name]) for name in _PHRASES} | {"time": phrase(times)},
        times,
        frozenset(words["light"]),
        re.compile(rf"(?:{'|'.join(words['governs'])})(?:了|共|累计|各类)?$"),
        re.compile(rf"(?:{'|'.join(words['change_verb'])})(?:了|约|近|为)?$"),
        precedent.load(),
        re.compile(rf".*(?:{who})[”’]?(?=(?:{does}))"),
        kinds,
        counted_as,
    )
