"""Figures tell no more than the data: gaps stay gaps, bounds look like bounds, nothing is compared that differs."""

import json
import math
from datetime import date
from itertools import combinations, pairwise

import pandas as pd
import pytest

from dashboard import charts, comparison
from dashboard.comparison import Break

YEARS = ["2020", "2021", "2022", "2023"]


def row(area, year, value, **more):
    return {
        "ref_area": area,
        "time_period": year,
        "indicator": "outreach_events",
        "category": "{}",
        "obs_value": float(value),
        "unit_measure": "场",
        "obs_status": "V",
        "obs_status_all": "V",
        "qualifier": "exact",
        "period": "full_year",
        "period_end": None,
        "evidence_report": "r1",
        "char_start": 10,
        "char_end": 14,
    } | more


def frame(*rows):
    names = {"1": "甲街道", "2": "乙街道"}
    return charts.series(pd.DataFrame(rows), names.__getitem__, lambda _: "", "zh")


def test_a_missing_year_is_a_gap_and_never_zero():
    figure = charts.trend(frame(row("1", "2020", 5), row("1", "2022", 7)), YEARS, "zh")
    line = figure.data[0]
    assert list(line.x) == YEARS
    assert list(line.y) == [5, None, 7, None]
    assert line.connectgaps is False


def test_a_stated_zero_is_drawn():
    figure = charts.trend(frame(row("1", "2021", 0)), YEARS, "zh")
    assert list(figure.data[0].y) == [None, 0, None, None]


@pytest.mark.parametrize(
    ("status", "qualifier", "symbol"),
    [
        ("A", "exact", "circle"),
        ("V", "exact", "circle"),
        ("D", "exact", "circle-open"),
        ("U", "exact", "circle-open"),
        ("E", "about", "circle-open"),
        ("E", "more_than", "triangle-up-open"),
        ("E", "at_most", "triangle-down-open"),
    ],
)
def test_marks(status, qualifier, symbol):
    assert charts.marker(status, qualifier) == symbol


def test_a_year_to_date_says_so_at_its_axis():
    rows = frame(row("1", "2021", 5, period="ytd", period_end="2021-11"), row("1", "2022", 7))
    figure = charts.trend(rows, YEARS, "zh")
    assert figure.layout.xaxis.ticktext[1] == "2021<br>(1–11月)"
    assert "period" in charts.marks(rows)


def test_axes_start_at_zero_and_marks_lead_to_their_sentence():
    figure = charts.trend(frame(row("1", "2021", 90), row("1", "2022", 95)), YEARS, "zh")
    assert figure.layout.yaxis.range[0] == 0
    assert figure.data[0].customdata[1] == ["r1", 10, 14]


def test_names_of_reports_are_not_markup():
    names = {"1": "<b>甲</b>&"}
    rows = charts.series(pd.DataFrame([row("1", "2021", 1)]), names.__getitem__, lambda _: "", "zh")
    figure = charts.one_year(rows, "zh")
    assert figure.data[0].y[0] == "&lt;b&gt;甲&lt;/b&gt;&amp;"


def test_bars_give_the_reason_for_those_without_a_value():
    figure = charts.one_year(frame(row("1", "2021", 3)), "zh", [("乙街道", "未取得报告")])
    assert [note.text for note in figure.layout.annotations] == ["未取得报告"]
    assert list(figure.data[0].y) == ["甲街道"]


@pytest.mark.parametrize(
    ("earlier", "later", "reason"),
    [
        ({}, {}, ""),
        ({"qualifier": "more_than"}, {}, "bound"),
        ({"period": "ytd", "period_end": "2021-11"}, {}, "period"),
        ({}, {"obs_status": "D", "obs_status_all": "D;V"}, "status"),
        ({}, {"unit_measure": "次"}, "unit"),
    ],
)
def test_a_change_is_computed_only_where_two_values_compare(earlier, later, reason):
    table = comparison.changes(
        frame(row("1", "2021", 20, **earlier), row("1", "2022", 15, **later))
    )
    assert table["reason"][0] == reason
    assert pd.isna(table["difference"][0]) if reason else table["difference"][0] == -5


