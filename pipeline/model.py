"""The records that stages hand to each other: frozen, with half-open spans into `Document.text`.

Enum-like strings (`Role`, `Qualifier`, `Period`, …) are the very words stored in the database and printed by `inspect --json`;
the database checks them again (`schema.sql`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Role = Literal[
    "metric", "date", "year", "list_number", "ordinal", "law_or_policy_name",
    "hotline_or_code", "slogan_or_idiom", "doc_artifact", "other",
]  # fmt: skip
Qualifier = Literal["exact", "more_than", "nearly", "about", "at_least", "at_most"]
Period = Literal[
    "full_year", "ytd", "cumulative", "point_in_time", "event", "multi_year", "prior_year", "plan"
]
Fact = Literal["level", "change_abs", "change_pct", "change_pp", "share", "target", "norm"]
Method = Literal["stated", "derived", "implied", "worded", "corrected"]
Severity = Literal["error", "warning", "info"]
SectionKind = Literal[
    "preamble", "performance", "shortcomings", "first_responsible", "plan", "other"
]
Category = tuple[tuple[str, str], ...]  # (("base", "online"),): sorted by key, () for none


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read. `text` is what every span points into: no newline translation, no trimming, BOM removed."""

    source: str  # file name relative to the folder it was found in, always with "/"
    sha256: str
    size: int  # bytes
    reader: str  # "txt", "html", "docx", "pdf", "doc", "xlsx", "csv", "image"
    encoding: str  # "utf-8", "gb18030", …; "" where the format has none
    text: str
    title: str  # "" where none was recognised
    metadata: Mapping[str, str] = field(
        default_factory=dict
    )  # 索引号, 发布机构, … where the format has them
    warnings: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()  # where each page starts in the text, where the format has pages

    @property
    def report_id(self) -> str:
        """First 16 hex digits of the file's sha256."""
        return self.sha256[:16]


@dataclass(frozen=True, slots=True)
class Place:
    """One administrative division. `path` holds the names from the province down, without 市辖区."""

    ref_area: str  # 2, 4, 6 or 9 digits; zones without a code: "<parent code>-<slug>"
    name: str
    level: str  # province, prefecture, county, township, zone
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """Which place and year a report speaks for, and how that was decided (one sentence each, as `both` writes it)."""

    place: Place | None
    time_period: int | None
    issuer: str  # as written, "" where no issuer was found
    issuer_kind: str  # government, subdistrict, township, zone, department
    published_on: str | None  # YYYY-MM-DD
    how_ref_area: str
    how_time_period: str
    candidates: tuple[Place, ...] = ()
    problem: str = ""  # why the report cannot be published; "" when place and year are known
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it. Sections tile the text: lossless, in order."""

    start: int
    end: int
    kind: SectionKind
    title: str  # the heading without its list mark; "" for the preamble
    year: int | None = None  # a year the heading names


@dataclass(frozen=True, slots=True)
class Sentence:
    """Sentences tile the text: joining them gives it back."""

    start: int
    end: int
    section: int  # index into the sections


@dataclass(frozen=True, slots=True)
class Layout:
    """A text with what is known of its parts before any figure is understood."""

    text: str
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    cells: Mapping[int, str]  # headers of a figure in a table, by where it starts
    parts: frozenset[int]  # figures of a table that has a row of totals, those of its other rows


@dataclass(frozen=True, slots=True)
class Quantity:
    """A numeral expression as written: `text[start:end] == surface`, from qualifier through number, 万, unit and suffix."""

    start: int
    end: int
    surface: str
    value: (
        Decimal | None
    )  # 万 and 亿 expanded; a decrease is negative; None where the role is not metric
    value_max: Decimal | None
    unit: str
    qualifier: Qualifier
    role: Role


@dataclass(frozen=True, slots=True)
class Match:
    """One indicator a quantity states."""

    indicator: str
    category: Category
    fact: Fact
    confidence: float  # 0..1
    reason: str
    part: bool = False  # one of several that share a total, printed or not


@dataclass(frozen=True, slots=True)
class Reading:
    """A quantity in its context. Indices point into the report's lists."""

    quantity: Quantity
    matches: tuple[Match, ...]  # () for an unclassified metric and for every other role
    period: Period
    period_end: str | None  # "2021-11"
    period_note: str  # the words that decided the period, "" where the report year was assumed
    scope: str  # "whole", or the unit's name as written
    section: int
    sentence: int
    part_of: int | None  # index of the reading that is its total


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one indicator for one place and year."""

    observation_id: str
    indicator: str
    category: Category
    fact: Fact
    time_period: str
    obs_value: Decimal
    unit_measure: str
    obs_status: str
    obs_status_all: tuple[str, ...]
    qualifier: Qualifier
    period: Period
    period_end: str | None
    scope: str
    method: Method
    charted: bool
    confidence: float
    quantities: tuple[int, ...]  # readings it rests on
    inputs: tuple[str, ...] = ()  # observation ids it was computed from
    sentence: int | None = None  # for worded ones, which have no quantity
    formula: str | None = None
    comment: str = ""
    reason: str = ""
    part: bool = False  # one of several that share a total: never charted


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not add up, or that a careful reader should know."""

    rule: str
    severity: Severity
    message: str  # one sentence with the figures, as `both` writes it
    message_en: str
    quantities: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A reviewer's decision about one observation: confirm, correct or reject."""

    observation_id: str
    decision: str
    obs_value: Decimal | None
    who: str
    decided_on: str
    why: str


