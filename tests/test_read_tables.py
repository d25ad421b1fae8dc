"""Tables of indicators (xlsx, xls, csv): every layout of a yearbook gives the same figures for each area and year."""

import csv
import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import formats
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from pipeline import build, publish, readers
from pipeline.errors import ReadError
from pipeline.model import Report

WEST, LI = "西营门街道", "李七庄街道"  # of 天津市西青区
TITLE = "西青区各街道法治政府建设情况统计表"
# area, year, indicator, unit, value
FACTS = [
    (WEST, "2021", "人民调解案件", "件", "120"),
    (WEST, "2021", "罚没金额", "万元", "1.5"),
    (WEST, "2022", "人民调解案件", "件", "150"),
    (WEST, "2022", "罚没金额", "万元", "2"),
    (LI, "2021", "人民调解案件", "件", "300"),
    (LI, "2021", "罚没金额", "万元", "11"),
    (LI, "2022", "人民调解案件", "件", "310"),
    (LI, "2022", "罚没金额", "万元", "…"),
]
Cells = list[list[str]]


def found(rows: Cells, name: str = "a.csv") -> set[tuple[str, str, str, str, str]]:
    """What the rows say, read as csv: area, year, indicator, value and unit of each line."""
    parts, _ = readers.parts(name, formats.separated(rows))
    said = set()
    for part in parts:
        lines = [line[2:-2].split(" | ") for line in part.text.splitlines() if line.startswith("|")]
        said |= {(part.area, part.year, *line) for line in lines if line[0] != "指标"}
    return said


def expected(*, unit: bool) -> set[tuple[str, ...]]:
    """The facts with the unit in a column of its own, or as a part of the indicator's name."""
    return {(a, y, i, v, u) if unit else (a, y, f"{i}（{u}）", v) for a, y, i, u, v in FACTS}


def pick(area: str, year: str, indicator: str) -> str:
    return next(v for a, y, i, _, v in FACTS if (a, y, i) == (area, year, indicator))