def test_one_value_is_no_change():
    assert comparison.changes(frame(row("1", "2021", 20)))["reason"][0] == "single"


def test_the_grid_has_words_in_every_cell():
    cells = pd.DataFrame(
        [
            {"ref_area": "1", "time_period": "2021", "kind": "reported"},
            {"ref_area": "1", "time_period": "2022", "kind": "no_report"},
        ]
    )
    words = {("1", "2021"): "3", ("1", "2022"): "未取得"}
    figure = charts.coverage_grid(cells, lambda _: "甲街道", "zh", words, {})
    assert [note.text for note in figure.layout.annotations] == ["3", "未取得"]


def test_the_alternative_sentence_names_extremes_and_gaps():
    rows = frame(row("1", "2021", 5), row("2", "2022", 9))
    said = charts.alt(rows, "普法活动", YEARS, "zh")
    assert "最低 5 场 (甲街道, 2021)" in said
    assert "最高 9 场 (乙街道, 2022)" in said
    assert "6 处无数值" in said


def test_small_multiples_share_one_scale():
    figure = charts.multiples(frame(row("1", "2021", 5), row("2", "2022", 9)), YEARS, "zh")
    assert figure.layout.yaxis.range == figure.layout.yaxis2.range


def test_the_median_is_grey_says_its_n_and_leaves_gaps():
    rows = frame(row("1", "2020", 5), row("1", "2022", 7))
    figure = charts.trend(rows, YEARS, "zh", ("乡级中位数", {"2020": (6.0, 4)}))
    median = figure.data[0]
    assert list(median.y) == [6, None, None, None]
    assert any("n=4" in note.text for note in figure.layout.annotations)
    assert median.marker.line.color == charts.GREY
    assert median.mode == "markers"  # other areas every year


def test_many_series_become_cells_that_answer_clicks():
    names = {str(k): f"第{k}街道" for k in range(12)}
    rows = pd.DataFrame([row(code, "2021", 3 + int(code)) for code in names])
    rows = charts.series(rows, names.__getitem__, lambda _: "", "zh")
    colours, marks = charts.cells(rows, YEARS, "zh").data
    assert colours.type == "heatmap"
    assert [row[0] for row in colours.z] == [None] * 12  # no report, no colour
    assert len(marks.customdata) == 12


def test_a_break_is_a_dashed_rule_where_its_day_falls():
    law = Break(date(2022, 5, 1), "条例施行")
    figure = charts.trend(
        frame(row("1", "2021", 5), row("1", "2023", 7)), YEARS, "zh", breaks=[law]
    )
    (rule,) = figure.layout.shapes
    assert rule.line.dash == "dash"
    assert 1.5 < rule.x0 == rule.x1 < 2  # after the first third of 2022, which stands at 2
    assert any("2022-05-01" in note.text for note in figure.layout.annotations)


def test_no_line_crosses_a_break():
    rows = frame(*(row("1", year, 5) for year in YEARS))
    law = Break(date(int(YEARS[1]), 12, 31), "条例施行")
    for figure in (
        charts.trend(rows, YEARS, "zh", breaks=[law]),
        charts.multiples(rows, YEARS, "zh", breaks=[law]),
        charts.sparkline(rows, YEARS, "zh", breaks=[law]),
    ):
        drawn = [
            (x, y) for x, y in zip(figure.data[0].x, figure.data[0].y, strict=True) if y is not None
        ]
        assert drawn == [(year, 5) for year in YEARS]
        joined = [pair for pair in pairwise(figure.data[0].y) if None not in pair]
        assert len(joined) == len(YEARS) - 1 - 2  # neither up to the year of the break nor from it


