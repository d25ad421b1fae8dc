"""Whose figure it is: the whole area's, or that of a centre, school or office below it.

A body that is the subject of a sentence keeps it, and the sentences after it that name no subject of their own
(共计接待…, 收到锦旗…), until the area speaks again or the paragraph ends.
"""

import re
from collections.abc import Sequence

from pipeline.catalog import Catalog
from pipeline.model import Sentence


def changes(
    text: str, sentences: Sequence[Sentence], catalog: Catalog, level: str = ""
) -> list[tuple[int, str]]:
    """(position, scope) wherever the subject changes: 调解中心现有… narrows, 我街… and a new paragraph widen.

    `level`: the area's own; what a town says of 全市 is not its own figure.
    """
    words = catalog.words["scope"]
    above = words["above"].get(level, [])
    suffix, after = "|".join(words["suffix"]), "|".join(words["after"])
    whole = "|".join(
        map(re.escape, sorted(set(words["whole"]) - set(above), key=len, reverse=True))
    )
    lead = r"(?:全年|今年|一年来|截至目前|20\d\d年)?[，,]?"
    unit = re.compile(
        rf"(?:(?<=[，。；：\n])|^|(?<=在)){lead}在?(?:{whole}|街)?(?P<unit>[\u4e00-\u9fff]{{1,14}}?(?:{suffix}))(?=(?:{after}))"
    )
    subject = re.compile(rf"(?:(?<=[，。；：\n])|^){lead}(?:{whole})")
    higher = re.compile(
        rf"(?:(?<=[，。；：\n])|^){lead}(?P<unit>{'|'.join(above) or '(?!)'})(?![各镇乡街村])"
    )
    going_on = re.compile(rf"\s*(?:{'|'.join(words['continues'])})")
    made = [(0, "whole")]
    for sent in sentences:
        stretch = text[sent.start : sent.end]
        if not going_on.match(stretch):
            made.append((sent.start, "whole"))
        here = [(m.start(), m["unit"]) for m in unit.finditer(stretch)]
        here += [(m.start(), m["unit"]) for m in higher.finditer(stretch)]
        taken = {position for position, _ in here}
        here += [(m.start(), "whole") for m in subject.finditer(stretch) if m.start() not in taken]
        here += [(m.start(), "whole") for m in re.finditer("\n", stretch)]
        made += [(sent.start + position, name) for position, name in sorted(here)]
    return made
