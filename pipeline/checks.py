"""What follows from the stated figures, and where they do not add up.

Derived values stand beside the stated ones and never replace them. A finding says what a careful reader would note;
only arithmetic that truly conflicts is an error.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import combinations
from typing import Any, NamedTuple

from pipeline.catalog import Catalog
from pipeline.model import (
    Category,
    Fact,
    Finding,
    Method,
    Observation,
    Reading,
    Severity,
    both,
    obs_status,
    observation_id,
    quoted,
)


class Rate(NamedTuple):
    """A rate that two counts of one scope, period and year give."""

    indicator: str
    category: Category
    numerator: str
    denominator: str
    of: tuple[Category, Category] = ((), ())  # of the numerator, of the denominator


class Sum(NamedTuple):
    """A count that is the sum of the listed categories where the report does not print it."""

    indicator: str
    parts: str
    categories: tuple[Category, ...]


RATES = (
    Rate("mediation_success_rate", (), "mediation_successes", "mediation_cases"),
    Rate(
        "petition_closure_rate",
        (("base", "online"),),
        "petition_online_closed",
        "petition_online_received",
    ),
    Rate(
        "petition_closure_rate",
        (("base", "referred"),),
        "petition_referred_closed",
        "petition_referred",
    ),
    Rate("petition_closure_rate", (("base", "total"),), "petition_closed", "petition_total"),
    Rate("petition_online_share", (), "petition_online_received", "petition_total"),
    Rate(
        "mediation_case_shares",
        (("share", "mediated_of_screened"),),
        "mediation_cases",
        "disputes_screened",
    ),
    Rate("enforcement_cert_rate", (), "enforcement_cert_holders", "enforcement_officers"),
    Rate(
        "hazard_rectification_rate",
        (),
        "hazards_found",
        "hazards_found",
        ((("status", "rectified"),), (("severity", "all"),)),
    ),
    Rate(
        "leader_appearance_rate",
        (),
        "litigation_outcomes",
        "litigation_outcomes",
        ((("attendance", "leader_appeared"),), (("attendance", "hearing_held"),)),
    ),
)
# An agreement counts as a success whether it is written or oral.
SUMS = (
    Sum(
        "mediation_successes",
        "mediation_case_breakdown",
        ((("outcome", "written"),), (("outcome", "oral"),)),
    ),
)

_HUNDRED = Decimal(100)
_MICRO = Decimal("0.000001")
_ENOUGH_PARTS = 3  # two parts below their total are often only examples
_PARTS_AT_MOST = 8  # subsets are tried only of lists that people write
_COUNTS_BACK = 14
_SHARE = re.compile("占")
_LOOK_BACK = 24
_SENTENCES_BACK = 3

_Key = tuple[str, str, str, str | None]


def judge(
    text: str,
    readings: Sequence[Reading],
    observations: Sequence[Observation],
    catalog: Catalog,
    time_period: int | str | None,
    level: str = "",
) -> tuple[tuple[Observation, ...], tuple[Finding, ...]]:
    """Derived and implied observations (only those), and the findings of one report of this level."""
    sums = tuple(_sums(observations, catalog))
    derived = (*sums, *_rates((*observations, *sums), catalog))
    implied = tuple(_implied(observations, str(time_period or "")))
    everything = (*observations, *derived)
    lists = tuple(_lists(readings))
    pairs = tuple(_printed_and_derived(everything))
    findings = (
        *_sum_findings(readings, lists, catalog),
        *_change_findings(readings, observations),
        *_rate_findings(readings, everything, pairs),
        *_share_findings(text, readings, lists, pairs),
        *_duplicate_findings(readings, observations, catalog),
        *_saturated_findings(readings, everything),
        *(_range_findings(everything, catalog) if level == "township" else ()),
    )
    return (*derived, *implied), tuple(findings)


def flagged(
    observations: Iterable[Observation], findings: Iterable[Finding], readings: Sequence[Reading]
) -> tuple[Observation, ...]:
    """The same observations, with U where the report contradicts itself on a figure they rest on."""
    doubted = {
        quantity
        for finding in findings
        if finding.severity == "error" or _contradicts(finding, readings)
        for quantity in finding.quantities
    }
    return tuple(
        _with_status(one, "U") if doubted.intersection(one.quantities) else one
        for one in observations
    )


def _contradicts(finding: Finding, readings: Sequence[Reading]) -> bool:
    """Parts in other units than their total need not add up to it."""
    units = {readings[number].quantity.unit for number in finding.quantities}
    return finding.rule == "sum_of_parts" and len(units) == 1


def _with_status(one: Observation, flag: str) -> Observation:
    status, statuses = obs_status({*one.obs_status_all, flag})
    return replace(one, obs_status=status, obs_status_all=statuses)


# --- derived values -------------------------------------------------------------------------------


def _key(one: Observation) -> _Key:
    return one.scope, one.time_period, one.period, one.period_end


def _counts(
    observations: Iterable[Observation], indicator: str, category: Category = ()
) -> dict[_Key, list[Observation]]:
    found: dict[_Key, list[Observation]] = defaultdict(list)
    for one in observations:
        named = (one.indicator, one.category, one.fact) == (indicator, category, "level")
        if named and not one.part:
            found[_key(one)].append(one)
    return found


def _single(found: Sequence[Observation]) -> Observation | None:
    """The one value stated, however often; none where the statements differ."""
    return found[0] if len({one.obs_value for one in found}) == 1 else None


def _sums(observations: Sequence[Observation], catalog: Catalog) -> Iterator[Observation]:
    for rule in SUMS:
        if rule.indicator not in catalog.indicators:
            continue
        stated = _counts(observations, rule.indicator)
        lists = [_counts(observations, rule.parts, category) for category in rule.categories]
        for key, first in lists[0].items():
            parts = [_single(found.get(key, ())) for found in (lists[0], *lists[1:])]
            inputs = [part for part in parts if part is not None]
            if key in stated or len(inputs) < len(parts) or not first:
                continue
            formula = " + ".join(_plain(part.obs_value) for part in inputs)
            value = sum((part.obs_value for part in inputs), Decimal(0))
            yield _derived(
                rule.indicator, (), value, inputs, f"{formula} = {_plain(value)}", catalog
            )


def _rates(observations: Sequence[Observation], catalog: Catalog) -> Iterator[Observation]:
    for rule in RATES:
        if rule.indicator not in catalog.indicators:
            continue
        tops = _counts(observations, rule.numerator, rule.of[0])
        for key, bottoms in _counts(observations, rule.denominator, rule.of[1]).items():
            pair = _single(tops.get(key, ())), _single(bottoms)
            top, bottom = pair
            if top is None or bottom is None or not 0 <= top.obs_value <= bottom.obs_value:
                continue
            if bottom.obs_value == 0:
                continue
            value = (top.obs_value / bottom.obs_value * _HUNDRED).quantize(_MICRO, ROUND_HALF_EVEN)
            formula = f"{_plain(top.obs_value)} ÷ {_plain(bottom.obs_value)} × 100"
            yield _derived(rule.indicator, rule.category, value, [top, bottom], formula, catalog)


def _derived(
    indicator: str,
    category: Category,
    value: Decimal,
    inputs: Sequence[Observation],
    formula: str,
    catalog: Catalog,
) -> Observation:
    first = inputs[0]
    exact = all(one.qualifier == "exact" for one in inputs)
    flags = {flag for one in inputs for flag in one.obs_status_all} - {"A"}
    status, statuses = obs_status(flags)
    ids = tuple(one.observation_id for one in inputs)
    return Observation(
        observation_id=_id(ids, indicator, category, "level", first.time_period, "derived"),
        indicator=indicator,
        category=category,
        fact="level",
        time_period=first.time_period,
        obs_value=value,
        unit_measure=catalog.indicators[indicator].unit_of(category),
        obs_status=status,
        obs_status_all=statuses,
        qualifier="exact" if exact else "about",
        period=first.period,
        period_end=first.period_end,
        scope=first.scope,
        method="derived",
        charted=False,
        confidence=min(one.confidence for one in inputs),
        quantities=_quantities(inputs),
        inputs=ids,
        formula=formula,
        comment=both("由报告所述数字推算", "computed from stated figures"),
        reason=both(f"推算：{formula}", f"computed: {formula}"),
    )


def _implied(observations: Sequence[Observation], time_period: str) -> Iterator[Observation]:
    """Last year's value where a report states this year's and the difference."""
    if not time_period.isdigit():
        return
    levels: dict[tuple[str, Category, str], list[Observation]] = defaultdict(list)
    for one in observations:
        year = one.time_period == time_period and one.period in {"full_year", "ytd"}
        if year and one.fact == "level" and one.qualifier == "exact":
            levels[one.indicator, one.category, one.scope].append(one)
    for change in observations:
        if change.fact != "change_abs" or change.qualifier != "exact":
            continue
        near = levels.get((change.indicator, change.category, change.scope), ())
        level = _single(near)
        if level is None or level.obs_value - change.obs_value < 0:
            continue
        value = level.obs_value - change.obs_value
        formula = f"{_plain(level.obs_value)} − ({_plain(change.obs_value)}) = {_plain(value)}"
        ids = level.observation_id, change.observation_id
        prior = str(int(time_period) - 1)
        yield replace(
            level,
            observation_id=_id(ids, level.indicator, level.category, "level", prior, "implied"),
            time_period=prior,
            obs_value=value,
            period_end=None,
            method="implied",
            confidence=min(level.confidence, change.confidence),
            quantities=_quantities((level, change)),
            inputs=ids,
            formula=formula,
            comment=both(
                f"由 {time_period} 年报告推得：本年数减去所述增减数",
                f"from the {time_period} report: its figure less the stated change",
            ),
            reason=both(f"推算：{formula}", f"computed: {formula}"),
        )


def _id(
    inputs: Sequence[str],
    indicator: str,
    category: Category,
    fact: Fact,
    time_period: str,
    method: Method,
) -> str:
    # The ids of the inputs hold report and spans already.
    return observation_id("+".join(inputs), indicator, category, fact, time_period, method, ())


def _quantities(inputs: Iterable[Observation]) -> tuple[int, ...]:
    return tuple(sorted({number for one in inputs for number in one.quantities}))


# --- findings -------------------------------------------------------------------------------------


_List = tuple[int, str, list[int]]  # total, indicator of the parts, parts


def _sum_findings(
    readings: Sequence[Reading], lists: Iterable[_List], catalog: Catalog
) -> Iterator[Finding]:
    shares: dict[int, list[tuple[Decimal, int]]] = defaultdict(list)
    for reading in readings:
        if _is_rate(reading):
            shares[reading.sentence].append((_value(reading), _places(reading)))
    for total, name, numbers in lists:
        parts = [readings[number] for number in numbers]
        values = [_value(part) for part in parts]
        whole, sum_ = _value(readings[total]), sum(values, Decimal(0))
        if sum_ == whole or not _exact((readings[total], *parts)):
            continue
        # Parts that the report itself calls a share of the total were not meant to make it up.
        share = any(
            _fit(rate, places, sum_, whole) != "conflict"
            for rate, places in shares[parts[-1].sentence]
        )
        if sum_ < whole and (len(parts) < _ENOUGH_PARTS or share):
            continue
        units = sorted({part.quantity.unit for part in (*parts, readings[total])})
        label = catalog.indicators[name].zh if name in catalog.indicators else "分项"
        listed = " + ".join(_plain(value) for value in values)
        near = _rivals(readings, total, numbers, sum_)
        mixed = f"（单位不一：{'、'.join(units)}）" if len(units) > 1 else ""
        others = "".join(f"，也不等于 {one}" for one in near)
        others_en = "".join(f", nor {quoted(one)}" for one in near)
        yield _finding(
            "sum_of_parts",
            "warning",
            f"{label}的分项 {listed} = {_plain(sum_)}{mixed}，与总数 {readings[total].quantity.surface} 不符{others}。",
            f"Parts {listed} = {_plain(sum_)}{' in mixed units' if mixed else ''} do not equal "
            f"the total {_plain(whole)}{others_en}.",
            (total, *numbers),
        )


def _lists(readings: Sequence[Reading]) -> Iterator[_List]:
    """Parts of one list under one total: same indicator, same kind of category."""
    found: dict[tuple[int, str, tuple[str, ...]], list[int]] = defaultdict(list)
    for number, reading in enumerate(readings):
        if reading.part_of is None or reading.quantity.value is None:
            continue
        for match in reading.matches[:1]:
            keys = tuple(key for key, _ in match.category)
            if match.fact == "level":
                found[reading.part_of, match.indicator, keys].append(number)
    for (total, name, _), numbers in found.items():
        if len(numbers) > 1:
            yield total, name, numbers


def _rivals(
    readings: Sequence[Reading], total: int, numbers: Sequence[int], sum_: Decimal
) -> list[str]:
    """Other figures of the total's own sentence that the parts could have been meant for."""
    between = (readings[number] for number in range(total + 1, numbers[0]))
    return [
        other.quantity.surface
        for other in between
        if other.part_of == total
        and other.sentence == readings[total].sentence
        and _value(other) != sum_
    ]


