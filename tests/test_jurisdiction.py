"""Which place and year a report speaks for: decided by evidence, refused without."""

import time
from pathlib import Path

import pytest

from pipeline import jurisdiction, readers
from pipeline.model import Document, Jurisdiction

ROOT = Path(__file__).parent.parent
BODY = "2022年，我{we}深入学习贯彻习近平法治思想，扎实推进依法行政。一、主要举措和成效。我{we}加强普法，全{we}开展活动。"


@pytest.fixture(scope="module")
def places() -> jurisdiction.PlaceTable:
    return jurisdiction.PlaceTable.load(ROOT / "data" / "divisions_2023.parquet")


def document(text: str, source: str = "报告.txt") -> Document:
    return readers.read(source, text.encode())


def resolve(
    places: jurisdiction.PlaceTable, text: str, source: str = "报告.txt", **line: str
) -> Jurisdiction:
    return jurisdiction.resolve(document(text, source), places, line or None)


def code(found: Jurisdiction) -> str | None:
    return found.place.ref_area if found.place else None


@pytest.mark.parametrize(
    ("seed", "ref_area", "year"),
    [
        ("000", "120111001", 2022),
        ("001", "120111001", 2021),
        ("002", "500114003", 2024),
        ("003", "350503001", 2023),
        ("004", "110102017", 2021),
    ],
)
def test_the_five_reports(
    places: jurisdiction.PlaceTable, bilingual, seed: str, ref_area: str, year: int
) -> None:
    path = next((ROOT / "seeds").glob(f"{seed}_*.txt"))
    found = jurisdiction.resolve(readers.read(path.name, path.read_bytes()), places, None)
    assert (code(found), found.time_period, found.problem) == (ref_area, year, "")
    assert found.issuer_kind == "subdistrict"
    for how in (found.how_ref_area, found.how_time_period):
        assert bilingual(how)
        assert [half[-1] for half in how.split(" | ")] == ["。", "."]


@pytest.mark.parametrize(
    ("title", "we", "ref_area", "kind"),
    [
        ("天津市西青区人民政府2022年法治政府建设情况报告", "区", "120111", "government"),
        ("西青区2022年法治政府建设年度报告", "区", "120111", "government"),
        ("2022年西营门街道法治政府建设情况报告", "街道", "120111001", "subdistrict"),
        ("关于2022年度西青区法治政府建设情况的报告", "区", "120111", "government"),
        ("泉州市司法局2022年法治政府建设情况报告", "局", "3505", "department"),
        ("南京市鼓楼区2022年法治政府建设情况报告", "区", "320106", "government"),
        ("福建省泉州市丰泽区东湖街道2022年法治政府建设报告", "街道", "350503001", "subdistrict"),
        ("丰泽东湖街道2022年法治政府建设情况报告", "街道", "350503001", "subdistrict"),
        ("浙江省2022年法治政府建设情况报告", "省", "33", "government"),
        ("綦江区关坝镇人民政府2022年法治政府建设情况报告", "镇", "500110103", "township"),
        ("海淀区2022年法治政府建设年度情况报告", "区", "110108", "government"),
        ("北京市西城区广内街道2022年法治政府建设情况报告", "街道", "110102017", "subdistrict"),
        ("苏州工业园区2022年法治政府建设情况报告", "区", "320576", "zone"),
        ("上海市浦东新区2022年法治政府建设情况报告", "区", "310115", "government"),
        ("綦江区关坝镇2022年法治政府建设工作小结", "镇", "500110103", "township"),
        ("孙镇人民政府2022年度法治政府建设情况报告", "镇", "610526102", "township"),
        (
            "红旗街街道位于王益区。\n红旗街街道2022年法治政府建设工作情况",
            "街道",
            "610202002",
            "subdistrict",
        ),
        (
            "历下区文化东路街道2022年法治政府建设情况报告\n文化东路街道",
            "街道",
            "370102007",
            "subdistrict",
        ),
        (
            "新郑市城市管理局2022年法治政府建设工作总结及2023年工作谋划",
            "市",
            "410184",
            "department",
        ),
    ],
)
def test_titles_of_every_level(
    places: jurisdiction.PlaceTable, title: str, we: str, ref_area: str, kind: str
) -> None:
    found = resolve(places, f"{title}\n{BODY.format(we=we)}")
    assert (code(found), found.time_period, found.issuer_kind) == (ref_area, 2022, kind)
    assert found.problem == ""


@pytest.mark.parametrize(
    ("used", "ref_area"),
    [
        ("持有安徽省行政执法证的12人。", "341181105"),
        ("严格执行《安徽省行政执法监督条例》。", "341181105"),
        ("办理衢州市12345热线工单31件。", "330802100"),
    ],
)
def test_a_common_name_is_settled_by_whose_law_or_hotline_is_used(
    places: jurisdiction.PlaceTable, used: str, ref_area: str
) -> None:
    found = resolve(places, f"石梁镇2022年法治政府建设情况报告\n{BODY.format(we='镇')}{used}")
    assert code(found) == ref_area


def test_a_common_name_without_evidence_is_refused_with_candidates(
    places: jurisdiction.PlaceTable, bilingual
) -> None:
    found = resolve(
        places,
        f"城西街道2022年法治政府建设情况报告\n{BODY.format(we='街道')}聘请北京市某律师事务所。",
    )
    assert found.place is None
    assert len(found.candidates) > 10
    assert "城西街道" in found.problem
    assert bilingual(found.problem)


