"""Derived values and findings: arithmetic on what is stated, said once and correctly."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import build, catalog, checks, extract, jurisdiction, readers
from pipeline.model import (
    Category,
    Document,
    Fact,
    Finding,
    Jurisdiction,
    Match,
    Observation,
    Period,
    Quantity,
    Reading,
    obs_status,
    observation_id,
)

ROOT = Path(__file__).parent.parent
KNOWN = catalog.load()


def reading(
    value: str,
    unit: str,
    indicator: str = "",
    category: Category = (),
    *,
    fact: Fact = "level",
    sentence: int = 0,
    part_of: int | None = None,
    scope: str = "whole",
    start: int = 0,
) -> Reading:
    surface = f"{value.lstrip('-')}{unit}"
    found = Quantity(
        start, start + len(surface), surface, Decimal(value), None, unit, "exact", "metric"
    )
    matches = (Match(indicator, category, fact, 0.9, ""),) if indicator else ()
    return Reading(found, matches, "full_year", None, "", scope, 0, sentence, part_of)


def observed(readings: Sequence[Reading], period: Period = "full_year") -> tuple[Observation, ...]:
    status, statuses = obs_status({"V"})
    return tuple(
        Observation(
            observation_id=observation_id(
                "r", match.indicator, match.category, match.fact, "2022", "stated", [(number, 0)]
            ),
            indicator=match.indicator,
            category=match.category,
            fact=match.fact,
            time_period="2022",
            obs_value=one.quantity.value or Decimal(0),
            unit_measure=one.quantity.unit,
            obs_status=status,
            obs_status_all=statuses,
            qualifier="exact",
            period=period,
            period_end=None,
            scope=one.scope,
            method="stated",
            charted=False,
            confidence=0.9,
            quantities=(number,),
        )
        for number, one in enumerate(readings)
        for match in one.matches
    )


def judge(
    readings: Sequence[Reading], text: str = ""
) -> tuple[tuple[Observation, ...], tuple[Finding, ...]]:
    return checks.judge(text, readings, observed(readings), KNOWN, 2022)


def rules(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity) for finding in findings]


def test_a_rate_of_two_counts_of_one_scope_is_derived() -> None:
    added, findings = judge(
        [reading("42", "起", "mediation_cases"), reading("36", "起", "mediation_successes")]
    )
    (rate,) = added
    assert (rate.indicator, rate.method, rate.unit_measure) == (
        "mediation_success_rate",
        "derived",
        "%",
    )
    assert round(rate.obs_value, 3) == Decimal("85.714")
    assert rate.quantities == (0, 1)
    assert len(rate.inputs) == 2
    assert findings == ()


@pytest.mark.parametrize(
    "readings",
    [
        [
            reading("42", "起", "mediation_cases"),
            reading("36", "起", "mediation_successes", scope="调解中心"),
        ],
        [reading("0", "起", "mediation_cases"), reading("0", "起", "mediation_successes")],
        [reading("42", "起", "mediation_cases"), reading("50", "起", "mediation_successes")],
    ],
)
def test_no_rate_without_a_common_base(readings: list[Reading]) -> None:
    assert judge(readings)[0] == ()


@given(st.integers(1, 10**6), st.data())
def test_derived_rates_stay_within_a_hundred(cases: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, cases))
    added, _ = judge(
        [
            reading(str(cases), "件", "mediation_cases"),
            reading(str(successes), "件", "mediation_successes"),
        ]
    )
    assert 0 <= added[0].obs_value <= 100
    assert abs(added[0].obs_value * cases / 100 - successes) < Decimal("0.01")


def test_successes_are_the_agreements_written_and_oral() -> None:
    parts: list[tuple[str, Category]] = [
        ("39", (("outcome", "written"),)),
        ("6", (("outcome", "oral"),)),
        ("6", (("outcome", "terminated"),)),
    ]
    readings = [
        reading("51", "起", "mediation_cases"),
        *(reading(value, "起", "mediation_case_breakdown", c, part_of=0) for value, c in parts),
    ]
    added, findings = judge(readings)
    values = {one.indicator: one.obs_value for one in added}
    assert values["mediation_successes"] == 45
    assert round(values["mediation_success_rate"], 3) == Decimal("88.235")
    assert findings == ()


def test_last_year_is_implied_by_a_difference() -> None:
    added, findings = judge(
        [
            reading("30", "件", "petition_total"),
            reading("-14", "件", "petition_total", fact="change_abs"),
            reading("-31", "%", "petition_total", fact="change_pct"),
        ]
    )
    (prior,) = added
    assert (prior.time_period, int(prior.obs_value), prior.method) == ("2021", 44, "implied")
    assert rules(findings) == [("yoy_recompute", "info")]


def test_of_nothing_there_is_no_percentage() -> None:
    _, findings = judge(
        [
            reading("30", "件", "petition_total"),
            reading("44", "件", "petition_total", fact="change_abs"),
            reading("31", "%", "petition_total", fact="change_pct"),
        ]
    )
    assert "yoy_recompute" not in [rule for rule, _ in rules(findings)]


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("85.7", []),
        ("86", []),
        ("85.71", []),
        ("85", [("rate_recompute", "info")]),
        ("90", [("rate_recompute", "error")]),
    ],
)
def test_a_printed_rate_is_rounded_truncated_or_wrong(
    printed: str, found: list[tuple[str, str]]
) -> None:
    readings = [
        reading("42", "起", "mediation_cases"),
        reading("36", "起", "mediation_successes"),
        reading(printed, "%", "mediation_success_rate"),
    ]
    assert rules(judge(readings)[1]) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["24", "6", "4", "3"], [("sum_of_parts", "warning")]),
        (["24", "6", "4", "8"], []),
        (["24", "6"], []),
        (["40", "6"], [("sum_of_parts", "warning")]),
    ],
)
def test_parts_against_their_total(values: list[str], found: list[tuple[str, str]]) -> None:
    readings = [
        reading("42", "起", "mediation_cases"),
        *(
            reading(v, "起", "mediation_case_breakdown", (("type", str(n)),), part_of=0)
            for n, v in enumerate(values)
        ),
    ]
    findings = judge(readings)[1]
    assert rules(findings) == found
    doubted = checks.flagged(observed(readings), findings, readings)
    assert all(("U" in one.obs_status_all) == bool(found) for one in doubted)


def test_the_same_figure_twice_counts_once() -> None:
    readings = [
        reading("25", "次", "governing_meetings", (("body", "executive_office"),), sentence=n)
        for n in (0, 9)
    ]
    assert rules(judge(readings)[1]) == [("duplicate_statement", "info")]


def test_a_share_that_no_part_gives_is_noted() -> None:
    text = "网上信访量占信访总量的80%"
    parts = [
        reading(v, "件", "petition_breakdown", (("channel", str(n)),), part_of=0)
        for n, v in enumerate(("3", "2", "25"))
    ]
    share = reading("80", "%", "petition_online_share", sentence=1, start=text.index("80"))
    assert rules(judge([reading("30", "件", "petition_total"), *parts, share], text)[1]) == [
        ("rate_recompute", "warning")
    ]


def seed(name: str) -> tuple[Document, Jurisdiction, tuple[Finding, ...]]:
    path = next((ROOT / "seeds").glob(f"{name}_*.txt"))
    places = jurisdiction.PlaceTable.load(ROOT / "data" / "divisions_2023.parquet")
    doc = readers.read(path.name, path.read_bytes())
    told = jurisdiction.resolve(doc, places, None)
    layout, found = build.laid_out(doc.text)
    readings, stated = extract.observe(doc, told, layout, found, KNOWN)
    return doc, told, checks.judge(doc.text, readings, stated, KNOWN, told.time_period)[1]


EXPECTED = MappingProxyType(
    {
        "000": {"sum_of_parts": 1},
        "001": {},
        "002": {"sum_of_parts": 1, "yoy_recompute": 1, "rate_recompute": 1, "saturated_rate": 2},
        "003": {"saturated_rate": 1},
        "004": {"rate_recompute": 2, "duplicate_statement": 2},
    }
)


@pytest.mark.parametrize("name", EXPECTED)
def test_findings_of_the_five_reports(bilingual, name: str) -> None:
    findings = seed(name)[2]
    assert Counter(finding.rule for finding in findings) == EXPECTED[name]
    for finding in findings:
        assert bilingual(finding.message)
        zh, en = finding.message.split(" | ")
        assert (zh[-1], en[-1]) == ("。", ".")
