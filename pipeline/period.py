"""The time a figure speaks for, from the nearest word of time to its left.

截至10月底 makes it year-to-date, 成立至今 cumulative, 2022年 in a report of 2023 the prior year's; no word at all leaves the
report's year, or its plan. Only the nearest marker counts: 2022年60件，2023年80件 states two years in one sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from pipeline.catalog import Catalog
from pipeline.model import Period, Section

CUTOFF = re.compile(
    r"截[至止]到?(?:(?P<year>20\d\d)年)?(?P<month>1[0-2]|[1-9])月(?:(?P<day>\d{1,2})日)?(?:份)?(?:底|末)?"
    r"|(?:(?P<year2>20\d\d)年)?1(?:月(?:1日)?)?\s*[-—－~至]\s*(?P<month2>1[0-2]|[2-9])月(?:(?P<day2>\d{1,2})日)?"
)  # 截至2021年11月底 · 截至11月底 · 2024年1-11月 · 1月1日至11月30日
SPAN_OF_YEARS = re.compile(r"20\d\d年?度?\s*[-—－~至]\s*20\d\d年")  # 2019年-2021年度
SINCE = re.compile(
    r"(?:自|从)?(?P<year>20\d\d)年(?:\d{1,2}月)?(?:\d{1,2}日)?[^，。；\n]{0,24}?以来"
)  # 2019年以来 · 自2022年综合执法改革以来
COMPARISON = re.compile(
    "(?:[与较比同由从是为]|[，,(（])(?:20[0-9]{2}年度?|上一?年度?|去年|前一年)(?:同期|全年|年?[底末])?"
)
FIGURE = frozenset("为是0123456789")  # 上年为51件 · 上年51件
CARRIED_OVER = re.compile("结转|转入|转结|遗留|结存|未[结办]")  # 上年结转3件，办结54件
# The one figure a comparison is with, or the second half of it: 较2021年的10批121人次 · 上年为51件，同比增长45%
BESIDE = re.compile(
    "(?:全年)?[的为有是]?[（(]?(?:(?:[0-9.]+|[零一二两三四五六七八九十百千]+)万?(?:批次?|件次?|起次?|宗|份|人次?|场次?|[家户]次|元)[、和]?)?"
)
CLOSED = re.compile("[（(][^（）()]{0,60}[）)]")
FOR_ALL = re.compile(
    r"(?:数据|数字|统计|情况)[^。；\n]{0,16}(?:截[至止]到?|(?:20[0-9]{2}年)?1月(?:1日)?[-—－~至])(?:20[0-9]{2}年)?[0-9]{1,2}月[^。；\n）)]{0,4}"
)  # 数据均截至11月底 · 统计期间均为2023年1月1日至11月30日
OTHER_YEAR = re.compile("(?P<year>20[0-9]{2})年$")
FRONT = 1500  # characters in which a report says how its figures are counted
MIXED = re.compile("问题|不足|困难|短板")  # 存在的不足和2023年工作安排
FOUNDED = re.compile(
    "揭牌|落成|入驻|试行|成立|设立|建立|启用|运行|挂牌|开通|创办|创建"
)  # 自2016年成立以来
PLANNED = re.compile(
    "“?[一二三四五六七八九]五”?(?:普法|规划)?[^，。；\n]{0,8}?以来"
)  # “七五”普法以来
YEAR = re.compile(
    r"(?P<year>20\d\d)年(?P<rest>度|\d{1,2}月\d{1,2}日)?(?!度?(?:工作|报告|计划|规划|目标|任务|总结)|[底末]?[以之]?前)"
)  # 2021年 · 2021年8月20日, not the object of a hearing: 审议2020年工作 · 清理2023年底前的文件


@dataclass(frozen=True, slots=True)
class When:
    """The time a figure speaks for, and the words that say so."""

    period: Period
    end: str | None  # "2021-11"
    note: str
    year: int


def _named_years(left: str, year: int) -> Iterator[tuple[int, When]]:
    """2022年 · 2021年8月20日 · 2019年以来 · 2019年-2021年."""
    for found in YEAR.finditer(left):
        named, dated = int(found["year"]), "日" in (found["rest"] or "")
        if named == year:
            period: Period = "event" if dated else "full_year"
        else:
            period = "plan" if named > year else "prior_year"
        yield found.end(), When(period, None, found[0], named)
    for found in SINCE.finditer(left):
        named = int(found["year"]) == year
        period = (
            "full_year" if named else "cumulative" if FOUNDED.search(found[0]) else "multi_year"
        )
        if not _of_its_item(left, found):
            yield found.end(), When(period, None, found[0], year)
    for found in PLANNED.finditer(left) if "五" in left else ():
        if not _of_its_item(left, found):
            yield found.end(), When("cumulative", None, found[0], year)
    for found in SPAN_OF_YEARS.finditer(left):
        yield found.end(), When("multi_year", None, found[0], year)


def _of_its_item(left: str, found: re.Match[str]) -> bool:
    """In a list it speaks for its own item: …；“七五”普法以来培养骨干69名；公开信息228条."""
    return found.start() > 0 and "；" in left[found.end() :] and left[found.start() - 1] in "；，。"


def _words(left: str, year: int, catalog: Catalog) -> Iterator[tuple[int, When]]:
    """今年以来 · 成立至今 · 现有 · 力争 · 去年, but not 比去年减少: that speaks for this year."""
    for found in catalog.phrases["time"].finditer(left):
        name = catalog.times[found[0]]
        prior = name == "prior_year"
        compared = prior and left[max(0, found.start() - 1) : found.start()] in tuple("比较与同")
        left_over = prior and CARRIED_OVER.match(left, found.end())
        another = name == "full_year" and OTHER_YEAR.search(left, 0, found.start())
        named = another and int(another["year"]) != year  # 2024年全年342件 in a report of 2025
        if not left_over and not named and (not compared or BESIDE.fullmatch(left, found.end())):
            at = year - 1 if prior else year
            yield found.end(), When(cast("Period", name), None, found[0], at)


def _cut_offs(left: str, year: int) -> Iterator[tuple[int, When]]:
    """截至2021年11月底 · 2024年1-11月; up to December it is the full year."""
    for found in CUTOFF.finditer(left):
        month = int(found["month"] or found["month2"])
        stated = int(found["year"] or found["year2"] or year)
        whole = month == 12 and stated == year and (found["day"] or found["day2"] or "31") == "31"
        end = None if whole else f"{stated}-{month:02d}"
        yield found.end(), When("full_year" if whole else "ytd", end, found[0], year)


def _in_title(left: str, position: int) -> bool:
    """《广场街道2022年学法计划》 says nothing about the figures after it."""
    return left.rfind("《", 0, position) > left.rfind("》", 0, position)


def _compared(left: str) -> list[tuple[int, int]]:
    """Where a year stands that something is compared with: it speaks for the one figure right behind it, if any.

    由上年的312家次减少到187家次 · 比2021年下降8%，不予处罚312件: 187 and 312 are of this year.
    """
    return [
        found.span()
        for found in COMPARISON.finditer(left)
        if found[0][0] in "与较比同由从是为" or left[found.end() : found.end() + 1] in FIGURE
        if found[0][0] in "是为" or not BESIDE.fullmatch(left, found.end())  # 是2022年的1.6倍
    ]


def stated_cut_off(text: str, year: int) -> When | None:
    """What a report says once of all its figures: 除注明外，数据均截至11月底."""
    found = FOR_ALL.search(text[:FRONT])
    marks = list(_cut_offs(found[0], year)) if found else []
    return marks[-1][1] if marks and marks[-1][1].period == "ytd" else None


def cut_off(time: When, for_all: When | None) -> When:
    """What a report says of all its figures holds where no other time is said."""
    return for_all if for_all and time.period in ("full_year", "ytd") and not time.end else time


def when(left: str, section: Section, year: int, catalog: Catalog, *, planned: bool = True) -> When:
    """`left`: the sentence up to the number, `year`: the report's, `planned`: whether the plan of a section has begun."""
    left = CLOSED.sub(
        "", left
    )  # 学法7次（2023年为5次）；培训4期: what is set aside rules nothing after it
    spent = _compared(left)
    marks = (*_named_years(left, year), *_words(left, year, catalog), *_cut_offs(left, year))
    plan = (section.kind == "plan" or (section.year or 0) > year) and planned
    ruling = [
        mark
        for mark in marks
        if not _in_title(left, mark[0])
        and not any(start <= mark[0] <= end for start, end in spent)
        and not (plan and mark[1].period == "full_year" and mark[1].year == year)
    ]
    if ruling:
        return max(ruling, key=lambda mark: (mark[0], len(mark[1].note)))[1]
    if plan:
        return When("plan", None, section.title, section.year or year + 1)
    # What is lacking is told as it stands: 执法人员仅2名
    return When("point_in_time" if section.kind == "shortcomings" else "full_year", None, "", year)


def of_kind(time: When, kind: str, aggregation: str) -> When:
    """Stocks are read at a point in time, recalled events are events, whatever stands before them."""
    if time.period == "plan":
        return time
    if aggregation == "per_event":
        return replace(time, period="event")
    if time.period == "prior_year":
        return time
    if kind == "stock" and time.period not in ("cumulative", "multi_year"):
        return replace(time, period="point_in_time")
    if time.period == "point_in_time" and kind == "flow":
        return replace(time, period="full_year")
    return time