@dataclass(frozen=True, slots=True)
class Denominator:
    """A figure from outside the reports, with its source: the residents of an area in a year."""

    ref_area: str
    time_period: str
    concept: str
    value: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one file yields: a pure function of its bytes, its name, its places.csv line, catalogue, places and code."""

    document: Document
    jurisdiction: Jurisdiction
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    readings: tuple[Reading, ...]
    observations: tuple[Observation, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A published report that shares its area, year and issuer (`cell`) with another."""

    report_id: str
    source: str
    cell: tuple[str, ...]  # area, year, and the department where one speaks
    title: str
    published_on: str | None
    length: int  # characters


@dataclass(frozen=True, slots=True)
class Claim:
    """An observation that would stand for its area, year, indicator and category (`cell`) beside another."""

    observation_id: str
    cell: tuple[str, ...]
    own_year: bool  # the report is about the year the value is of
    department: bool
    report_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that is not in the database's figures, and why. `status`: rejected, unreadable or duplicate."""

    source: str
    sha256: str
    size: int
    status: Literal["rejected", "unreadable", "duplicate"]
    reason: str


# Quotation marks and bars of a report, as they stand inside a sentence of ours.
_INSIDE = str.maketrans("“”|", "‘’｜")


def both(zh: str, en: str) -> str:
    """One sentence in both languages, Chinese first, joined by " | ".

    A " | " inside quoted report text is written with full-width ｜ so that the mark stays unique.
    """
    return f"{zh.replace('|', '｜')} | {en.replace('|', '｜')}"


def quoted(words: str) -> str:
    """Words of a report or of a file in quotation marks, on one line, their own quotation marks made single."""
    return f"“{' '.join(words.translate(_INSIDE).splitlines())}”"


# Which letter wins when several apply; K and W stay in the set and win only when nothing else is there.
_STATUS_PRECEDENCE = "BOMLQDIFEPNUVAKW"


def obs_status(flags: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """The winning SDMX letter and the whole set in order of precedence; A where nothing is flagged."""
    ordered = tuple(sorted(set(flags) or {"A"}, key=_STATUS_PRECEDENCE.index))
    return ordered[0], ordered


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def observation_id(  # noqa: PLR0913 - the parts of the identity, named in the contract
    report_id: str,
    indicator: str,
    category: Category,
    fact: str,
    time_period: str,
    method: str,
    spans: Iterable[tuple[int, int]],
) -> str:
    """16 hex digits that depend on nothing but the identity of the value, so they survive rebuilds."""
    key = [report_id, indicator, category, fact, time_period, method, sorted(spans)]
    return hashlib.sha256(_compact(key).encode()).hexdigest()[:16]
