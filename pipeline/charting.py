"""Which observation stands for an area and a year in charts: at most one for each indicator and category.

Everything else stays visible as evidence. Where the statements do not say which of them is the total, none is
charted: a gap is honest, a guess is not.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from typing import Any

from pipeline.catalog import Catalog, Indicator
from pipeline.model import Category, Claim, Observation, Version, both, obs_status, quoted

WHOLE = "whole"
APART = 5  # percentage points between a printed rate and the one computed: its counts are of something else
MENTIONS = 40  # of one indicator, that are tried as parts of a total
MUCH_SURER = 0.2  # a figure read this much less surely than another does not stand for the year
_PERIODS = {"flow": ("full_year", "ytd"), "rate": ("full_year", "ytd", "point_in_time")}
_STOCK_PERIODS = ("point_in_time", "full_year", "ytd")
_METHODS = ("corrected", "derived", "stated", "worded", "implied")
# A department speaks for itself, a superior area for itself: neither for the area.
_DEPARTMENT = re.compile(
    "^全[省市州盟县区旗国]|(?:局|厅|司法所|[大支]队|法院|检察院|公安机关|(?<!调解)委员会|办公室)$"
)
# Nor does a village, a school or a station, but for a kind that is only found there: 法治副校长到校上课2节.
_PART = re.compile(
    "(?:派出所|监管所|资源所|检疫站|法庭|村|社区|居民区|嘎查|居委会|村委会|小学|中学|学校|中心校|[初高]中|[一二三]中|室”?|议事会|调委会|调解委员会|[镇乡])$"
)
# Of several units the one that serves everyone is the widest.
_WIDTH = (re.compile("中心|街道|[镇乡]"), re.compile("平台|委员会|大队|所"))
_LARGEST = {"no_sum_overlap", "max_scope"}
_NEVER = {"per_event"}
# Which of several reports for one area and year is charted: the first of these that tells them apart.
_PREFERENCE: tuple[tuple[Callable[[Version], Any], str, str], ...] = (
    (lambda one: one.cell[1] not in one.title, "标题写明年度", "its title names the year"),
    (
        lambda one: -int((one.published_on or "0").replace("-", "")),
        "公布较晚",
        "it was published later",
    ),
    (lambda one: -one.length, "全文较长", "it is longer"),
    (lambda one: (one.source, one.report_id), "文件名在前", "its name comes first"),
)


def choose(
    observations: Sequence[Observation], catalog: Catalog, time_period: int | str | None
) -> tuple[Observation, ...]:
    """The observations of one report with `charted` set; a part standing for the whole is marked D."""
    groups: dict[tuple[str, str, Category], list[int]] = defaultdict(list)
    result = [replace(one, charted=False) if one.charted else one for one in observations]
    for number, one in enumerate(result):
        if _eligible(one, catalog.indicators[one.indicator], str(time_period or "")):
            groups[one.time_period, one.indicator, one.category].append(number)
    for (_, name, _), numbers in groups.items():
        chosen = _pick(result, numbers, catalog.indicators[name])
        if chosen is not None:
            result[chosen] = _charted(result[chosen])
    _without_less_than_a_part(result, catalog)
    return tuple(result)


def _without_less_than_a_part(result: list[Observation], catalog: Catalog) -> None:
    """What is less than one of its kinds is not the whole: 宣传46场 in schools and a figure of 8 beside it."""
    most: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for one in result:
        if one.charted and one.category:
            cell = one.time_period, one.indicator, one.unit_measure
            most[cell] = max(most[cell], one.obs_value)
    for number, one in enumerate(result):
        if one.charted and not one.category and one.method == "stated":
            counted = catalog.indicators[one.indicator].kind != "rate"
            if counted and one.obs_value < most[one.time_period, one.indicator, one.unit_measure]:
                result[number] = replace(one, charted=False)


def across(claims: Iterable[Claim]) -> frozenset[str]:
    """Observations that step back for another: an area's own report of the year comes first, a department last."""
    best: dict[tuple[str, ...], Claim] = {}
    behind: set[str] = set()
    for one in claims:
        first, second = sorted((best.get(one.cell, one), one), key=_rank)
        best[one.cell] = first
        if first is not second:
            behind.add(second.observation_id)
    return frozenset(behind)


def _rank(one: Claim) -> tuple[bool, bool, str, str]:
    return not one.own_year, one.department, one.report_id, one.observation_id


def preferred(versions: Sequence[Version]) -> tuple[tuple[Version, Version, str], ...]:
    """Of the reports for one area and year: each that steps back, the one that is charted, and what decided it."""
    best: dict[tuple[str, ...], Version] = {}
    for one in sorted(versions, key=lambda one: tuple(key(one) for key, _, _ in _PREFERENCE)):
        best.setdefault(one.cell, one)
    return tuple(
        (one, best[one.cell], _decided(one, best[one.cell]))
        for one in versions
        if one is not best[one.cell]
    )


