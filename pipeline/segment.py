"""Text to sections, sentences and clauses, without losing a character.

Each level tiles the one above: joining the pieces gives the text back, so an offset is enough to know where a
figure stands.
"""

import re

from pipeline.model import Section, SectionKind, Sentence

_HEADING_MAX = 60
_SPACE = r"[ \t\u3000\xa0]*"
_NUMERAL = "[一二三四五六七八九十]{1,3}"
_TOP = re.compile(rf"{_SPACE}(?:{_NUMERAL}、|第{_NUMERAL}(?:部分|章)[、：:]?|[◆■●★▲◎]){_SPACE}")
_SECOND = re.compile(rf"{_SPACE}[（(](?:{_NUMERAL}|\d{{1,2}})[）)]{_SPACE}")
# A line that ends like a sentence, or runs on behind a comma, is prose.
_PROSE = re.compile(r"[。！？；，,;!?]|[：:]$")
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=年)")

# First hit wins: a heading on duties names measures as well, and a plan says what its measures will be.
_KIND_WORDS: tuple[tuple[SectionKind, re.Pattern[str]], ...] = (
    ("first_responsible", re.compile("第一责任人|党政主要负责人|主要负责人履行")),
    (
        "plan",
        re.compile(
            "下一?步|下一年|下一?阶段|今后|来年|明年|改进措施|整改措施|努力方向"
            "|^20[0-9]{2}年(?:度|的)?(?:重点|主要|全年|法治)?(?:重点|主要)?(?:建设|政府)?(?:工作)?(?:重点|任务|目标|安排|打算|计划|思路|举措|展望)$"
            "|(?:工作|主要|目标)(?:思路|打算|计划|安排|要点|方向|谋划)(?:[和与及、].{0,8})?$"
        ),
    ),
    (
        "shortcomings",
        re.compile(
            "存在(?:的)?.{0,10}(?:问题|不足|困难|短板|差距)|薄弱环节"
            "|(?:问题|不足|困难|短板|差距)(?:[和与及、]?(?:主要)?(?:原因|困难|不足|问题|短板).{0,4})?$"
        ),
    ),
    (
        "performance",
        re.compile(
            "举措|成效|做法|工作情况|开展情况|建设情况|完成情况|落实情况|推进情况|进展|成绩|工作总结|工作回顾|亮点|主要工作"
        ),
    ),
)
# A subheading keeps the kind of its section unless it says outright that something else begins.
_OWN_KIND: tuple[tuple[SectionKind, re.Pattern[str]], ...] = (
    ("plan", re.compile("^下一?步|^下一?阶段|(?:工作)(?:打算|计划|安排)$")),
    (
        "shortcomings",
        re.compile("^(?:主要)?存在.{0,8}(?:问题|不足|困难|短板)|^(?:主要)?问题[和与及]不足"),
    ),
)
# Without a list mark only these whole-line forms open a top-level section; "问题" alone is a common subheading.
_BARE = re.compile(
    r"(?:20\d\d年度?)?(?:[^，。]{0,16}?)"
    r"(?:20\d\d年度?工作(?:计划|打算|安排|要点|重点|思路)|法治政府建设(?:工作)?(?:开展|总体|进展|主要)?情况|(?:主要)?(?:工作)?举措(?:和|与|及)(?:工作)?成效|(?:主要)?工作成效"
    r"|存在的?(?:主要)?(?:问题|不足|困难)[^，。]{0,10}|下一步(?:工作)?(?:打算|计划|安排|思路|方向|举措|措施|重点)"
    r"|履行[^，。]{0,12}第一责任人[^，。]{0,12})"
)

_SENTENCE_END = re.compile(r"[。！？!?]+[”’」』）)》]*|\n")
_CLAUSE_END = re.compile(r"[，；：。！？,;!?\n]|(?<!\d):")


def sections(text: str) -> tuple[Section, ...]:
    """Headings with what stands under them; what precedes the first heading is the preamble."""
    result: list[Section] = []
    start, title = 0, ""
    kind: SectionKind = "preamble"
    top: SectionKind = "preamble"
    year: int | None = None
    for offset, heading, is_top in _headings(text):
        if offset > start or result:
            result.append(Section(start, offset, kind, title, year))
        if is_top:
            top = kind = _first_kind(heading, _KIND_WORDS) or "other"
        else:
            top = _first_kind(heading, _KIND_WORDS) or "other" if top == "preamble" else top
            kind = _first_kind(heading, _OWN_KIND) or top
        named = _YEAR.search(heading)
        start, title, year = offset, heading, int(named[1]) if named else None
    result.append(Section(start, len(text), kind, title, year))
    return tuple(result)


def sentences(text: str, parts: tuple[Section, ...]) -> tuple[Sentence, ...]:
    """Sentences end at 。！？ and at line ends; blank lines belong to the sentence before them."""
    result: list[Sentence] = []
    for number, part in enumerate(parts):
        pieces: list[tuple[int, int]] = []
        start = part.start
        for match in _SENTENCE_END.finditer(text, part.start, part.end):
            pieces.append((start, match.end()))
            start = match.end()
        if start < part.end:
            pieces.append((start, part.end))
        merged: list[tuple[int, int]] = []
        for begin, end in pieces:
            if merged and not text[begin:end].strip():
                merged[-1] = (merged[-1][0], end)
            else:
                merged.append((begin, end))
        result.extend(Sentence(begin, end, number) for begin, end in merged)
    return tuple(result)


def clauses(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Spans that tile [start, end), cut behind ，；：。 and at line ends, not at 、 nor inside 1,000."""
    result: list[tuple[int, int]] = []
    begin = start
    for match in _CLAUSE_END.finditer(text, start, end):
        at = match.start()
        if match[0] in ",:" and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():
            continue
        result.append((begin, match.end()))
        begin = match.end()
    if begin < end:
        result.append((begin, end))
    return tuple(result)


def _first_kind(
    heading: str, table: tuple[tuple[SectionKind, re.Pattern[str]], ...]
) -> SectionKind | None:
    return next((kind for kind, words in table if words.search(heading)), None)


def _headings(text: str) -> list[tuple[int, str, bool]]:
    """(offset of the line, heading without its mark, whether it is of the top level)."""
    found: list[tuple[int, str, bool]] = []
    titled = (
        False  # a bare line counts only below the opening paragraph, else it is the report's title
    )
    for match in _LINE.finditer(text):
        line = match[0].strip("\r\n")
        stripped = line.strip(" \t\u3000\xa0")
        if not stripped:
            continue
        for mark, is_top in ((_TOP, True), (_SECOND, False)):
            if marked := mark.match(line):
                heading = _heading_text(line[marked.end() :])
                if heading:
                    found.append((match.start(), heading, is_top))
                break
        else:
            if titled and len(stripped) <= _HEADING_MAX and _BARE.fullmatch(stripped):
                found.append((match.start(), stripped, True))
        titled = titled or bool(re.search("[，。：]", stripped))
    return found


def _heading_text(rest: str) -> str:
    """The heading of a marked line: all of it, or what stands before its first full stop when that is short."""
    head = re.split("[。：:；]", rest.strip(" \t\u3000\xa0"), maxsplit=1)[0]
    return head if 0 < len(head) <= _HEADING_MAX else ""
