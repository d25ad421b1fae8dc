"""Whose figure it is: the whole area's, or that of a centre, a village, a school, or of an area above it.

A body that is the subject of a sentence keeps it, and the sentences after it that name no subject of their own
(共计接待…, 收到锦旗…), until the area speaks again or the paragraph ends. A village, a school or a studio keeps no more than
its own sentence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from pipeline.catalog import load
from pipeline.model import Place, Sentence

_BREAK = r"[，。；：！？\s]"  # a subject stands behind it, wherever its sentence begins
_WHEN = r"(?:同期|当年|全年|今年|一年来|截至目前|20\d\d年)?[，,]?"
_ENDS = re.compile("[；。！？\n]")
_CLAUSE_ENDS = re.compile("[，；。！？\n]")
_LAST_BREAK = re.compile(r"[，。；：、！？\s](?=[^，。；：、！？\s]*$)")

_KINDS = ("places", "towns", "schools", "stations", "studios", "committees", "bureaus", "listed")

NAME = 32  # characters within which a body is named, with the words of time before it


class Subjects(NamedTuple):
    """Patterns that find who a sentence is about."""

    body: re.Pattern[str]  # …中心现有: below the area
    named: re.Pattern[str]  # what that body is called, up to there: 调解
    hint: re.Pattern[str]  # 村, 局: one of these ends the name of a part or of a body above
    part: re.Pattern[str]  # 新河村调委会: no more than a part of the area
    above: re.Pattern[str]  # 全市…, in a report of a town
    beside: re.Pattern[str]  # 高于全区…
    says: re.Pattern[str]  # behind the name of a superior area: 全区同期
    begins: re.Pattern[str]  # before it
    than: re.Pattern[str]  # or this: 高于青山市平均
    area: re.Pattern[str]  # 我镇…
    going_on: re.Pattern[str]  # 共计接待…


@cache
def subjects(level: str, kind: str) -> Subjects:
    """For a report of an area of this level, whose name ends in `kind` (市, 县); made once."""
    words = load().words["scope"]
    wider = [
        *words["above"].get(level, []),
        *(["全市"] if level == "county" and kind != "市" else []),
    ]
    above = [re.escape(word) for word in wider]
    if of := words["superior"].get(level):
        names, acts = ("|".join(words["superior_body"][key]) for key in ("names", "acts"))
        above.append(
            rf"(?:(?![{words['part']['never']}联配协会同助报经请送合案参])[\u4e00-\u9fff]){{0,4}}(?:{of})[\u4e00-\u9fff]{{0,8}}?(?:{names})"
            rf"(?=(?:全年|今年|共|累计|据此|依法|随后|巡回法庭|以自身名义|[在对到驻][^，。；0-9]{{1,18}}?)?(?:{acts})(?!的|以[我本镇街乡]|.{{0,4}}以[我本镇街乡]))"
        )
    suffix, after = "|".join(words["suffix"]), "|".join(words["after"])
    own = sorted(set(words["whole"]) - set(wider), key=len, reverse=True)
    whole = "|".join(map(re.escape, own))
    return Subjects(
        re.compile(rf"(?:{suffix})(?=(?:{after}))"),
        re.compile(rf"{_BREAK[:-1]}在]{_WHEN}在?(?:{whole}|街)?(?P<name>[\u4e00-\u9fff]{{1,14}})$"),
        _hint([*wider, *words["superior_body"]["names"]], words["part"]),
        _parts(words["part"], level),
        re.compile(rf"{_BREAK}{_WHEN}由?(?P<unit>{'|'.join(above) or '(?!)'})(?![各镇乡街村“])"),
        re.compile(
            rf"(?:{'|'.join(words['named']['beside'])})(?P<unit>{'|'.join(map(re.escape, wider)) or '(?!)'})"
            r"(?=[^，。；0-9]{0,12}[0-9]+(?:\.[0-9]+)?(?![0-9.]|个百分点))"
        ),
        re.compile(rf"[省市州盟县区旗]?(?:全[省市州盟县区旗]|{'|'.join(words['named']['says'])})"),
        re.compile(rf"{_BREAK}{_WHEN}全?$"),
        re.compile(rf"(?:{'|'.join(words['named']['beside'])})$"),
        re.compile(rf"{_BREAK}(?:其中)?{_WHEN}(?:{whole})"),
        re.compile(rf"\s*(?:{'|'.join(words['continues'])})"),
    )


def _hint(above: Sequence[str], words: Mapping[str, Any]) -> re.Pattern[str]:
    below = [one for key in _KINDS for one in words[key]]
    return re.compile("|".join(sorted({*above, *below}, key=len, reverse=True)))


def _parts(words: Mapping[str, Any], level: str) -> re.Pattern[str]:
    """新河村(调委会) · “老李”调解室 · 到乡中心小学 · in a list right before its figure: 司法所219宗、派出所174宗."""
    letter = rf"(?:(?![{words['never']}])[\u4e00-\u9fff])"
    verbs = {*words["not_first"], *load().words["shared_verbs"], *load().words["governs"]}
    first = rf"(?!{'|'.join(verbs)})"
    kinds = ("|".join(words[key]) for key in _KINDS)
    places, towns, schools, stations, studios, committees, bureaus, others = kinds
    where = f"{places}|{towns}" if level in ("county", "prefecture") else places
    hands_over = "|".join(words["hands_over"])
    what = (
        rf"{first}{letter}{{1,6}}(?<![农乡镇城])(?:{where})(?!{words['not_before']})",
        rf"在?[乡镇]?(?:中心)?{first}{letter}{{0,5}}(?<![大中集])(?:{schools})(?![、和与及等生以（(])",
        rf"{first}{letter}{{0,5}}(?:{stations})(?![、和与及等（(联]|{hands_over})",
        rf"{first}{letter}{{0,6}}“[\u4e00-\u9fff]{{1,8}}”{letter}{{0,4}}(?:{studios})(?![、和与及等（(])",
        rf"“{first}{letter}{{1,6}}(?:{studios})”|{first}{letter}{{1,5}}(?:调解室|工作室)(?![、和与及等（(])",
        rf"{first}{letter}{{2,8}}(?:{committees})(?![、和与及等（(0-9])",
    )
    lead = (
        r"(?:其中|仅|单是?|另有?|当年|全年|今年|[0-9]{1,2}月(?:[0-9]{1,2}日)?当?天?)?[，,：:]?由?"
    )
    listed = rf"[、：](?P<listed>各?(?:{letter}{{0,4}})?(?:{places}|{stations}|{studios}|{committees}|{bureaus}|{others})(?=[0-9.]+[件宗起]))"
    of_them = rf"(?:{_BREAK}其中|，(?<=案件中，))(?P<one>[县市区]?{letter}{{2,8}}(?:{bureaus}))(?!{hands_over})(?=[^，。；、]{{0,6}}[0-9])"
    return re.compile(rf"{_BREAK}{lead}(?P<unit>{'|'.join(what)})|{listed}|{of_them}")


def changes(
    text: str, sentences: Sequence[Sentence], place: Place | None = None
) -> list[tuple[int, str]]:
    """(position, scope) wherever the subject changes: 调解中心现有… narrows, 我街… and a new paragraph widen.

    `place`: the area that reports; what a town says of 全市 is not its own figure.
    """
    find = subjects(place.level if place else "", place.name[-1] if place else "")
    led = f"\n{text}"  # a match begins at the break before its subject, here at its own place
    widened = {m.start() for m in find.area.finditer(led)} | {
        m.start() for m in re.finditer("\n", text)
    }
    named: dict[int, str] = {}
    above: dict[int, str] = {}
    for at in _clauses(led, find.hint):
        if found := find.part.match(led, at):
            named[at] = found["unit"] or found["listed"] or found["one"]
            end = _ENDS.search(text, at + 1)
            widened.add(end.end() if end else len(text))
        if found := find.above.match(led, at):
            above[at] = found["unit"]
    for found in find.beside.finditer(text):
        named[found.start("unit")] = found["unit"]
        end = _CLAUSE_ENDS.search(text, found.end())
        widened.add(end.end() if end else len(text))
    if place:  # 全区受理1.8万件，分派到我街道的1105件
        own = rf"(?:其中|[派转交分](?:到|给|至))(?=我|{re.escape(place.name)})"
        widened |= {found.end() for found in re.finditer(own, text)}
    named |= above
    named |= dict(_superiors(text, place, find) if place else ())
    for body in find.body.finditer(led):
        begin = max(0, body.start() - NAME)
        if name := find.named.search(led[begin : body.start()]):
            named.setdefault(begin + name.start(), name["name"] + body[0])
    begun = {sent.start for sent in sentences if not find.going_on.match(text, sent.start)}
    return sorted(({0: "whole"} | dict.fromkeys(begun | widened, "whole") | named).items())


def _clauses(led: str, hint: re.Pattern[str]) -> set[int]:
    """The breaks that a name may stand behind: only those few are looked at closely."""
    found = set()
    for name in hint.finditer(led):
        if last := _LAST_BREAK.search(led, max(0, name.start() - NAME), name.start()):
            found.add(last.start())
    return found


def _superiors(text: str, place: Place, find: Subjects) -> Iterator[tuple[int, str]]:
    """西湖区全年普法1940场 · 桐乡全市同期复议收案518件, in a report of a town there."""
    for name in place.path[:-1]:
        stem = name[:2] if "自治" in name else name[:-1] if len(name) > 2 else name
        at = text.find(stem)
        while at >= 0:
            before = f"\n{text[max(0, at - NAME) : at]}"
            said = find.says.match(text, at + len(stem))
            if said and (find.begins.search(before) or find.than.search(before)):
                yield at, f"全{name[-1]}"
            at = text.find(stem, at + 1)