def _change_findings(
    readings: Sequence[Reading], observations: Sequence[Observation]
) -> Iterator[Finding]:
    """A printed percentage of change against the counts it stands beside."""
    resting: dict[int, list[Observation]] = defaultdict(list)
    for one in observations:
        for number in one.quantities[:1]:
            resting[number].append(one)
    for percent in observations:
        if percent.fact != "change_pct" or percent.qualifier != "exact":
            continue
        level = _beside(percent, resting, "level")
        change = _beside(percent, resting, "change_abs")
        if level is None or change is None or level.obs_value <= change.obs_value:
            continue  # of nothing, and of less, there is no percentage
        prior = level.obs_value - change.obs_value
        printed = abs(percent.obs_value)
        places = _places(readings[percent.quantities[0]])
        top = abs(change.obs_value)
        verdict = _fit(printed, places, top, prior)
        if verdict == "rounded":
            continue
        exact = _plain((top / prior * _HUNDRED).quantize(Decimal("0.001")))
        yield _finding(
            "yoy_recompute",
            *_words(
                verdict,
                f"{_plain(top)} ÷ {_plain(prior)} = {exact}%",
                readings[percent.quantities[0]].quantity.surface,
            ),
            _quantities((level, change, percent)),
        )


def _beside(
    one: Observation, resting: Mapping[int, Sequence[Observation]], fact: str
) -> Observation | None:
    last = one.quantities[0]
    for number in range(last, last - 5, -1):
        for other in resting.get(number, ()):
            same = (other.indicator, other.category, other.scope, other.fact) == (
                one.indicator,
                one.category,
                one.scope,
                fact,
            )
            if same and other.qualifier == "exact" and other.method == "stated":
                return other
    return None