def test_a_visit_to_a_place_of_the_same_name_is_no_evidence(
    places: jurisdiction.PlaceTable,
) -> None:
    found = resolve(
        places,
        f"东湖街道2022年法治政府建设情况报告\n{BODY.format(we='街道')}赴丰泽区东湖街道学习。",
    )
    assert found.place is None


def test_a_zone_without_code_does_not_speak_for_the_city_around_it(
    places: jurisdiction.PlaceTable, bilingual
) -> None:
    found = resolve(
        places,
        f"莆田市湄洲岛国家旅游度假区管委会2022年法治政府建设情况报告\n{BODY.format(we='区')}",
    )
    assert found.place is None
    assert [one.ref_area for one in found.candidates] == ["3503"]
    assert bilingual(found.problem)


def test_places_that_took_part_are_not_the_issuer(places: jurisdiction.PlaceTable) -> None:
    text = f"广州市2022年法治政府建设年度报告\n{BODY.format(we='市')}越秀区、海珠区先后开展。"
    assert code(resolve(places, text)) == "4401"


def test_the_file_name_is_evidence(places: jurisdiction.PlaceTable) -> None:
    text = f"城西街道2022年法治政府建设情况报告\n{BODY.format(we='街道')}"
    assert code(resolve(places, text, "黔江区/黔江区城西街道.txt")) == "500114003"


def test_a_report_that_only_says_we_is_refused(places: jurisdiction.PlaceTable, bilingual) -> None:
    found = resolve(
        places,
        f"2022年法治政府建设情况报告\n{BODY.format(we='镇')}在西青区委领导下，我镇推进普法。",
    )
    assert found.place is None
    assert bilingual(found.problem)


def test_places_csv_wins_and_is_checked(places: jurisdiction.PlaceTable, bilingual) -> None:
    text = "年终总结\n一年来，工作扎实。"
    found = resolve(places, text, ref_area="500114003", time_period="2020", why="来自官网")
    assert (code(found), found.time_period, found.problem) == ("500114003", 2020, "")
    assert "来自官网" in found.how_ref_area
    assert bilingual(found.how_ref_area)
    assert bilingual(found.how_time_period)
    unknown = resolve(places, text, ref_area="999999999", time_period="2020").problem
    assert "999999999" in unknown
    assert bilingual(unknown)
    assert bilingual(resolve(places, text, ref_area="500114003", time_period="今年").problem)


def test_the_words_of_places_csv_are_not_taken_for_the_issuer(
    places: jurisdiction.PlaceTable,
) -> None:
    found = resolve(places, "年终总结", ref_area="33", time_period="2020", why="封面写有")
    assert found.issuer == ""


def test_what_is_no_report_is_refused(places: jurisdiction.PlaceTable, bilingual) -> None:
    found = resolve(places, "西营门街道2022年财政预算公开说明\n2022年，我街道收入1000万元。")
    assert "places.csv" in found.problem
    assert bilingual(found.problem)


@pytest.mark.parametrize(
    ("text", "year", "warned"),
    [
        ("西青区2022年法治政府建设情况报告\n2022年，我区推进。\n2023年1月10日", 2022, False),
        ("西青区法治政府建设情况报告\n2022年以来，我区推进。四、2023年工作安排", 2022, False),
        ("西青区二〇二二年度法治政府建设情况报告\n我区推进。", 2022, False),
        ("西青区2022年法治政府建设情况和2023年工作安排的报告\n我区推进。", 2022, False),
        ("西青区2022年法治政府建设情况报告\n2021年，我区推进。", 2022, True),
        ("西青区法治政府建设情况报告\n我区推进《实施纲要(2021-2025年)》。", None, False),
    ],
)
def test_the_year_reported_on(
    places: jurisdiction.PlaceTable, bilingual, text: str, year: int | None, warned: bool
) -> None:
    found = resolve(places, text)
    assert found.time_period == year
    assert bool(found.warnings) == warned
    assert bool(found.problem) == (year is None)
    said = (*found.warnings, found.problem, found.how_ref_area, found.how_time_period)
    assert all(bilingual(sentence) for sentence in said if sentence)


def test_a_long_text_costs_no_more_than_its_ends(places: jurisdiction.PlaceTable) -> None:
    text = "西青区2022年法治政府建设情况报告\n" + "我区深入社区街道开展普法，" * 700_000
    doc = Document("长.txt", "0" * 64, len(text), "txt", "utf-8", text, text.split("\n", 1)[0])
    start = time.process_time()
    assert code(jurisdiction.resolve(doc, places, None)) == "120111"
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "after", [" 发布时间：2024-01-10 来源：北峰街道", " 浏览次数：12", "，现予公布。", ""]
)
def test_what_stands_behind_a_title_does_not_hide_it(
    places: jurisdiction.PlaceTable, after: str
) -> None:
    text = (
        f"福建省泉州市丰泽区北峰街道2023年度法治政府建设情况报告{after}\n2023年，街道开展宣传20场。"
    )
    told = resolve(places, text)
    assert told.place is not None
    assert (told.place.ref_area, told.time_period) == ("350503008", 2023)
