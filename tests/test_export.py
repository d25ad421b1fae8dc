"""Files that users take home: Excel opens them, nothing in them runs, and they equal the frame."""

import csv
import io

import openpyxl
import pandas as pd
import pytest

from dashboard import export

TRIGGERS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]


@pytest.fixture
def observations() -> pd.DataFrame:
    def row(
        number: int, indicator: str, category: str, value: float, **other: object
    ) -> dict[str, object]:
        return {
            "observation_id": f"o{number}", "report_id": "r1", "evidence_report": "0123456789012345",
            "ref_area": "011011701", "area_name": "甲街道", "area_name_en": "Jia Subdistrict 甲街道",
            "level": "township", "time_period": "2022", "indicator": indicator, "name_zh": indicator.upper(),
            "name_en": indicator.title(), "category": category, "fact": "level", "obs_value": value,
            "unit_measure": "件", "obs_status": "V", "obs_status_all": "V", "qualifier": "exact",
            "period": "full_year", "period_end": None, "scope": "whole", "method": "stated", "charted": True,
            "confidence": 0.9, "formula": None, "comment": "", "title": "报告", "source": "a.txt",
            "sha256": "0" * 64, "char_start": 3, "char_end": 7, "surface": "1000余件",
            "sentence": "调解1000余件，\n其中线上“3”件。",
        } | other  # fmt: skip

    return pd.DataFrame(
        [
            row(1, "mediation_cases", "{}", 1000, qualifier="more_than"),
            row(2, "petition_total", '{"base": "online"}', -3, sentence="=HYPERLINK(1)"),
            row(
                3,
                "mediation_cases",
                "{}",
                85.714286,
                time_period="2021",
                period="ytd",
                period_end="2021-11",
            ),
            row(4, "mediation_cases", "{}", 7, charted=False, scope="司法所"),
        ]
    )


def category(text: str) -> str:
    return "线上" if "online" in text else ""


@pytest.fixture
def rows(observations: pd.DataFrame) -> pd.DataFrame:
    return export.long(observations, "build1", "zh", category)


@pytest.mark.parametrize(("lang", "comment"), [("zh", "推算"), ("en", "computed")])
def test_comments_speak_the_language_of_the_file(observations, lang, comment):
    frame = export.long(observations.assign(comment="推算 | computed"), "build1", lang, category)
    assert set(frame["comment"]) == {comment}


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_is_what_excel_reads_as_utf8(rows: pd.DataFrame) -> None:
    data = export.excel_csv(rows, "zh")
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    assert read_csv(data)[0][:3] == ["地区代码", "地区", "年度"]
    assert read_csv(export.excel_csv(rows, "en"))[0][:3] == ["Area code", "Area", "Year"]


def test_csv_equals_the_frame(rows: pd.DataFrame) -> None:
    read = read_csv(export.excel_csv(rows, "zh"))[1:]
    assert len(read) == len(rows)
    for cells, (_, row) in zip(read, rows.iterrows(), strict=True):
        for text, name in zip(cells, rows.columns, strict=True):
            if pd.isna(row[name]):
                assert text == ""
            elif name in {"obs_value", "confidence", "char_start", "char_end"}:
                assert float(text) == row[name]
            else:
                assert text.removeprefix("'") == str(row[name])


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_text_that_begins_like_a_formula_is_inert(trigger: str) -> None:
    frame = pd.DataFrame({"sentence": [f'{trigger}cmd "x"'], "obs_value": [-3.0]})
    assert read_csv(export.excel_csv(frame, "zh"))[1] == [f'\'{trigger}cmd "x"', "-3"]
    raw = export.excel_csv(frame, "zh").decode("utf-8-sig")
    assert '""x""' in raw
    assert raw.endswith(",-3\r\n")


def test_missing_is_never_zero() -> None:
    frame = pd.DataFrame(
        {"obs_value": [None, 0.0], "char_start": pd.array([None, 0], dtype="Int32")}
    )
    assert [",".join(cells) for cells in read_csv(export.excel_csv(frame, "en"))[1:]] == [
        ",",
        "0,0",
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(export.xlsx(frame, {}, "en"))).worksheets[0]
    assert [[c.value for c in line] for line in sheet.iter_rows(min_row=2)] == [
        [None, None],
        [0, 0],
    ]


def test_workbook_equals_the_frame(rows: pd.DataFrame) -> None:
    build = {"build_id": "build1", "built_at": pd.Timestamp("2024-01-02 03:04:05")}
    catalogue = pd.DataFrame(
        [
            {
                "indicator": "mediation_cases",
                "name_zh": "调解",
                "definition_zh": "=定义",
                "unit_measure": "件",
            }
        ]
    )
    sheets = {
        "notes": export.notes(build, len(rows), "/compare?lang=zh", "zh"),
        "sources": export.sources(rows),
        "codes": export.code_book(
            catalogue, {("period", "ytd"): ("年内累计", "Year to date")}, "zh"
        ),
    }
    book = openpyxl.load_workbook(io.BytesIO(export.xlsx(rows, sheets, "zh")))
    assert book.sheetnames == ["数据", "说明", "出处", "代码表"]
    assert export.xlsx(rows, sheets, "zh") == export.xlsx(rows, sheets, "zh")
    cells = list(book["数据"].iter_rows(min_row=2))
    assert len(cells) == len(rows)
    for line, (_, row) in zip(cells, rows.iterrows(), strict=True):
        for cell, name in zip(line, rows.columns, strict=True):
            assert cell.value == (None if pd.isna(row[name]) or row[name] == "" else row[name])
            assert cell.data_type != "f"
    by_heading = dict(zip([c.value for c in book["数据"][1]], cells[1], strict=True))
    assert by_heading["地区代码"].value == "011011701"
    assert by_heading["数值"].data_type == "n"
    assert by_heading["数值"].value == -3
    assert by_heading["原文句子"].value == "=HYPERLINK(1)"


def test_wide_has_a_row_for_each_area_year_and_no_invented_value(rows: pd.DataFrame) -> None:
    cells = pd.DataFrame(
        [
            {"ref_area": "011011701", "area_name": "甲街道", "time_period": year, "source": "a.txt",
             "build_id": "build1"}
            for year in ("2022", "2023")
        ]
    )  # fmt: skip
    wide = export.wide(rows, cells).set_index("time_period")
    assert list(wide.index) == ["2021", "2022", "2023"]
    assert wide.loc["2022", "mediation_cases"] == 1000
    assert wide.loc["2022", "mediation_cases.qualifier"] == "more_than"
    assert wide.loc["2021", "mediation_cases.period_end"] == "2021-11"
    assert pd.isna(wide.loc["2021", "source"])
    assert wide.loc["2022", "petition_total[base=online]"] == -3
    assert pd.isna(wide.loc["2023", "mediation_cases"])
    heads = export.headings(wide.reset_index(), "zh", export.wide_names(rows, "zh"))
    assert "PETITION_TOTAL·线上（件）" in heads
    assert len(set(heads)) == len(heads)


def test_empty_frames_give_headings_only(rows: pd.DataFrame) -> None:
    none = rows.iloc[:0]
    assert len(read_csv(export.excel_csv(none, "zh"))) == 1
    assert export.xlsx(none, {"sources": export.sources(none)}, "zh")[:2] == b"PK"
    assert export.wide(none, pd.DataFrame(columns=["ref_area", "time_period"], dtype=str)).empty
