"""What is computed from two values, and what is left out with its reason: never a number that misleads."""

from datetime import date

import pandas as pd
import pytest

from dashboard import comparison
from dashboard.comparison import Break

LAW = Break(date(2024, 1, 1), "新法施行")
MIDYEAR = Break(date(2022, 5, 1), "条例施行")


def row(year, value, **more):
    return {
        "ref_area": "1",
        "category": "{}",
        "time_period": year,
        "obs_value": float(value),
        "unit_measure": "件",
        "qualifier": "exact",
        "period": "full_year",
        "period_end": None,
        "obs_status": "V",
        "obs_status_all": "V",
        "scope": "whole",
        "fact": "level",
        "method": "stated",
        "formula": None,
        "comment": "",
    } | more


def rows(*some):
    return pd.DataFrame(list(some))


@pytest.mark.parametrize(
    ("law", "earlier", "later", "apart"),
    [
        (LAW, "2023", "2024", True),
        (LAW, "2024", "2025", False),
        (LAW, "2021", "2023", False),
        (MIDYEAR, "2021", "2022", True),
        (MIDYEAR, "2022", "2023", True),  # 2022 was counted in two ways
        (MIDYEAR, "2023", "2024", False),
    ],
)
def test_a_break_parts_years_that_were_counted_otherwise(law, earlier, later, apart):
    assert law.between(earlier, later) is apart
    reason = comparison.incomparable(row(earlier, 1), row(later, 2), [law])
    assert reason == ("break" if apart else "")


def test_a_yearly_change_never_crosses_a_missing_year_a_bound_or_a_break():
    values = rows(
        row("2019", 3), row("2020", 5), row("2022", 9), row("2023", 10, qualifier="more_than"), row("2024", 12)
    )  # fmt: skip
    done = comparison.yearly_changes(values, [LAW])
    assert list(done.rows["time_period"]) == ["2020"]
    assert list(done.rows["obs_value"]) == [2]
    reasons = {year: reason for _, year, reason in done.left_out}
    assert reasons == {
        "2019": "no_before",
        "2022": "no_before",
        "2023": "bound",
        "2024": "bound",
    }


def test_an_asked_for_change_is_marked_as_less_than_comparable():
    values = rows(row("2023", 3), row("2024", 5))
    assert comparison.yearly_changes(values, [LAW]).rows.empty
    done = comparison.yearly_changes(values, [LAW], asked=True).rows.iloc[0]
    assert (done["obs_value"], done["obs_status"], done["qualifier"]) == (2, "B", "about")


@pytest.mark.parametrize(
    ("above", "below", "qualifier"),
    [
        ("exact", "exact", "exact"),
        ("more_than", "exact", "more_than"),
        ("exact", "more_than", "at_most"),
        ("exact", "at_most", "at_least"),
        ("at_most", "at_least", "at_most"),
        ("more_than", "more_than", "about"),
        ("exact", "about", "about"),
    ],
)
def test_a_ratio_of_bounds_says_what_it_still_bounds(above, below, qualifier):
    done = comparison.ratios(
        rows(row("2022", 42, qualifier=above)), rows(row("2022", 132, qualifier=below)), 1, "{unit}/人"
    ).rows.iloc[0]  # fmt: skip
    assert done["qualifier"] == qualifier
    assert done["obs_value"] == pytest.approx(42 / 132)
    assert (done["unit_measure"], done["formula"], done["method"]) == (
        "件/人",
        "42 / 132",
        "derived",
    )


@pytest.mark.parametrize(
    ("below", "reason"),
    [
        (row("2021", 10), "no_denominator"),
        (row("2022", 0), "no_denominator"),
        (row("2022", 10, scope="调解中心"), "scope"),
        (row("2022", 10, period="ytd", period_end="2022-11"), "period"),
        (row("2022", 10, category='{"form": "campaign"}'), "no_denominator"),
        (row("2022", 10, period="point_in_time", period_end="2022-11"), ""),
    ],
)
def test_a_ratio_needs_a_denominator_of_its_own_area_year_and_scope(below, reason):
    done = comparison.ratios(rows(row("2022", 42)), rows(below), 1000, "{unit}")
    assert [one[2] for one in done.left_out] == ([reason] if reason else [])
    assert list(done.rows["obs_value"]) == ([] if reason else [4200])


def test_parts_share_a_chart_by_dimension_the_whole_first_and_rates_apart():
    values = rows(
        row("2022", 1, category='{"type": "land"}'),
        row("2022", 2, category='{"outcome": "oral"}', unit_measure="起"),
        row("2022", 3, category='{"outcome": "written"}', unit_measure="卷"),
        row("2022", 4),
        row("2022", 5, category='{"type": "share"}', unit_measure="%"),
    )
    found = [(name, list(group["obs_value"])) for name, group in comparison.parts(values)]
    assert found[0] == ("", [4])
    assert sorted(found[1:]) == [("outcome", [2, 3]), ("type", [1]), ("type", [5])]


def test_pairs_are_values_of_one_area_and_year():
    named = [
        values.assign(year=values["time_period"], area="甲街道")
        for values in (rows(row("2021", 1), row("2022", 2)), rows(row("2022", 20), row("2023", 30)))
    ]
    both = comparison.pairs(*named)
    assert [tuple(pair) for pair in both[["year", "obs_value_x", "obs_value_y"]].to_numpy()] == [
        ("2022", 2, 20)
    ]


def test_parts_give_way_to_the_whole_of_their_own_area_and_year_only():
    part = '{"form": "campaign"}'
    values = rows(row("2021", 9), row("2021", 4, category=part), row("2022", 5, category=part))
    assert list(comparison.wholes(values)["obs_value"]) == [9, 5]