def _printed_and_derived(
    observations: Sequence[Observation],
) -> Iterator[tuple[Observation, Observation]]:
    """Each stated value beside the one computed for the same thing."""
    stated: dict[tuple[Any, ...], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.method == "stated" and one.qualifier == "exact" and one.quantities:
            stated[_subject(one)].append(one)
    for one in observations:
        if one.method == "derived":
            for other in stated.get(_subject(one), ()):
                yield other, one


def _subject(one: Observation) -> tuple[Any, ...]:
    return one.indicator, one.category, one.fact, one.scope, one.time_period


def _rate_findings(
    readings: Sequence[Reading],
    observations: Sequence[Observation],
    pairs: Iterable[tuple[Observation, Observation]],
) -> Iterator[Finding]:
    """A printed rate against the one its counts give."""
    by_id = {one.observation_id: one for one in observations}
    for stated, derived in pairs:
        if derived.unit_measure != "%":
            continue
        top, bottom = (by_id[name] for name in derived.inputs)
        reading = readings[stated.quantities[0]]
        verdict = _fit(stated.obs_value, _places(reading), top.obs_value, bottom.obs_value)
        if verdict == "rounded":
            continue
        exact = _plain(derived.obs_value.quantize(Decimal("0.001")))
        yield _finding(
            "rate_recompute",
            *_words(verdict, f"{derived.formula} = {exact}%", reading.quantity.surface),
            tuple(sorted({*stated.quantities, *derived.quantities})),
        )


def _share_findings(
    text: str,
    readings: Sequence[Reading],
    lists: Iterable[_List],
    pairs: Iterable[tuple[Observation, Observation]],
) -> Iterator[Finding]:
    """Rates without counts of their own: is there a figure nearby that they can be a part of?"""
    answered = {number for stated, _ in pairs for number in stated.quantities}
    ending: dict[int, list[_List]] = defaultdict(list)
    for one in lists:
        ending[readings[max(one[2])].sentence].append(one)
    for number, rate in enumerate(readings):
        if number in answered or not _is_rate(rate) or rate.quantity.value in {None, _HUNDRED}:
            continue
        left = text[max(0, rate.quantity.start - _LOOK_BACK) : rate.quantity.start]
        if _SHARE.search(re.split("[，；。,;\n]", left)[-1]):
            window = range(rate.sentence - _SENTENCES_BACK, rate.sentence + 1)
            finding = _share_of(readings, number, [one for at in window for one in ending[at]])
        else:
            finding = _some_part_of(readings, number)
        if finding:
            yield finding


def _share_of(readings: Sequence[Reading], number: int, nearby: Sequence[_List]) -> Finding | None:
    """占…的80%: the counts before it, or the parts listed before it, must give the rate."""
    rate = readings[number]
    value, places = _value(rate), _places(rate)
    near = _counts_before(readings, number, 0)
    pairs: list[tuple[tuple[int, ...], int]] = [
        ((top,), bottom) for bottom, top in combinations(near, 2)
    ]
    tails = [tuple(near[-length:]) for length in (1, 2, 3) if len(near) >= length]
    for tail in tails:
        totals = {readings[one].part_of for one in tail}
        total = totals.pop() if len(totals) == 1 else None
        if total is not None:
            pairs.append((tail, total))
    lists = [
        (total, numbers)
        for total, _, numbers in nearby
        if len(numbers) <= _PARTS_AT_MOST
        and max(numbers) < number
        and readings[total].section == rate.section
    ]
    for total, numbers in lists:
        for length in range(1, len(numbers) + 1):
            pairs.extend((group, total) for group in combinations(numbers, length))
    truncated: Finding | None = None
    for tops, bottom in pairs:
        top = sum((_value(readings[one]) for one in tops), Decimal(0))
        verdict = _fit(value, places, top, _value(readings[bottom]))
        if verdict == "rounded":
            return None
        if verdict == "truncated" and truncated is None:
            shown = " + ".join(_plain(_value(readings[one])) for one in tops)
            truncated = _truncated(readings, number, shown, top, bottom, tops)
    if truncated or not any(len(numbers) >= _ENOUGH_PARTS for _, numbers in lists):
        return truncated
    total = next(total for total, numbers in lists if len(numbers) >= _ENOUGH_PARTS)
    needed = _plain((value * _value(readings[total]) / _HUNDRED).quantize(Decimal("0.1")))
    surface, whole = rate.quantity.surface, readings[total].quantity.surface
    parts = tuple(one for group, numbers in lists if group == total for one in numbers)
    return _finding(
        "rate_recompute",
        "warning",
        f"{whole}的 {surface} 应为 {needed}，由所列分项得不出。",
        f"{quoted(surface)} of {_plain(_value(readings[total]))} would be {needed}, which the listed parts do not give.",
        tuple(sorted({number, total, *parts})),
    )


def _some_part_of(readings: Sequence[Reading], number: int) -> Finding | None:
    """成功率为78.94%: whole numbers over a total of this sentence must give the rate."""
    rate = readings[number]
    value, places = _value(rate), _places(rate)
    near = _counts_before(readings, number, 0)
    if not places or not near:
        return None
    siblings: dict[int, list[int]] = defaultdict(list)
    for one in near:
        total = readings[one].part_of
        if total is not None:
            siblings[total].append(one)
    bases = [
        *((one,) for one in near),
        *(tuple(group) for group in siblings.values() if len(group) > 1),
    ]
    truncated: Finding | None = None
    for base in bases:
        bottom = sum((_value(readings[one]) for one in base), Decimal(0))
        for step in (0, 1):
            top = (value * bottom / _HUNDRED).to_integral_value("ROUND_FLOOR") + step
            verdict = _fit(value, places, top, bottom)
            if verdict == "rounded":
                return None
            if verdict == "truncated" and truncated is None and top <= bottom:
                exact = _plain((top / bottom * _HUNDRED).quantize(Decimal("0.001")))
                truncated = _finding(
                    "rate_recompute",
                    *_words(
                        verdict,
                        f"{_plain(top)} ÷ {_plain(bottom)} = {exact}%",
                        rate.quantity.surface,
                    ),
                    tuple(sorted({number, *base})),
                )
    return truncated


def _truncated(
    readings: Sequence[Reading],
    number: int,
    shown: str,
    top: Decimal,
    bottom: int,
    tops: Sequence[int],
) -> Finding:
    whole = _value(readings[bottom])
    exact = _plain((top / whole * _HUNDRED).quantize(Decimal("0.001")))
    return _finding(
        "rate_recompute",
        *_words(
            "truncated",
            f"({shown}) ÷ {_plain(whole)} = {exact}%",
            readings[number].quantity.surface,
        ),
        tuple(sorted({number, bottom, *tops})),
    )


def _counts_before(readings: Sequence[Reading], number: int, sentences: int) -> list[int]:
    rate = readings[number]
    return [
        other
        for other in range(max(0, number - _COUNTS_BACK), number)
        if rate.sentence - readings[other].sentence <= sentences
        and readings[other].quantity.role == "metric"
        and not _is_rate(readings[other])
        and _value(readings[other]) > 0
        and readings[other].quantity.qualifier == "exact"
    ]


def _duplicate_findings(
    readings: Sequence[Reading], observations: Sequence[Observation], catalog: Catalog
) -> Iterator[Finding]:
    found: dict[tuple[Any, ...], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.fact == "level" and one.method == "stated" and one.quantities:
            unit = readings[one.quantities[0]].quantity.unit
            found[
                one.indicator, one.category, one.obs_value, unit, one.scope, one.time_period
            ].append(one)
    for same in found.values():
        numbers = _quantities(same)
        if len({readings[number].sentence for number in numbers}) < 2:
            continue
        name = catalog.indicators[same[0].indicator]
        surface = readings[numbers[0]].quantity.surface
        yield _finding(
            "duplicate_statement",
            "info",
            f"{name.zh} {surface} 在报告中出现 {len(numbers)} 次，只计一次。",
            f"{name.en}: {_plain(same[0].obs_value)} is stated {len(numbers)} times; counted once.",
            numbers,
        )


def _saturated_findings(
    readings: Sequence[Reading], observations: Sequence[Observation]
) -> Iterator[Finding]:
    """100% of equal counts says that everything counted as a success was counted, no more."""
    pairs: dict[tuple[int, ...], Decimal] = {}
    for one in observations:
        if one.method == "derived" and one.obs_value == _HUNDRED and len(one.inputs) == 2:
            pairs[one.quantities] = _value(readings[one.quantities[0]])
    for number, reading in enumerate(readings):
        if _is_rate(reading) and reading.quantity.value == _HUNDRED and reading.matches:
            near = _counts_before(readings, number, 0)[-2:]
            values = {_value(readings[other]) for other in near}
            if len(near) == 2 and len(values) == 1:
                pairs.setdefault(tuple(near), values.pop())
    for numbers, value in pairs.items():
        yield _finding(
            "saturated_rate",
            "info",
            f"{_plain(value)} 与 {_plain(value)} 相等，比率为 100%，不含区分信息，不宜排名。",
            f"{_plain(value)} of {_plain(value)}: 100% from equal counts carries no information; do not rank.",
            numbers,
        )


def _range_findings(observations: Iterable[Observation], catalog: Catalog) -> Iterator[Finding]:
    """A value outside the range plausible for a township or street: misread, misprinted or remarkable."""
    for one in observations:
        name = catalog.indicators[one.indicator]
        if one.fact != "level" or name.plausible is None or one.method == "implied":
            continue
        low, high = name.plausible
        if not low <= one.obs_value <= high and name.unit_of(one.category) == name.unit:
            value = f"{_plain(one.obs_value)} {one.unit_measure}"
            yield _finding(
                "implausible_value",
                "warning",
                f"{name.zh}为 {value}，超出通常范围 {low:g}—{high:g}，请核对原文。",
                f"{name.en}: {_plain(one.obs_value)}, outside the usual range of {low:g} to {high:g}; check the text.",
                one.quantities,
            )


# --- arithmetic and wording -----------------------------------------------------------------------


def _fit(printed: Decimal, places: int, top: Decimal, bottom: Decimal) -> str:
    """rounded, truncated or conflict, by one unit of the last printed digit."""
    if bottom <= 0:
        return "conflict"
    unit = Decimal(1).scaleb(-places)
    difference = top / bottom * _HUNDRED - printed
    if abs(difference) <= unit / 2:
        return "rounded"
    return "truncated" if 0 < difference < unit else "conflict"


def _words(verdict: str, computed: str, printed: str) -> tuple[Severity, str, str]:
    if verdict == "truncated":
        return (
            "info",
            f"{computed}，报告写 {printed}，是截去尾数而非四舍五入。",
            f"{computed}; printed {quoted(printed)} (truncated, not rounded).",
        )
    return (
        "error",
        f"{computed}，报告写 {printed}，两者矛盾。",
        f"{computed}; printed {quoted(printed)}: they conflict.",
    )


def _finding(
    rule: str, severity: Severity, message: str, message_en: str, quantities: Sequence[int]
) -> Finding:
    return Finding(rule, severity, both(message, message_en), message_en, tuple(quantities))


def _is_rate(reading: Reading) -> bool:
    return (
        reading.quantity.role == "metric"
        and reading.quantity.unit in {"%", "％"}
        and not any(match.fact.startswith("change") for match in reading.matches)
    )


def _exact(readings: Iterable[Reading]) -> bool:
    return all(reading.quantity.qualifier == "exact" for reading in readings)


def _value(reading: Reading) -> Decimal:
    return reading.quantity.value or Decimal(0)


def _places(reading: Reading) -> int:
    printed = re.search(r"\.(\d+)", reading.quantity.surface)
    return len(printed[1]) if printed else 0


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
