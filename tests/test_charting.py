"""Which of several statements stands for the year: at most one, never one that means something else."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline import catalog, charting
from pipeline.model import Claim, Method, Observation, Period, Version

KNOWN = catalog.load()
BASE = Observation(
    observation_id="0",
    indicator="outreach_events",
    category=(),
    fact="level",
    time_period="2022",
    obs_value=Decimal(20),
    unit_measure="场",
    obs_status="V",
    obs_status_all=("V",),
    qualifier="exact",
    period="full_year",
    period_end=None,
    scope="whole",
    method="stated",
    charted=False,
    confidence=0.9,
    quantities=(0,),
)


def one(value: int = 20, **fields: object) -> Observation:
    return replace(BASE, obs_value=Decimal(value), **fields)  # type: ignore[arg-type]


def charted(*observations: Observation) -> list[Decimal]:
    return [o.obs_value for o in charting.choose(observations, KNOWN, 2022) if o.charted]


@pytest.mark.parametrize(
    "period", ["cumulative", "multi_year", "event", "plan", "prior_year", "point_in_time"]
)
def test_other_periods_never_stand_for_the_year(period: Period) -> None:
    assert charted(one(period=period)) == []


def test_a_stock_is_read_at_a_point_in_time() -> None:
    assert charted(one(15, indicator="mediation_orgs", period="point_in_time")) == [15]


@pytest.mark.parametrize("fact", ["change_abs", "change_pct", "share", "target", "norm"])
def test_only_levels_are_values(fact: str) -> None:
    assert charted(one(fact=fact)) == []


def test_a_total_is_said_twice_or_what_its_parts_come_to() -> None:
    assert charted(one(119), one(70), one(60), one(119)) == [119]
    assert charted(one(119), one(84), one(13), one(22), one(5)) == [119]
    assert charted(one(119), one(84), one(40)) == []


def test_what_is_less_than_one_of_its_kinds_is_not_the_whole() -> None:
    at_schools = (("form", "school_lecture"),)
    assert charted(one(46, category=at_schools), one(8)) == [46]
    assert charted(one(46, category=at_schools), one(80)) == [46, 80]


def test_a_printed_rate_stands_where_the_counts_are_of_something_else() -> None:
    rate = {"indicator": "hazard_rectification_rate", "unit_measure": "%"}
    computed = one(42, method="derived", **rate)
    assert charted(computed, one(98, **rate)) == [98]
    assert charted(computed, one(43, **rate)) == [42]
    assert charted(computed) == [42]


def test_the_full_year_before_the_year_to_date() -> None:
    assert charted(one(90, period="ytd"), one(100)) == [100]
    assert charted(one(90, period="ytd")) == [90]


def test_a_total_stands_for_its_parts_and_parts_without_total_are_not_charted() -> None:
    assert charted(one(108), one(5), one(3)) == [108]
    assert charted(one(10), one(9), one(8)) == []
    assert charted(one(20), one(20)) == [20]


def test_overlapping_groups_show_the_largest() -> None:
    assert charted(
        *(one(v, indicator="staff_law_training_attendance") for v in (400, 700, 600))
    ) == [700]


@pytest.mark.parametrize(("method", "expected"), [("derived", "85.714"), ("stated", "85.7")])
def test_the_recomputed_rate_comes_before_the_stated_one(method: Method, expected: str) -> None:
    rate = one(indicator="mediation_success_rate", unit_measure="%")
    values = [replace(rate, obs_value=Decimal("85.7"))]
    if method == "derived":
        values.append(replace(rate, obs_value=Decimal("85.714"), method="derived"))
    assert charted(*values) == [Decimal(expected)]


def test_the_widest_scope_stands_in_and_is_marked() -> None:
    (found,) = charting.choose([one(51, scope="调解中心")], KNOWN, 2022)
    assert found.charted
    assert (found.obs_status, found.obs_status_all) == ("D", ("D", "V"))
    zh, en = found.comment.split(" | ")
    assert "“调解中心”" in zh
    assert "“调解中心”" in en
    again = charting.choose([found], KNOWN, 2022)
    assert again[0].comment == found.comment
    assert charted(one(51, scope="调解中心"), one(40)) == [40]
    assert charted(one(51, scope="调解中心"), one(60, scope="第一小学")) == [51]


def test_a_department_never_stands_for_the_area() -> None:
    assert charted(one(scope="甲区司法局"), one(scope="乙司法所")) == []


@pytest.mark.parametrize(
    "scope", ["柳林村", "松河社区", "镇中学", "“老何”调解室", "全区", "派出所"]
)
def test_nor_does_a_part_or_what_is_above_it(scope: str) -> None:
    assert charted(one(scope=scope)) == []


def test_lectures_at_a_school_are_those_of_the_area() -> None:
    assert charted(one(2, scope="镇中学", category=(("form", "school_lecture"),))) == [2]


def test_a_stated_nought_is_a_value() -> None:
    assert charted(one(0, method="worded", quantities=(), sentence=3)) == [0]


def claim(name: str, *, own_year: bool = True, department: bool = False) -> Claim:
    return Claim(name, ("110102017", "2022", "outreach_events", "{}"), own_year, department, name)


def test_the_report_of_the_year_comes_before_what_another_implies() -> None:
    later, own, office = claim("a", own_year=False), claim("b"), claim("0", department=True)
    assert charting.across([later, own, office]) == {"a", "0"}
    assert charting.across([own, office, later]) == {"a", "0"}
    assert charting.across([later]) == set()


def version(
    name: str, title: str = "", published_on: str | None = None, length: int = 9
) -> Version:
    return Version(name, f"{name}.txt", ("110102017", "2022", ""), title, published_on, length)


@pytest.mark.parametrize(
    ("better", "reason"),
    [
        (version("z", title="甲街道2022年报告"), "标题写明年度"),
        (version("z", published_on="2023-03-01"), "公布较晚"),
        (version("z", length=10), "全文较长"),
        (version("0"), "文件名在前"),
    ],
)
def test_of_two_reports_of_a_year_one_is_charted_by_a_stated_rule(
    better: Version, reason: str, bilingual
) -> None:
    other = version("m", published_on="2023-01-31" if better.published_on else None)
    elsewhere = replace(other, cell=("110102018", "2022", ""))
    ((behind, first, why),) = charting.preferred([other, better, elsewhere])
    assert (behind, first) == (other, better)
    assert reason in why
    assert bilingual(why)
