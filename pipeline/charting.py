"""Which observation stands for an area and a year in charts: at most one for each indicator and category.

Everything else stays visible as evidence. Where the statements do not say which of them is the total, none is
charted: a gap is honest, a guess is not.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.catalog import Catalog, Indicator
from pipeline.model import Category, Observation, Report, both, obs_status, quoted

WHOLE = "whole"
_PERIODS = {"flow": ("full_year", "ytd"), "rate": ("full_year", "ytd")}
_STOCK_PERIODS = ("point_in_time", "full_year", "ytd")
_METHODS = ("corrected", "derived", "stated", "worded", "implied")
# A department speaks for itself, a superior area for itself: neither for the area.
_DEPARTMENT = re.compile("^全[市县区省国]|(?:局|厅|司法所|(?<!调解)委员会|办公室)$")
# Of several units the one that serves everyone is the widest.
_WIDTH = (re.compile("中心|街道|[镇乡]"), re.compile("平台|委员会|大队|所"))
_LARGEST = {"no_sum_overlap", "max_scope"}
_NEVER = {"per_event"}


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
    return tuple(result)


def across(reports: Sequence[Report]) -> tuple[Report, ...]:
    """One charted value for each area, year, indicator and category: an area's own report of the year first."""
    best: dict[tuple[str, str, str, Category], tuple[tuple[int, int, str], str]] = {}
    for report in reports:
        for one in report.observations:
            if one.charted:
                key, rank = _place_key(report, one), _rank(report, one)
                if key not in best or rank < best[key][0]:
                    best[key] = rank, one.observation_id
    kept = {identity for _, identity in best.values()}
    return tuple(
        replace(
            report,
            observations=tuple(
                replace(one, charted=one.charted and one.observation_id in kept)
                for one in report.observations
            ),
        )
        for report in reports
    )


def _place_key(report: Report, one: Observation) -> tuple[str, str, str, Category]:
    place = report.jurisdiction.place
    return place.ref_area if place else "", one.time_period[:4], one.indicator, one.category


def _rank(report: Report, one: Observation) -> tuple[int, int, str]:
    own = one.time_period[:4] == str(report.jurisdiction.time_period)
    department = report.jurisdiction.issuer_kind == "department"
    return 0 if own else 1, int(department), report.document.report_id


def _eligible(one: Observation, indicator: Indicator, time_period: str) -> bool:
    periods = _PERIODS.get(indicator.kind, _STOCK_PERIODS)
    return (
        one.fact == "level"
        and one.period in periods
        and one.method in _METHODS
        and indicator.aggregation not in _NEVER
        and not one.part
        and not _DEPARTMENT.search(one.scope)
        and (one.time_period == time_period or one.method == "implied")
    )


def _pick(
    observations: Sequence[Observation], numbers: Sequence[int], indicator: Indicator
) -> int | None:
    """Widest scope, then best period, then the rule of the indicator."""
    widest = min(_narrowness(observations[number].scope) for number in numbers)
    rest = [n for n in numbers if _narrowness(observations[n].scope) == widest]
    periods = _PERIODS.get(indicator.kind, _STOCK_PERIODS)
    first = min(periods.index(observations[number].period) for number in rest)
    rest = [n for n in rest if periods.index(observations[n].period) == first]
    strongest = min(_METHODS.index(observations[number].method) for number in rest)
    rest = [n for n in rest if _METHODS.index(observations[n].method) == strongest]
    return _by_rule(observations, rest, indicator)


def _by_rule(
    observations: Sequence[Observation], numbers: Sequence[int], indicator: Indicator
) -> int | None:
    values = {observations[number].obs_value for number in numbers}
    largest = max(numbers, key=lambda number: observations[number].obs_value)
    if len(values) == 1 or indicator.aggregation in _LARGEST:
        return numbers[0] if len(values) == 1 else largest
    if indicator.aggregation == "latest_stock":
        return max(numbers, key=lambda number: observations[number].quantities[-1:])
    # A figure that holds all the others is their total, printed or not; else the parts have none.
    rest = sum(values, Decimal(0)) - observations[largest].obs_value
    if indicator.kind != "rate" and observations[largest].obs_value >= rest:
        return largest
    return None


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