def _decided(one: Version, first: Version) -> str:
    return next(both(zh, en) for key, zh, en in _PREFERENCE if key(one) != key(first))


def _eligible(one: Observation, indicator: Indicator, time_period: str) -> bool:
    periods = _PERIODS.get(indicator.kind, _STOCK_PERIODS)
    return (
        one.fact == "level"
        and one.period in periods
        and one.method in _METHODS
        and indicator.aggregation not in _NEVER
        and not one.part
        and not _DEPARTMENT.search(one.scope)
        and (one.category != () or not _PART.search(one.scope))
        and (one.time_period == time_period or one.method == "implied")
    )


def _pick(
    observations: Sequence[Observation], numbers: Sequence[int], indicator: Indicator
) -> int | None:
    """Surely read, widest scope, then best period, then the rule of the indicator."""
    surest = max(observations[number].confidence for number in numbers) - MUCH_SURER
    sure = [n for n in numbers if observations[n].confidence >= surest]
    widest = min(_narrowness(observations[number].scope) for number in sure)
    rest = [n for n in sure if _narrowness(observations[n].scope) == widest]
    periods = _PERIODS.get(indicator.kind, _STOCK_PERIODS)
    if (
        indicator.kind == "flow"
    ):  # what a year to date has more of, a whole year cannot have less of
        most = max(rest, key=lambda n: observations[n].obs_value)
        rest = [n for n in rest if observations[n].period == observations[most].period]
    first = min(periods.index(observations[number].period) for number in rest)
    rest = [n for n in rest if periods.index(observations[n].period) == first]
    if indicator.kind == "rate":
        rest = _not_far_from_print(observations, rest)
    strongest = min(_METHODS.index(observations[number].method) for number in rest)
    rest = [n for n in rest if _METHODS.index(observations[n].method) == strongest]
    return _by_rule(observations, rest, indicator)


def _not_far_from_print(observations: Sequence[Observation], numbers: list[int]) -> list[int]:
    """Without rates computed of something else than the printed ones; what a reviewer corrected is of the right thing."""
    printed = [observations[n].obs_value for n in numbers if observations[n].method == "stated"]
    far = [
        n
        for n in numbers
        if observations[n].method == "derived"
        and all(abs(observations[n].obs_value - value) > APART for value in printed)
    ]
    if not printed or not far:
        return numbers
    corrected = {one.observation_id for one in observations if one.method == "corrected"}
    return [n for n in numbers if n not in far or corrected & set(observations[n].inputs)]


def _by_rule(
    observations: Sequence[Observation], numbers: Sequence[int], indicator: Indicator
) -> int | None:
    values = {observations[number].obs_value for number in numbers}
    largest = max(numbers, key=lambda number: observations[number].obs_value)
    if len(values) == 1 or indicator.aggregation in _LARGEST:
        return numbers[0] if len(values) == 1 else largest
    if indicator.kind != "rate" and (total := _total(observations, numbers)) is not None:
        return total
    if indicator.aggregation == "latest_stock":
        return largest
    # A figure that holds all the others is their total, printed or not; else the parts have none.
    rest = sum(values, Decimal(0)) - observations[largest].obs_value
    if indicator.kind != "rate" and observations[largest].obs_value >= rest:
        return largest
    return None


def _total(observations: Sequence[Observation], numbers: Sequence[int]) -> int | None:
    """What is said twice and exceeded by none, or what some figures said one after the other come to.

    处罚119件 in the opening, 119件处罚案件 in its section · 119件，涵盖市容84件、燃气13件、消防22件.
    """
    said = [observations[number].obs_value for number in numbers[:MENTIONS]]
    most = max(said)
    if said.count(most) > 1:
        return numbers[said.index(most)]
    runs = [list(accumulate(said[first:])) for first in range(len(said))]
    summed = most > 0 and any(most in run[1:] for run in runs)
    return numbers[said.index(most)] if summed else None


def _narrowness(scope: str) -> int:
    if scope == WHOLE:
        return 0
    return next(
        (width for width, words in enumerate(_WIDTH, 1) if words.search(scope)), len(_WIDTH) + 1
    )


def _charted(one: Observation) -> Observation:
    flags: Iterable[str] = one.obs_status_all
    if one.scope == WHOLE:
        return replace(one, charted=True)
    status, statuses = obs_status({*flags, "D"} - {"A"})
    zh = f"只有{quoted(one.scope)}的数字，代表全域"
    en = f"the only figure is that of {quoted(one.scope)}; it stands for the whole area"
    comment = one.comment
    if zh not in comment:
        before_zh, _, before_en = comment.partition(" | ")
        comment = both(
            "；".join(filter(None, (before_zh, zh))), "; ".join(filter(None, (before_en, en)))
        )
    return replace(one, charted=True, obs_status=status, obs_status_all=statuses, comment=comment)