def test_on_a_telephone_names_stand_under_the_chart():
    rows = frame(row("1", "2020", 5), row("2", "2022", 7))
    median = ("乡级中位数", {"2020": (6.0, 4)})
    narrow = charts.trend(rows, YEARS, "zh", median, look=charts.Look(narrow=True))
    assert "n=4" in narrow.data[0].name
    assert narrow.layout.showlegend
    assert narrow.layout.margin.r < 20 < charts.trend(rows, YEARS, "zh").layout.margin.r


def test_short_numbers_change_words_and_ticks_but_no_value():
    look = charts.Look(short=True)
    rows = charts.series(pd.DataFrame([row("1", "2021", 123456)]), lambda _: "甲街道", lambda _: "", "zh", look)  # fmt: skip
    assert list(rows["point"]) == ["12.35万 场"]
    figure = charts.trend(rows, YEARS, "zh", look=look)
    assert list(figure.data[0].y)[1] == 123456
    assert "5万" in figure.layout.yaxis.ticktext


def test_names_of_a_scatter_never_lie_on_each_other():
    names, _ = charts.beside_points(
        [(0.5, 0.5), (0.5, 0.51), (0.501, 0.5)], ["甲街道"] * 3, (600, 400)
    )
    assert names.count("甲街道") < 3


def test_parts_are_bars_beside_each_other_and_cells_where_areas_are_many():
    few = frame(row("1", "2021", 5), row("2", "2021", 9)).assign(group=["书面", "口头"])
    assert [trace.type for trace in charts.breakdown(few, "zh").data] == ["bar", "bar"]
    many = pd.concat([few.assign(area=f"第{k}街道") for k in range(7)])
    assert charts.breakdown(many, "zh").data[0].type == "heatmap"


# What a colour becomes to eyes that lack one kind of cone (Machado, Oliveira and Fernandes 2009), in linear light.
EYES = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "tritanopia": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}


def linear(colour):
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def luminance(colour):
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(colour, eyes):
    r, g, b = (
        min(max(sum(m * c for m, c in zip(row, linear(colour), strict=True)), 0), 1)
        for row in EYES[eyes]
    )
    x, y, z = (
        (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116)
        for v in (
            (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
            0.2126 * r + 0.7152 * g + 0.0722 * b,
            (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("dark", [False, True])
def test_lines_are_told_apart_by_every_eye_and_read_on_their_paper(dark, eyes):
    paper = charts.NIGHT["#ffffff"] if dark else "#ffffff"
    colours = [charts.NIGHT[one] if dark else one for one in charts.COLOURS]
    assert min(contrast(one, paper) for one in colours) >= 4.5
    distances = [math.dist(lab(a, eyes), lab(b, eyes)) for a, b in combinations(colours, 2)]
    assert min(distances) >= 12
    assert (
        len(set(charts.DASHES)) >= 6
    )  # without any colour, the dash and the name beside the line remain


def test_on_a_dark_page_no_colour_of_the_light_one_is_left():
    rows = frame(row("1", "2020", 5), row("2", "2022", 7))
    bright = charts.trend(rows, YEARS, "zh", ("中位数", {"2020": (6.0, 4)}))
    text = json.dumps(charts.seen(bright, charts.Look(dark=True)).to_plotly_json(), default=str)
    assert [one for one in charts.NIGHT if f'"{one}"' in text] == []
    assert contrast(charts.NIGHT[charts.INK], charts.NIGHT["#ffffff"]) >= 7


def test_bars_of_one_year_stand_beside_the_median_with_its_n():
    figure = charts.one_year(
        frame(row("1", "2021", 5)), "zh", median=("乡级中位数", {"2021": (8.0, 4)})
    )
    (line,) = figure.layout.shapes
    assert line.x0 == line.x1 == 8
    assert any("n=4" in note.text for note in figure.layout.annotations)
    assert figure.layout.xaxis.range[1] > 8
