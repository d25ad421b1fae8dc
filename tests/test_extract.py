"""Readings in context: period, scope, facts, right-headed counts, carried subjects."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import build, catalog, extract
from pipeline.model import Place, Reading

CATALOG = catalog.load()
TOWN = Place("990101100", "河口镇", "township", ("云岭省", "青山市", "东平区", "河口镇"))


def read(text: str, year: int = 2023) -> list[Reading]:
    """The metrics of a text, read as part of a report of that year."""
    layout, found = build.laid_out(text)
    readings = extract.read(layout, year, found, CATALOG)
    return [r for r in readings if r.quantity.role == "metric"]


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("全年调解矛盾纠纷60件。", ["full_year"]),
        ("截至2023年10月底，受理信访事项60件。", ["ytd"]),
        ("今年以来，调解矛盾纠纷60件。", ["ytd"]),
        ("平台成立至今，接待法律咨询600人次。", ["cumulative"]),
        ("现有人民调解员60人。", ["point_in_time"]),
        ("2022年，调解矛盾纠纷50件；2023年，调解矛盾纠纷60件。", ["prior_year", "full_year"]),
        ("2019年-2021年共调解矛盾纠纷160件。", ["multi_year"]),
        ("力争全镇调解矛盾纠纷60件。", ["plan"]),
        ("收到信息公开申请52件，加上年转入3件，共办结54件。", ["full_year"] * 3),
        ("行政复议49件，是2022年的1.6倍，维持30件。", ["full_year"] * 3),
        ("与2022年的5318件、1016.9万元相比有所减少。", ["prior_year"] * 2),
        ("2022年处罚件数和罚款金额分别为376件、58.2万元。", ["prior_year"] * 2),
        ("上一年，调委会调解的是107件。", ["prior_year"]),
        (
            "接访22批，较2022年（31批84人次）分别少了9批、25人次。",
            ["full_year", "prior_year", "prior_year", "full_year", "full_year"],
        ),
        ("三年（2021年至2023年）累计审查合同1204件。", ["multi_year"]),
        ("争取生态补偿资金312万元。", ["full_year"]),
        ("持有行政执法证67人，较上年末增加6人。", ["point_in_time", "full_year"]),
        ("受理信访事项61件（2022年全年70件）。", ["full_year", "prior_year"]),
        (
            "与上年的四十批、八十人次相比，接待来访五十批。",
            ["prior_year", "prior_year", "full_year"],
        ),
        ("调解矛盾纠纷60件（2021年为71件）。", ["full_year", "prior_year"]),
        ("原计划的60场普法宣传没有全部完成。", ["plan"]),
        ("“七五”普法启动四年来，累计发放资料5万份。", ["multi_year"]),
        ("统计期间均为2023年1月1日至11月30日。\n调解矛盾纠纷60件。", ["ytd"]),
        ("２０２２年，调解矛盾纠纷50件。", ["prior_year"]),
    ],
)
def test_period(text: str, periods: list[str]) -> None:
    assert [r.period for r in read(text)] == periods


def test_cut_off_month_is_kept() -> None:
    assert read("截至10月底，受理信访事项60件。")[0].period_end == "2023-10"


def test_subject_is_carried_over_light_words_only() -> None:
    carried = read("接待群众来访50批次，共计120人次。")
    assert [r.matches[0].indicator for r in carried] == [
        "petition_visits_batches",
        "petition_visits_persons",
    ]
    other = read("接待群众来访50批次，慰问老党员120人次。")
    assert other[1].matches == ()


def test_counts_before_their_noun_in_a_list() -> None:
    found = read("共召开12次主任办公会、18次工委会。")
    assert [dict(r.matches[0].category)["body"] for r in found] == [
        "executive_office",
        "party_committee",
    ]


def test_one_figure_states_every_listed_rate() -> None:
    found = read("处理信访事项8件，及时受理率、按期办结率均为100%。")
    assert [m.indicator for m in found[1].matches] == [
        "petition_timely_acceptance_rate",
        "petition_on_time_closure_rate",
    ]


def test_change_belongs_to_the_level_before_it() -> None:
    level, change, percent = read("全年处理群众信访事项共20件，比去年减少5件，同比下降20%。")
    assert (level.matches[0].fact, change.matches[0].fact, percent.matches[0].fact) == (
        "level",
        "change_abs",
        "change_pct",
    )
    assert {r.matches[0].indicator for r in (level, change, percent)} == {"petition_total"}
    assert change.quantity.value == Decimal(-5)


def test_scope_narrows_to_a_centre_and_widens_again() -> None:
    found = read("调解中心现有专职调解员4名。共接待来访20起。我街全年调解矛盾纠纷60件。")
    assert [r.scope for r in found] == ["调解中心", "调解中心", "whole"]


def test_parts_point_to_their_total() -> None:
    found = read("全年共调解矛盾纠纷60件，其中邻里纠纷20件，物业纠纷8件。")
    total = found[0]
    assert {r.part_of for r in found[1:]} == {0}
    assert total.part_of is None


def test_a_comma_may_stand_between_what_is_counted_and_how_many() -> None:
    first, second = read("登记信访事项，88件；办结，85件。")
    assert first.matches[0].indicator == "petition_total"
    assert read("举办普法讲座，共300人参加。")[0].quantity.unit == "人"
    assert second.matches[0].indicator == "petition_closed"


def test_figures_of_other_bodies_and_areas_are_theirs() -> None:
    layout, found = build.laid_out(
        "作出行政处罚8件。另外，区综合执法局在我街道内办理案件41件。同期全市热线受理量31.7万件。"
    )
    readings = extract.read(layout, 2023, found, CATALOG, TOWN)
    assert [r.scope for r in readings] == ["whole", "区综合执法局", "全市"]


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("调解纠纷90件，其中柳林村调委会调处19件；成功率98%。", ["whole", "柳林村", "whole"]),
        ("邻里纠纷20件。“老何”调解室一家就调了35件。", ["whole", "“老何”调解室"]),
        ("松河社区“议事厅”化解漏水纠纷12件，全镇化解80件。", ["松河社区", "whole"]),
        ("镇中学举办模拟法庭1次，全镇普法40场。", ["镇中学", "whole"]),
        ("按承办单位分：司法所219宗、派出所174宗。", ["司法所", "派出所"]),
        ("由区城市管理执法局立案42起，罚款6万元。", ["区城市管理执法局"] * 2),
        ("满意率92.4%，高于全区91.8%的平均水平。", ["whole", "全区"]),
        ("东平区全年普法1940场，我镇60场。", ["全区", "whole"]),
        # none of these is about one village, one court
        ("各村调解纠纷19件。", ["whole"]),
        ("培训村干部60人。", ["whole"]),
        ("受理农村建房申请48户。", ["whole"]),
        ("派出所移送纠纷30件。", ["whole"]),
        ("区法院受理以本镇为被告的行政诉讼3件。", ["whole"]),
        ("满意率92.4%，比全区平均高1.7个百分点。", ["whole"] * 2),
    ],
)
def test_a_village_a_school_a_bureau_speaks_for_itself(text: str, scopes: list[str]) -> None:
    layout, found = build.laid_out(f"全年工作如下。{text}")
    metrics = [
        r for r in extract.read(layout, 2023, found, CATALOG, TOWN) if r.quantity.role == "metric"
    ]
    assert [r.scope for r in metrics] == scopes


def test_rows_of_a_table_are_parts_of_its_total() -> None:
    rows = "部门|处罚（件）\n公安|20\n交通|30\n合计|50\n"
    assert [r.matches[0].part for r in read(f"执法情况如下：\n{rows}")] == [True, True, False]


def test_a_year_is_no_part_of_several_years() -> None:
    later = read("五年来开展普法宣传1126场，其中今年开展普法宣传231场。")[1]
    assert not later.matches[0].part


def test_a_share_of_a_count_is_no_level() -> None:
    (match,) = read("行政处罚总数中，简易程序占85.8%。")[0].matches
    assert (match.indicator, match.fact) == ("admin_penalties", "share")


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("12345热线派单27件，群众满意25件。", "hotline_satisfaction_rate"),
        ("作出行政处罚决定，11.46万元罚款上缴国库。", "admin_penalties"),
        ("热线满意率88.7%，物业两类问题占总数的六成。", "hotline_satisfaction_rate"),
    ],
)
def test_a_figure_of_one_kind_states_no_indicator_of_another(text: str, never: str) -> None:
    assert never not in [m.indicator for m in read(text)[-1].matches]


def test_unmapped_figures_stay_unclassified() -> None:
    assert read("修剪行道树600株。")[0].matches == ()


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        alphabet="全年共调解矛盾纠纷信访0123456789件起%，。、；\n（一）其中同比减少", max_size=200
    )
)
def test_no_text_makes_extraction_raise(text: str) -> None:
    for reading in read(text):
        qty = reading.quantity
        assert text[qty.start : qty.end] == qty.surface


def test_work_grows_linearly_with_figures_in_one_sentence() -> None:
    many = "，".join(f"调解矛盾纠纷{n}件" for n in range(3000))
    assert len(read(many)) == 3000
