"""Whose figure it is: the whole area's, or that of a centre, school or office below it.

A body that is the subject of a sentence keeps it, and the sentences after it that name no subject of their own
(共计接待…, 收到锦旗…), until the area speaks again or the paragraph ends.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from pipeline.catalog import load
from pipeline.model import Sentence

_BREAK = r"[，。；：！？\s]"  # a subject stands behind it, wherever its sentence begins

NAME = 32  # characters within which a body is named, with the words of time before it


class Subjects(NamedTuple):
    """Patterns that find who a sentence is about."""

    body: re.Pattern[str]  # …中心现有: below the area
    named: re.Pattern[str]  # what that body is called, up to there: 调解
    above: re.Pattern[str]  # 全市…, in a report of a town
    area: re.Pattern[str]  # 我镇…
    going_on: re.Pattern[str]  # 共计接待…


@cache
def subjects(level: str) -> Subjects:
    """For a report of an area of this level; made once."""
    words = load().words["scope"]
    above = [re.escape(word) for word in words["above"].get(level, [])]
    if of := words["superior"].get(level):
        names, acts = ("|".join(words["superior_body"][key]) for key in ("names", "acts"))
        above.append(
            rf"(?:{of})[\u4e00-\u9fff]{{0,8}}?(?:{names})(?=(?:全年|今年|共|累计|据此|依法|随后|在[^，。；0-9]{{1,14}}?)?(?:{acts}))"
        )
    suffix, after = "|".join(words["suffix"]), "|".join(words["after"])
    own = sorted(set(words["whole"]) - set(words["above"].get(level, [])), key=len, reverse=True)
    whole = "|".join(map(re.escape, own))
    lead = r"(?:同期|当年|全年|今年|一年来|截至目前|20\d\d年)?[，,]?"
    return Subjects(
        re.compile(rf"(?:{suffix})(?=(?:{after}))"),
        re.compile(rf"{_BREAK[:-1]}在]{lead}在?(?:{whole}|街)?(?P<name>[\u4e00-\u9fff]{{1,14}})$"),
        re.compile(rf"{_BREAK}{lead}(?P<unit>{'|'.join(above) or '(?!)'})(?![各镇乡街村])"),
        re.compile(rf"{_BREAK}{lead}(?:{whole})"),
        re.compile(rf"\s*(?:{'|'.join(words['continues'])})"),
    )


def changes(text: str, sentences: Sequence[Sentence], level: str = "") -> list[tuple[int, str]]:
    """(position, scope) wherever the subject changes: 调解中心现有… narrows, 我街… and a new paragraph widen.

    `level`: the area's own; what a town says of 全市 is not its own figure.
    """
    find = subjects(level)
    led = f"\n{text}"  # a match begins at the break before its subject, here at its own place
    named = {m.start(): m["unit"] for m in find.above.finditer(led)}
    for body in find.body.finditer(led):
        begin = max(0, body.start() - NAME)
        if name := find.named.search(led[begin : body.start()]):
            named.setdefault(begin + name.start(), name["name"] + body[0])
    widened = {m.start() for m in find.area.finditer(led)} | {
        m.start() for m in re.finditer("\n", text)
    }
    begun = {sent.start for sent in sentences if not find.going_on.match(text, sent.start)}
    return sorted(({0: "whole"} | dict.fromkeys(begun | widened, "whole") | named).items())