KINDS = (("人民调解案件", "件"), ("罚没金额", "万元"))
LAYOUTS: dict[str, tuple[Cells, bool]] = {
    "long": (
        [["序号", "地区", "年份", "指标", "数值", "计量单位"]]
        + [[str(k), a, y, i, v, u] for k, (a, y, i, u, v) in enumerate(FACTS, 1)],
        True,
    ),
    "long, names once": (
        [["街道", "年度", "指标名称", "数值", "单位"]]
        + [["" if k % 4 else a, "" if k % 2 else f"{y}年", i, v, u] for k, (a, y, i, u, v) in enumerate(FACTS)],
        True,
    ),
    "indicators across": (
        [["地区", "年份", *(f"{i}（{u}）" for i, u in KINDS)]]
        + [[a, y, *(pick(a, y, i) for i, _ in KINDS)] for a in (WEST, LI) for y in ("2021", "2022")],
        False,
    ),
    "years across": (
        [["地区", "指标", "单位", "2021年", "2022年"]]
        + [[a, i, u, pick(a, "2021", i), pick(a, "2022", i)] for a in (WEST, LI) for i, u in KINDS],
        True,
    ),
    "years over indicators": (
        [["街道", "2021年", "", "2022年", ""], ["", *(2 * [f"{i}（{u}）" for i, u in KINDS])]]
        + [[a, *(pick(a, y, i) for y in ("2021", "2022") for i, _ in KINDS)] for a in (WEST, LI)],
        False,
    ),
    "areas across": (
        [["指标", "单位", WEST, "", LI, ""], ["", "", "2021", "2022", "2021", "2022"]]
        + [[i, u, *(pick(a, y, i) for a in (WEST, LI) for y in ("2021", "2022"))] for i, u in KINDS],
        True,
    ),
    "years between the rows": (
        [["街道", *(f"{i}（{u}）" for i, u in KINDS)]]
        + [row for y in ("2021", "2022") for row in (
            [f"{y}年", "", ""], *([a, *(pick(a, y, i) for i, _ in KINDS)] for a in (WEST, LI)))],
        False,
    ),
    "units below the header": (
        [["街道", "年份", *(i for i, _ in KINDS)], ["", "", *(f"（{u}）" for _, u in KINDS)], ["甲", "乙", "1", "2"]]
        + [[a, y, *(pick(a, y, i) for i, _ in KINDS)] for a in (WEST, LI) for y in ("2021", "2022")],
        True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_says_the_same(layout: str) -> None:
    rows, unit = LAYOUTS[layout]
    assert found(rows) == expected(unit=unit)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_title_and_notes_around_a_table_change_nothing(layout: str) -> None:
    rows, unit = LAYOUTS[layout]
    around = [
        ["表1　2021—2022年各街道情况"],
        [],
        *rows,
        ["注：“…”为未报。"],
        ["资料来源：区司法局"],
    ]
    assert found(around) == expected(unit=unit)


def test_year_and_area_may_stand_in_title_and_heading() -> None:
    rows = [[f"2022年{TITLE}"], ["指标", "数值"], [WEST], ["调解案件（件）", "5"], [LI], ["调解案件（件）", "6"]]  # fmt: skip
    assert found(rows) == {
        (WEST, "2022", "调解案件（件）", "5"),
        (LI, "2022", "调解案件（件）", "6"),
    }


def test_areas_and_years_of_one_thing_take_its_name_from_the_title() -> None:
    rows = [
        ["2021—2022年各街道人民调解案件数（件）"],
        ["街道", "2021年", "2022年"],
        [WEST, "1", "2"],
    ]
    name = "各街道人民调解案件数（件）"
    assert found(rows) == {(WEST, "2021", name, "1"), (WEST, "2022", name, "2")}


def test_figures_of_departments_are_not_charted_for_the_area() -> None:
    rows = [["西青区2022年法治政府建设情况统计表"], ["单位", "行政处罚（件）"], ["西青区公安局", "12"], ["区城管局", "5"]]  # fmt: skip
    named, unnamed = readers.parts("a.csv", formats.separated(rows))[0]
    report = build.read_report("a.txt", named.text.encode(), None, *build.knowledge())
    assert isinstance(report, Report)
    assert (report.jurisdiction.issuer_kind, report.jurisdiction.problem) == ("department", "")
    assert {o.scope for o in report.observations} == {"西青区公安局"}
    report = build.read_report("a.txt", unnamed.text.encode(), None, *build.knowledge())
    assert isinstance(report, Report)
    assert "哪个地区" in report.jurisdiction.problem


def test_a_part_of_a_year_stays_one() -> None:
    (part,), _ = readers.parts("a.csv", formats.separated([["街道", "2022年1-11月"], [WEST, "5"]]))
    assert part.year == "2022"
    assert "| 指标 | 2022年1-11月 |" in part.text


def test_a_table_about_one_area_and_year_is_read_as_it_is() -> None:
    rows = [
        [f"{WEST}2022年法治政府建设情况"],
        ["单位：件、万元"],
        ["指标", "数值"],
        ["人民调解案件", "150"],
        ["罚没金额", "2.5"],
        ["调解成功率", "98.5%"],
    ]
    seen = []
    for name, data in (
        ("a.csv", formats.separated(rows)),
        ("a.csv", formats.separated(rows).decode().encode("gb18030")),
        ("a.csv", formats.separated(rows, "\t").decode().encode("utf-8-sig")),
        ("a.xlsx", formats.workbook(rows)),
    ):
        report = build.read_report(name, data, None, *build.knowledge())
        assert isinstance(report, Report), report
        assert report.jurisdiction.place
        assert report.document.warnings == ()
        assert report.document.title == rows[0][0]
        values = {o.indicator: (o.obs_value, o.unit_measure) for o in report.observations}
        seen.append((report.jurisdiction.place.ref_area, report.jurisdiction.time_period, values))
    assert seen == [seen[0]] * 4
    area, year, values = seen[0]
    assert (area, year) == ("120111001", 2022)
    assert values["mediation_cases"] == (150, "件")
    assert values["penalty_amount"] == (25000, "元")
    assert values["mediation_success_rate"] == (pytest.approx(98.5), "%")


def test_an_article_in_cells_is_text() -> None:
    text = readers.read(
        "a.xlsx", formats.workbook([["甲区法治政府建设情况报告"], ["开展普法20场。"]])
    ).text
    assert text == "甲区法治政府建设情况报告\n开展普法20场。"


# --- workbooks ------------------------------------------------------------------------------------


def bound(write: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        write(book)
    return target.getvalue()


def official(book: xlsxwriter.Workbook) -> None:
    """Merged title and headers, units in brackets, rates, a total, missing values, a note, and what nobody sees."""
    sheet, rate = book.add_worksheet("表一"), book.add_format({"num_format": "0.0%"})
    sheet.merge_range("A1:G1", f"2021—2022年{TITLE}")
    sheet.merge_range("A2:A3", "街道")
    sheet.merge_range("B2:D2", "2021年")
    sheet.merge_range("E2:G2", "2022年")
    for column in (1, 4):
        sheet.write_row(2, column, ["人民调解案件（件）", "罚没金额（万元）", "调解成功率"])
    rows = [("合计", 420, 12.5, 0.987, 460, 2, 0.99), (WEST, 120, 1.5, 0.95, 150, 2, 0.961), (LI, 300, 11, 1, 310, "…", "-")]  # fmt: skip
    for number, (name, *values) in enumerate(rows, 3):
        sheet.write(number, 0, name)
        for column, value in enumerate(values, 1):
            sheet.write(number, column, value, rate if column % 3 == 0 else None)
    sheet.merge_range("A8:G8", "注：2022年数据截至11月底。")
    sheet.set_row(6, None, None, {"hidden": True})
    sheet.write_row(6, 0, ["藏起的街道", 1, 2, 3])
    book.add_worksheet("上年底稿").hide()


def test_a_workbook_becomes_a_report_for_each_area_and_year(
    tmp_path: Path, bilingual: Callable[[str], bool]
) -> None:
    reports, data = tmp_path / "reports", tmp_path / "data"
    reports.mkdir()
    (reports / "book.xlsx").write_bytes(bound(official))
    (reports / "places.csv").write_text("file,ref_area\nbook.xlsx,120111\n", encoding="utf-8")
    done = build.build([reports], data)
    rows = publish.read(
        done.database,
        """SELECT ref_area, r.time_period, indicator, obs_value::DOUBLE AS value, period_end
           FROM observation o JOIN report r USING (report_id, ref_area) ORDER BY ALL""",
    )
    values = {(r["ref_area"], r["time_period"], r["indicator"]): r["value"] for r in rows}
    assert values == {
        ("120111", "2021", "mediation_cases"): 420, ("120111", "2022", "mediation_cases"): 460,
        ("120111", "2021", "penalty_amount"): 125_000, ("120111", "2022", "penalty_amount"): 20_000,
        ("120111", "2021", "mediation_success_rate"): 98.7, ("120111", "2022", "mediation_success_rate"): 99,
        ("120111001", "2021", "mediation_cases"): 120, ("120111001", "2022", "mediation_cases"): 150,
        ("120111001", "2021", "penalty_amount"): 15_000, ("120111001", "2022", "penalty_amount"): 20_000,
        ("120111001", "2021", "mediation_success_rate"): 95, ("120111001", "2022", "mediation_success_rate"): 96.1,
        ("120111002", "2021", "mediation_cases"): 300, ("120111002", "2022", "mediation_cases"): 310,
        ("120111002", "2021", "penalty_amount"): 110_000, ("120111002", "2021", "mediation_success_rate"): 100,
    }  # fmt: skip
    assert {r["period_end"] for r in rows if r["time_period"] == "2022"} == {"2022-11"}
    assert {r["period_end"] for r in rows if r["time_period"] == "2021"} == {None}
    hidden = [one.reason for one in done.rejected]
    assert len(hidden) == 2
    assert all(map(bilingual, hidden))
    again = build.build([reports], data)
    assert (again.reused, again.published) == (True, done.published)
    assert build.build([reports], data, fresh=True).published == done.published == 6


def test_an_area_of_a_common_name_is_told_in_places_csv(tmp_path: Path) -> None:
    rows = [
        ["法治政府建设情况"],
        ["街道", "2021年", "2022年"],
        ["城西街道", "1", "2"],
        [WEST, "3", "4"],
    ]
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.csv").write_bytes(formats.separated(rows))
    assert build.build([tmp_path / "reports"], tmp_path / "data").published == 2
    line = "file,ref_area\na.csv/城西街道,500114003\n"
    (tmp_path / "reports" / "places.csv").write_text(line, encoding="utf-8")
    done = build.build([tmp_path / "reports"], tmp_path / "data")
    found = publish.read(done.database, "SELECT ref_area, time_period FROM report ORDER BY ALL")
    assert [tuple(row.values()) for row in found] == [
        ("120111001", "2021"), ("120111001", "2022"), ("500114003", "2021"), ("500114003", "2022"),
    ]  # fmt: skip


def test_several_areas_at_once_are_refused_where_one_report_is_asked_for(bilingual) -> None:
    with pytest.raises(ReadError, match="3 个地区、2 个年度") as caught:
        readers.read("a.xlsx", bound(official))
    assert bilingual(str(caught.value))


def test_numbers_are_read_as_shown() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        formats_ = [book.add_format({"num_format": code}) for code in ("0%", "yyyy年m月d日", "0.0")]
        sheet.write_row(0, 0, ["地区", "率", "日期", "数", "式", "无", "大", "小"])
        sheet.write_row(1, 6, [1e25, 1e-25])
        sheet.write(1, 0, WEST)
        sheet.write_number(1, 1, 0.857, formats_[0])
        sheet.write_number(1, 2, 44927, formats_[1])
        sheet.write_number(1, 3, 0.1 + 0.2, formats_[2])
        sheet.write_formula(1, 4, "=1+1", None, 2)
        sheet.write_formula(1, 5, "=1+1", None, "")

    ((sheet,), left) = readers.TABLES["xlsx"](bound(write))
    assert sheet.rows[1] == (WEST, "85.7%", "2023-01-01", "0.3", "2", "", "1E+25", "1E-25")
    assert len(left) == 1  # the formula whose result nobody has computed


OLD = formats.old_workbook(
    [
        ("表一", [[f"2021—2022年{TITLE}"], ["街道", "年份", "人民调解案件（件）", "调解成功率"],
                  [WEST, 2021, 120, 0.95], ["", 2022, 150.5, 0.961], ["藏起的街道", 2022, 1, 1]]),
        ("上年底稿", [["街道"]]),
    ],
    rates=[3], merged=[(0, 0, 0, 3), (2, 3, 0, 0)], hidden_rows=[4], hidden_sheets=["上年底稿"],
)  # fmt: skip


def test_an_old_workbook_is_read_as_a_new_one(tmp_path: Path, bilingual) -> None:
    ((sheet,), left) = readers.TABLES["xls"](OLD)
    assert sheet.rows[2:] == ((WEST, "2021", "120", "95%"), (WEST, "2022", "150.5", "96.1%"))
    assert len(left) == 2  # the row and the sheet that nobody sees
    assert all(map(bilingual, left))
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "book.xls").write_bytes(OLD)
    done = build.build([tmp_path / "reports"], tmp_path / "data")
    found = publish.read(
        done.database,
        "SELECT r.source, obs_value::DOUBLE AS value FROM observation JOIN report r USING (report_id) ORDER BY ALL",
    )
    assert [(row["source"], row["value"]) for row in found] == [
        (f"book.xls/{WEST}2021年.txt", 95), (f"book.xls/{WEST}2021年.txt", 120),
        (f"book.xls/{WEST}2022年.txt", 96.1), (f"book.xls/{WEST}2022年.txt", 150.5),
    ]  # fmt: skip
    assert (tmp_path / "data" / "originals").exists()


@given(st.lists(st.tuples(st.integers(8, len(OLD) - 1), st.integers(0, 255)), max_size=9))
def test_a_damaged_old_workbook_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(OLD)
    for at, byte in changes:
        data[at] = byte
    with suppress(ReadError):
        readers.parts("a.xls", bytes(data))


# --- whatever the bytes are -----------------------------------------------------------------------


@given(st.lists(st.lists(st.sampled_from(
    ["", "2021", "2022年", WEST, "指标", "单位", "件", "数值", "合计", "12", "1.5%", "…", "注：", "调解（件）", "地区", "a|b\nc", "单位：件"]
), max_size=6), max_size=8))  # fmt: skip
def test_any_cells_are_read_or_refused(rows: Cells) -> None:
    data = formats.separated(rows)
    parts, _ = readers.parts("a.csv", data or b"a")
    assert len({(part.area, part.year) for part in parts}) == len(parts)
    for part in parts:
        assert build.laid_out(part.text)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", "地区,数\n".encode() * 100_001, "万行"),
        ("a.csv", ("地区,数\n" + "9" * 10_000_000).encode(), "万行"),
        ("a.csv", b"\x00\x01,\x02\n" * 50, "二进制"),
        ("a.csv", formats.workbook([["甲", "1"]])[:-40], "打不开"),
        ("a.xls", OLD[:-200], "打不开"),
        ("a.xlsx", formats.workbook([["甲", "1"]], {"xl/workbook.xml": b"<a/>"}), "没有工作表"),
        ("a.xlsx", formats.workbook([["甲", "1"]], {"xl/worksheets/sheet1.xml": bytes(60_000_000)}), "炸弹"),
        ("a.xlsx", formats.workbook([["甲", "1"]], {"xl/sharedStrings.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "DTD"),
        ("a.xlsx", formats.workbook([["甲", "1"]], {"xl/worksheets/sheet1.xml": formats.wide(4000)}), "单元格"),
    ],
)  # fmt: skip
def test_hostile_tables_are_refused_in_one_sentence(bilingual, name: str, data: bytes, said: str) -> None:  # fmt: skip
    with pytest.raises(ReadError, match=said) as caught:
        readers.read(name, data)
    assert bilingual(str(caught.value))
    assert "\n" not in str(caught.value)


def test_quoted_line_breaks_and_commas_stay_in_their_cell() -> None:
    target = io.StringIO()
    csv.writer(target).writerows([["街道", "2022年调解\n案件（件）"], [WEST, "1,234"]])
    (part,), _ = readers.parts("a.csv", target.getvalue().encode())
    assert "| 2022年调解 案件（件） | 1,234 |" in part.text
