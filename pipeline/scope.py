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


class Subjects(NamedTuple):
    """Patterns that find who a sentence is about."""

    body: re.Pattern[str]  # 调解中心现有…: below the area
    above: re.Pattern[str]  # 全市…, in a report of a town
    area: re.Pattern[str]  # 我镇…
    going_on: re.Pattern[str]  # 共计接待…


@cache
def subjects(level: str) -> Subjects:
    """For a report of an area of this level; made once."""
    words = load().words["scope"]
    above = words["above"].get(level, [])
    suffix, after = "|".join(words["suffix"]), "|".join(words["after"])
    own = sorted(set(words["whole"]) - set(above), key=len, reverse=True)
    whole = "|".join(map(re.escape, own))
    lead = r"(?:全年|今年|一年来|截至目前|20\d\d年)?[，,]?"
    start = rf"(?:(?<=[，。；：\n])|^){lead}"
    return Subjects(
        re.compile(
            rf"(?:(?<=[，。；：\n])|^|(?<=在)){lead}在?(?:{whole}|街)?"
            rf"(?P<unit>[\u4e00-\u9fff]{{1,14}}?(?:{suffix}))(?=(?:{after}))"
        ),
        re.compile(rf"{start}(?P<unit>{'|'.join(above) or '(?!)'})(?![各镇乡街村])"),
        re.compile(rf"{start}(?:{whole})"),
        re.compile(rf"\s*(?:{'|'.join(words['continues'])})"),
    )


def changes(text: str, sentences: Sequence[Sentence], level: str = "") -> list[tuple[int, str]]:
    """(position, scope) wherever the subject changes: 调解中心现有… narrows, 我街… and a new paragraph widen.

    `level`: the area's own; what a town says of 全市 is not its own figure.
    """
    find = subjects(level)
    made = [(0, "whole")]
    for sent in sentences:
        stretch = text[sent.start : sent.end]
        if not find.going_on.match(stretch):
            made.append((sent.start, "whole"))
        here = [(m.start(), m["unit"]) for m in find.body.finditer(stretch)]
        here += [(m.start(), m["unit"]) for m in find.above.finditer(stretch)]
        taken = {position for position, _ in here}
        here += [
            (m.start(), "whole") for m in find.area.finditer(stretch) if m.start() not in taken
        ]
        here += [(m.start(), "whole") for m in re.finditer("\n", stretch)]
        made += [(sent.start + position, name) for position, name in sorted(here)]
    return made
