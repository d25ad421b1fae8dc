"""Quantities in their sentences become readings, and readings observations, with the reason kept.

Numbers come first, words second: for each metric only the words beside it are looked at, own clause before carried
subject. A rule of the catalogue wins by where its head stands (own clause, right of the number, earlier in the sentence),
then by how much of the text it explains. What no rule explains stays an unclassified reading.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice, repeat
from typing import Literal, NamedTuple

from pipeline import period, precedent, scope
from pipeline.catalog import DENIAL, Catalog, Rule
from pipeline.model import (
    Document,
    Fact,
    Jurisdiction,
    Layout,
    Match,
    Observation,
    Place,
    Quantity,
    Reading,
    Sentence,
    both,
    obs_status,
    observation_id,
    quoted,
)
from pipeline.numerals import NARROW_DIGITS, WIDE_DIGIT
from pipeline.words import only_light

CLAUSE_BREAK = re.compile(r"[，,。；;：:！!？?\n]|[（(](?![^（）()0-9]{1,8}[）)])")
LEFT_WINDOW = 80  # characters left of a number that are looked at: longer clauses lose their start
RIGHT_WINDOW = 36
NEARBY = 60  # characters in which most words of context are found
CARRY_WINDOW = 240  # how far a subject is carried within its sentence
PERIOD_WINDOW = 300  # how far left a word of time rules within its sentence
TOPIC_WINDOW = 600  # how far the paragraph is asked for context words
TAIL = 12  # of what stands before a number, where the verb that governs it stands
VETO = 14  # how far before its head a word still excludes a rule: 用双语广播等形式开展法治宣传40场
NEAR = 6  # a head this close behind a number is what the number counts: 36名“法律明白人”
RATE_UNITS = frozenset({"%", "‰", "成"})

RESPECTIVELY = re.compile(
    r"(?P<names>[^，。；：\n]{0,60}?)(?:各?分别|依次|各(?=[为是]))(?P<verb>[^，。；：\n]{0,16})$"
)  # 及时受理率、按期办结率分别为
SEVERALLY = re.compile("分别|依次|各[为是]")
AND = re.compile("[、和与]|以及|及(?![时格早])")
WHEN = re.compile("20[0-9]{2}年度?|上一?年|去年")
LISTED = re.compile(r"[ ]?(?:[、,，]|和|及|与|以及)[ ]?")
NEW = re.compile(
    "新建|新增|新取|新领|新考|新聘|新设|新培|建成|承接|创建|挂牌|收回|下放|赋权|当年"
)  # done in the year, not held
FROM = re.compile("[从由][^，。；从由]{0,8}$")
MOVING_TO = re.compile(
    "(?:上升|提高|提升|增加|增长|下降|降低|减少|压缩|缩短|回落|下滑|扩大|降|升|增|减)(?:至|到|为)"
)
MOVED_TO = re.compile(
    "(?:减少|下降|降低|降|增加|增长|上升|提高|提升|增|升|压减|压缩)(?:到了?|至|为)$"
)
OURS = re.compile(
    "^，?[我本](?:镇|乡|街道|县|区|市|局|级)(?:为|是|则为)$"
)  # 全市败诉率9.8%，我镇为0%
COLUMN_OF_CHANGE = re.compile(
    "(?:同比|增减|增幅|升降|变化|[与比较]上年|[与比较]去年)(?:率|情况|幅度|相比|增减|变化)*$"
)
COMPARED_WITH = re.compile(
    "[与较比同由从](?:上年|去年|前一年|20[0-9]{2}年)(?:度|同期)?的?$|[（(]20[0-9]{2}年(?:度|同期)?为?$"
)
SET_OF = re.compile(
    r"(?:.*(?:人员|干部|队员|职工|党员|案件|企业|家庭|群众)|^)中(?=[^，。；：]{0,14}(?:有|仅|只|占|的))"
)  # 7名持证人员中有2人
EACH = re.compile(
    "每(?:个|名|年|季度?|月|周|天|日|人|村|镇|乡|社区|半年|两月|两周|场|件)"
    "|(?<=[、和学村区校])各(?:举办|开展|组织|召开|建立?|设|配备?|发放|安排)"
)
HOPED = re.compile("力争|争取|确保|努力|力求|避免|杜绝")
DENIED = re.compile("(?:未|没有|无|不)$")  # 5人尚未取得执法资格
REST = re.compile("其中|包括|^[，,]?(?:其余|剩余|余下|另有|还有|尚有|尚余)")
APART = re.compile("(?:其中)?除$")  # 除14条正在整改外
ASIDE = re.compile("[（(][^（）()0-9]{1,8}[）)]")
MET = re.compile("主持|组织|召开|研究|开展|听取|专题|举办")
AND_ONLY = re.compile("[ ]?(?:、|和|及|与|以及)")
OF_WHOLE = re.compile("占[^率]*$")
RATE_SAID = re.compile("率(?:均|都|分别)?(?:为|是|达|达到)?$")
AT_ONCE = 2  # characters between two figures that are one expression: 563批、1200人次
BLOCK = 256  # figures whose words are looked up at a time
ENDS = frozenset("，,；;。\n")  # of a clause
ASIDES = frozenset("（()）")
LIST_MAX = 12  # members of a list that anybody would align
LIKELY = 0.4  # how likely an indicator is by precedent where no rule names one
TRUST = 20.0  # how many times likelier an indicator is for a sure rule that names it
NOTHING = 1.2  # and that a figure states nothing, since a figure charted wrongly is worse than one that is not
SAID = 24  # figures of a sentence that are remembered
# A figure of all kinds is the figure: 审查305件，其中合同75件 is one series with 审查305件. Its id keeps what was read, since
# corrections refer to it.
OF_ALL_KINDS = {("object", "total"), ("procedure", "total")}
THIS_YEAR = period.When("full_year", None, "", 0)

Zone = Literal["own", "right", "carried"]
WHERE: dict[Zone, tuple[str, str]] = {
    "own": ("本分句{}", "{} in the same clause"),
    "right": ("数字之后{}", "{} after the number"),
    "carried": ("前文{}", "{} earlier in the sentence"),
}
Lack = Literal["unless", "head", "context"]
WHY_NOT: dict[Lack, tuple[str, str]] = {
    "unless": ("旁有{}", "{} beside it"),
    "head": ("没有所需的词", "none of the words it needs"),
    "context": ("上文没有所需的语境", "none of the context it needs before it"),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The words a quantity is judged by; every field is a slice of the text."""

    own: str  # left of the number, after the previous number of its clause
    right: str  # right of the number, up to the next one or the end of the clause
    carried: str  # earlier in the sentence
    right_headed: bool  # what is counted stands right of the number: 召开25次主任办公会
    topic: str  # earlier in the paragraph, and to the right


@dataclass(frozen=True, slots=True)
class Item:
    """A figure of a respectively-list."""

    own: str  # its name and the verb all share
    replaced: str  # the text before it that its own words stand for
    position: int  # from the end of the list


class Course(NamedTuple):
    """What has been said up to a figure."""

    said: Sequence[
        Reading
    ]  # what states something in its sentence or, where it is the first, in the one before
    before: str  # what the figure before states
    item: Item | None  # its place in a respectively-list
    following: str  # the unit of the figure that follows at once: 563批1200人次
    beside: precedent.Evidence  # the pieces of text beside it that annotated figures had, too


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a rule in a place where it may stand."""

    match: re.Match[str]
    zone: Zone
    score: float


@dataclass(slots=True)
class Candidate:
    """A rule that explains a quantity, and how well: most lose, so they are put into words only when asked."""

    rule: Rule
    score: float
    near: float  # more, the nearer the words of its context stand
    start: int  # where the head stands in `own`, -1 elsewhere
    end: int
    zone: Zone
    words: str  # the head as written

    def why(self) -> tuple[str, str]:
        """Chinese and English."""
        return _filled(WHERE[self.zone], self.words)


Miss = tuple[Lack, str]  # what a rule lacks here, and the words that exclude it


def _filled(words: tuple[str, str], found: str) -> tuple[str, str]:
    zh, en = words
    return zh.format(quoted(found)), en.format(quoted(found))


def surroundings(
    layout: Layout, sent: Sentence, qty: Quantity, edges: tuple[int, int], catalog: Catalog
) -> Surroundings:
    """`edges`: end of the previous metric and start of the next one (both absolute)."""
    text, (before, after) = layout.text, edges
    floor = max(sent.start, qty.start - LEFT_WINDOW)
    breaks = [m.end() for m in CLAUSE_BREAK.finditer(text, floor, qty.start)]
    clause = breaks[-1] if breaks else floor
    apart = clause == qty.start and clause - 1 > before and text[clause - 1] in "，,"
    if clause == qty.start and text[clause - 1 : clause] in ASIDES:
        apart = text[qty.end : qty.end + 1] in ASIDES  # 镇党委会研究法治工作（4次）
    if apart and text[qty.end : qty.end + 1] in ENDS | ASIDES:
        # 聘请律师，1名；登记信访事项，88件: a comma between what is counted and how many
        breaks = breaks[:-1]
        clause = breaks[-1] if breaks else floor
    own = max(clause, before)
    ceiling = min(sent.end, after, qty.end + RIGHT_WINDOW)
    stop = CLAUSE_BREAK.search(text, qty.end, ceiling)
    right = text[qty.end : stop.start() if stop else ceiling]
    paragraph = text.rfind("\n", max(0, sent.start - TOPIC_WINDOW), qty.start) + 1
    paragraph = max(paragraph, sent.start - TOPIC_WINDOW, 0)
    right = "" if right.startswith(("、", " 、")) else right
    words = text[own : qty.start].rstrip("，,（(")
    # What is left is about the figure, not about who acts; most words need no pattern tried on them.
    for sign, pattern in (("中", SET_OF), ("调", catalog.actors)):
        if sign in words and (cut := pattern.match(words)):
            own += cut.end()
            words = text[own : qty.start]
    governed = catalog.governs.search(words[-TAIL:])
    heading = layout.sections[sent.section].title
    listed = before > clause and words.endswith(("、", "和", "及", "与"))  # …主任办公会、29次工委会
    led = qty.unit in ("次", "场") and MET.match(right)  # 先后5次主持召开常务会
    right_headed = bool(right) and bool(governed or listed or led)
    return Surroundings(
        own="" if right_headed and listed else unbracketed(words),
        right=unbracketed(right),
        right_headed=right_headed,
        carried=unbracketed(text[max(sent.start, qty.start - CARRY_WINDOW) : own]),
        # 深化普法宣传: what the section is about is a context, if a far one
        topic=f"{heading}\n{unbracketed(text[min(paragraph, own) : qty.start] + right)}",
    )


def candidates(around: Surroundings, unit: str, catalog: Catalog) -> list[Candidate]:
    """Every rule of this unit whose words are there, best first."""
    found = []
    rules = catalog.by_unit.get(unit)
    light = only_light(around.own, catalog.light)
    words = f"{around.own}\n{around.right}\n{around.carried if light else ''}"
    for rule in rules.concerned(words) if rules else ():
        verdict = judge(rule, around, light=light)
        if isinstance(verdict, Candidate):
            found.append(verdict)
    # 承办12345热线406件，满意率94%: of two subjects the nearer one is spoken of, whichever rule names it
    near: dict[str, float] = {}
    for one in found:
        near[one.rule.indicator] = max(near.get(one.rule.indicator, 0.0), one.near)
    for one in found:
        one.score += near[one.rule.indicator]
    return sorted(found, key=lambda c: -c.score)


def judge(rule: Rule, around: Surroundings, *, light: bool) -> Candidate | Miss:
    """The candidate this rule makes here, or why it makes none; `light`: its own clause says nothing of its own."""
    found = _head(rule, around, light=light and rule.reach == "sentence")
    if isinstance(found, tuple):
        return found
    head, zone, score, near = found.match, found.zone, found.score, 0.0
    if rule.context:
        if not rule.context.search(around.topic):
            return "context", ""
        score += 0.4
        near = _nearness(rule.context, around, head if zone == "own" else None)
    score += min(len(head[0]), 16) * 0.05
    start, end = (head.start(), head.end()) if zone == "own" else (-1, -1)
    if zone == "own":
        score -= 0.01 * (len(around.own) - end)
    elif zone == "carried":
        score -= 0.002 * (len(around.carried) - head.end())
    return Candidate(rule, score, near, start, end, zone, head[0])


def _head(rule: Rule, around: Surroundings, *, light: bool) -> Head | Miss:
    """Where the head of a rule stands: left of the number, right of it, earlier in the sentence."""
    rightward = rule.reach == "both" or around.right_headed
    beside = around.own + (around.right if rightward else "")
    spared = (0, 0)
    if head := last(rule.head, around.own):
        found = Head(head, "own", 3.0)
        start = max(0, head.start() - VETO)
        head_at = head.start() - start, head.end() - start
        beside = beside[start:]
        spared = head_at if head[0] in rule.literals else spared
    elif light and not rightward and (head := last(rule.head, around.carried)):
        found = Head(head, "carried", 1.5)
    elif (head := rule.head.search(around.right)) and not DENIED.search(
        around.right[: head.start()]
    ):
        near_by = head.start() <= NEAR
        sure = around.right_headed or (rightward and near_by)
        found = Head(head, "right", 2.5 if sure else 2.0 if rightward else 1.7 if near_by else 1.4)
        at_once = (
            head.start() < 2
        )  # 14个人民调解委员会共排查纠纷: what it does then is another matter
        beside = around.own + (around.right[: head.end()] if at_once else around.right)
    elif light and (head := last(rule.head, around.carried)):
        found = Head(head, "carried", 1.5)
    else:
        return "head", ""
    hit = _vetoed(rule.unless, beside, spared) or _vetoed(rule.against, around.carried)
    return ("unless", hit) if hit else found


def _vetoed(unless: re.Pattern[str] | None, text: str, head: tuple[int, int] = (0, 0)) -> str:
    """A word that excludes a rule, unless it is a piece of the head itself: 专兼职调解员 without 兼职."""
    start, end = head
    for found in unless.finditer(text) if unless else ():
        if not (start <= found.start() and found.end() <= end):
            return found[0]
    return ""


def _nearness(context: re.Pattern[str], around: Surroundings, head: re.Match[str] | None) -> float:
    """How near the words of a context stand; those that are the head itself say nothing about the subject."""
    end = len(around.topic) - len(around.right)
    before = around.topic[: max(0, end - len(around.own) + head.start() if head else end)]
    for window in (NEARBY, len(before)):
        if found := last(context, before[-window:]):
            return 0.4 / (1 + (min(window, len(before)) - found.end()) / 40)
    return 0.0


def last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The match that ends nearest the number; of those, the longest."""
    found: list[re.Match[str]] = []
    match = pattern.search(text)
    while match:
        found.append(match)
        match = None if match.end() == len(text) else pattern.search(text, match.start() + 1)
    for one in found:
        if one.end() >= found[-1].end():
            return one
    return None


def unbracketed(text: str) -> str:
    """Without the variants in short brackets: 宣传单（册） → 宣传单."""
    return ASIDE.sub("", text) if "（" in text or "(" in text else text


def choose(found: Sequence[Candidate], unit: str) -> tuple[Candidate, ...]:
    """The best rule; for a rate every listed name: 及时受理率、按期办结率为100%."""
    if not found:
        return ()
    if unit not in RATE_UNITS:
        return (found[0],)
    taken: list[Candidate] = []
    for cand in found:
        overlaps = any(c.start < cand.end and cand.start < c.end for c in taken)
        if not taken or (cand.start >= 0 and not overlaps):
            taken.append(cand)
    return tuple(sorted(taken, key=lambda c: c.start))


# --- facts ----------------------------------------------------------------------------------------


def lists(layout: Layout, starts: Sequence[int], metrics: Sequence[Quantity]) -> dict[int, Item]:
    """Figures that answer a list of names one by one: 响应率、解决率分别为100%、95.2% · 2023年、2024年分别承办5127件、4689件."""
    found: dict[int, Item] = {}
    text, sentences = layout.text, layout.sentences
    for first, qty in enumerate(metrics):
        floor = max(metrics[first - 1].end if first else 0, qty.start - LEFT_WINDOW)
        left = text[
            max(floor, sentences[max(0, bisect_right(starts, qty.start) - 1)].start) : qty.start
        ]
        said = RESPECTIVELY.search(left) if SEVERALLY.search(left) else None
        if said is None:
            continue
        last_one = first
        while last_one + 1 < min(len(metrics), first + LIST_MAX) and LISTED.fullmatch(
            text, metrics[last_one].end, metrics[last_one + 1].start
        ):
            last_one += 1
        count = last_one - first + 1
        names = [name for name in AND.split(said["names"].strip()) if name.strip()]
        if count < 2:
            continue
        names = names[-count:] if len(names) >= count else [said["names"]] * count
        if (lead := WHEN.match(names[0])) and not any(WHEN.match(name) for name in names[1:]):
            # 2024年处罚件数、罚款金额分别为376件、58.2万元
            names[1:] = [f"{lead[0]}{name}" for name in names[1:]]
        for position, one in enumerate(metrics[first : last_one + 1]):
            name, whole = names[position], names[-1]
            shared = (
                whole[len(name) :] if len(whole) > len(name) + 1 else ""
            )  # 简易程序、普通程序|处罚案件
            replaced = text[qty.start - len(said[0]) : one.start]
            found[one.start] = Item(f"{name}{shared}{said['verb']}", replaced, position - count)
    return found


def in_table(words: str, around: Surroundings) -> Surroundings:
    """A cell is judged by its headers, as if a clerk had written them in front of it."""
    caption, _, heads = words.rpartition("，")
    return Surroundings(heads, "", caption, right_headed=False, topic=f"{around.topic}{words}")


def shared_verb(
    around: Surroundings, unit: str, said: Sequence[Reading], catalog: Catalog
) -> tuple[Candidate, ...]:
    """A list of objects shares the verb of its first: 审查合同56份、规范性文件3份和重大决策12件."""
    if not said or not (joint := AND_ONLY.match(around.own)):
        return ()
    clause = CLAUSE_BREAK.split(around.carried[-LEFT_WINDOW:])[-1]
    verbs = catalog.phrases["shared_verbs"].findall(clause)
    if not verbs:
        return ()
    whole = replace(around, own=verbs[-1] + around.own[joint.end() :])
    names = {m.indicator for m in said[-1].matches}
    found = [one for one in candidates(whole, unit, catalog) if one.rule.indicator in names]
    return tuple(found[:1])


def carried_on(
    around: Surroundings, qty: Quantity, said: Sequence[Reading], catalog: Catalog
) -> tuple[Match, ...]:
    """What a figure without words of its own is about: the figure before it that it goes on about.

    由上年的312家次减少到187家次 · 与2019年的127件相比 · 共98件，其中乡调委会19件
    """
    same = [r for r in said if r.quantity.unit == qty.unit and r.matches]
    if not same or APART.search(around.own) or not around.carried:
        return ()
    before = same[-1].matches
    if COMPARED_WITH.search(around.own):  # the year before is set beside what the sentence is about
        before = same[0].matches
    goes_on = (MOVED_TO, COMPARED_WITH, OURS)
    if any(words.search(around.own) for words in goes_on):
        reason = both("承前一数字", "goes on about the figure before it")
        return tuple(replace(m, fact="level", confidence=0.8, reason=reason) for m in before)
    # 其中乡调委会19件、村级调委会77件: the first of the parts, and those joined to it
    parts = catalog.phrases["parts"]
    clause = CLAUSE_BREAK.split(around.carried)[-1]
    joined = AND_ONLY.match(around.own) and (before[0].part or parts.search(clause))
    if joined or parts.search(around.own):
        reason = both("总数的一部分", "a part of the total before it")
        return tuple(replace(m, confidence=0.6, reason=reason, part=True) for m in before[:1])
    return ()


def by_precedent(
    around: Surroundings,
    qty: Quantity,
    by_rule: tuple[Match, ...],
    course: Course,
    fact: Fact,
    catalog: Catalog,
) -> tuple[Match, ...]:
    """What figures with such words around them state, by the annotated ones, and what the rules say of this one, weighed.

    Rules find what they foresee; examples speak for the rest, and where they leave no doubt that a rule errs.
    """
    if catalog.precedents is None:
        return by_rule
    told = links(qty, around, course.following, course.before)
    favoured = {m.indicator: TRUST ** (m.confidence / 0.95) for m in by_rule} | {"": NOTHING}
    said = precedent.weigh(course.beside, told, catalog.precedents, favoured)
    confidence = round(min(said.likelihood, 0.95), 2)
    if said.indicator in favoured:
        return tuple(_agreed(m, said, confidence) for m in by_rule)
    if not said.indicator:
        return ()
    if said.likelihood < LIKELY or not _can_state(said.indicator, around, qty, fact, catalog):
        return by_rule
    words = quoted("、".join(precedent.words(course.beside, told, said, catalog.precedents)))
    reason = both(
        f"与已标注的数字同样写有{words}", f"as annotated figures that have {words} beside them"
    )
    return (Match(said.indicator, said.category, fact, confidence, reason),)


def _can_state(
    indicator: str, around: Surroundings, qty: Quantity, fact: Fact, catalog: Catalog
) -> bool:
    """满意25件 is no rate, 占总数的六成 not the rate before it; money is no number of cases."""
    if fact != "level":
        return True
    if catalog.indicators[indicator].kind != "rate":
        return qty.unit in RATE_UNITS or catalog.may_state(indicator, qty.unit)
    share = OF_WHOLE.search(around.own[-TAIL:]) and "share" not in indicator
    return not share and catalog.may_state(indicator, qty.unit)


def _agreed(match: Match, said: precedent.Precedent, confidence: float) -> Match:
    """A part takes the category of its own words, not that of the part before: 其中合同57件、文件8件."""
    if match.part and match.indicator == said.indicator and said.category:
        return replace(match, confidence=confidence, category=said.category)
    return match if confidence == match.confidence else replace(match, confidence=confidence)


def base_before(said: Sequence[Reading], qty: Quantity, position: int | None) -> tuple[Match, ...]:
    """The level a change without words of its own is of: of its unit, or any level for a percentage.

    `position`: from the end of a list of changes: 复议15件、诉讼37件，同比分别下降16.7%、22.9%.
    """
    levels = [r for r in said if r.matches and not r.matches[0].fact.startswith("change")]
    if position is not None and len(levels) >= -position:
        return levels[position].matches
    changes = [r for r in said if r.matches and r.matches[0].fact.startswith("change")]
    if qty.unit == "个百分点":
        levels = [r for r in levels if r.quantity.unit in RATE_UNITS] or levels
    elif qty.unit not in RATE_UNITS:
        levels = [r for r in levels if r.quantity.unit == qty.unit] or levels
    elif changes and levels and changes[-1].quantity.start > levels[-1].quantity.start:
        return changes[-1].matches  # 减少31件，下降24.4%: both of one level
    return levels[-1].matches if levels else ()


def fact_of(around: Surroundings, qty: Quantity, time: period.When, catalog: Catalog) -> Fact:
    """level, unless the words say change (同比减少31%), duty (不少于40学时) or plan."""
    moved = catalog.moved.search(around.own[-TAIL:]) is not None
    compared = moved and catalog.phrases["change"].search(around.carried[-30:] + around.own)
    below = qty.value is not None and qty.value < 0
    if qty.unit == "个百分点":
        return "change_pp"
    if below or compared or "番" in qty.surface or COLUMN_OF_CHANGE.search(around.own):
        return "change_pct" if qty.unit in RATE_UNITS or qty.unit == "倍" else "change_abs"
    if time.period == "plan":
        return "target"
    # 每村3—5名: what is due or usual, not what was done in the year
    each = ("每" in around.own or "各" in around.own) and EACH.search(around.own)
    usual = each and not catalog.phrases["totals"].search(around.own)
    duty = qty.qualifier == "at_least" and catalog.phrases["norm"].search(around.own + qty.surface)
    return "norm" if usual or duty else "level"


def base_of_change(
    around: Surroundings, unit: str, catalog: Catalog, previous: Sequence[Match]
) -> tuple[Match, ...]:
    """The indicator a change belongs to: named beside it (处罚同比下降8%), else the level stated just before."""
    best: tuple[int, Rule, str] | None = None
    for rule in catalog.rules.concerned(around.own):
        if (catalog.indicators[rule.indicator].kind == "rate") != (unit == "个百分点"):
            continue
        head = last(rule.head, around.own)
        allowed = head and not (rule.unless and rule.unless.search(around.own))
        context = rule.context is None or rule.context.search(around.topic)
        if head and allowed and context and (best is None or len(head[0]) > best[0]):
            best = (len(head[0]), rule, head[0])
    if best:
        rule = best[1]
        named = quoted(best[2])
        reason = both(f"变化量，旁有{named}", f"a change, {named} beside it")
        return (Match(rule.indicator, rule.category, "level", 0.8, reason),)
    reason = both("变化量，承前一数字", "a change of the figure before it")
    return tuple(replace(m, confidence=0.8, reason=reason) for m in previous[:1])


# --- readings -------------------------------------------------------------------------------------


def _matches(
    chosen: Sequence[Candidate], found: Sequence[Candidate], fact: Fact
) -> tuple[Match, ...]:
    rivals = [
        c
        for c in found
        if c not in chosen and chosen and c.rule.indicator != chosen[0].rule.indicator
    ]
    close = bool(rivals) and chosen[0].score - rivals[0].score < 0.1
    made = []
    for cand in chosen:
        sure = 0.95 if cand.score >= 3 else 0.9 if cand.score >= 2.5 else 0.8
        confidence = round(sure - (0.15 if close else 0), 2)
        zh, en = cand.why()
        if close:
            rival = rivals[0].rule.indicator
            zh, en = f"{zh}；另一可能：{rival}", f"{en}; another possibility: {rival}"
        rule, why = cand.rule, both(zh, en)
        made.append(Match(rule.indicator, rule.category, fact, confidence, why, part=rule.part))
    # 报备率、及时率、规范率均为100%: three names, one indicator
    return tuple({(match.indicator, match.category): match for match in made}.values())


def read(
    layout: Layout,
    year: int,
    quantities: Sequence[Quantity],
    catalog: Catalog,
    place: Place | None = None,
) -> tuple[Reading, ...]:
    """One reading a quantity, in order; `place`: the area that reports."""
    layout = _narrow(layout)
    text, starts = layout.text, [s.start for s in layout.sentences]
    where = scope.changes(text, layout.sentences, place)
    scope_starts = [position for position, _ in where]
    metrics = [q for q in quantities if q.role == "metric"]
    listed = lists(layout, starts, metrics)
    asked = _with_evidence(_figures(layout, starts, metrics, listed, catalog), catalog)
    for_all = period.stated_cut_off(text, year)
    plans = _plans(layout, year)
    readings: list[Reading] = []
    stating: list[Reading] = []  # those that state something
    last: Reading | None = None  # the figure before
    for qty in quantities:
        number = max(0, bisect_right(starts, qty.start) - 1)
        sent, item = layout.sentences[number], listed.get(qty.start)
        unit = where[bisect_right(scope_starts, qty.start) - 1][1]
        matches: tuple[Match, ...] = ()
        time = THIS_YEAR
        if qty.role == "metric":
            words = _words_of_time(layout, sent, qty, item)
            section = layout.sections[sent.section]
            planned = qty.start >= plans.get(sent.section, 0)
            time = period.when(words, section, year, catalog, planned=planned)
            time = period.cut_off(time, for_all)
            figure, beside = next(asked)
            near = [r for r in stating[-SAID:] if r.sentence >= number - 1]
            said = [r for r in near if r.sentence == number] or near
            course = Course(said, stated_before(last, number), item, figure.following, beside)
            matches, time = _meaning(figure.around, qty, course, time, catalog)
        reading = Reading(
            qty, matches, time.period, time.end, time.note, unit, sent.section, number, None
        )
        readings.append(reading)
        if qty.role == "metric":
            last = reading
            stating += [reading] if matches else []
    _mark_parts(readings, listed, layout.parts)
    return _with_totals(text, readings, layout.sentences, catalog)


def _narrow(layout: Layout) -> Layout:
    """２０２１年 is a year, too; every position stays what it was."""
    if not WIDE_DIGIT.search(layout.text):
        return layout
    return replace(layout, text=layout.text.translate(NARROW_DIGITS))


def stated_before(reading: Reading | None, sentence: int) -> str:
    """The indicator of the figure before, "-" where it states none, "" where it stands too far away."""
    if reading is None or reading.sentence < sentence - 1:
        return ""
    return reading.matches[0].indicator if reading.matches else "-"


def _mark_parts(readings: list[Reading], listed: Mapping[int, Item], rows: frozenset[int]) -> None:
    """Members of one list that state the same indicator are its parts: 手册、折页分别为1.2万份和0.8万份.

    So are the `rows` of a table that has a row of totals.
    """
    for index, reading in enumerate(readings):
        if reading.quantity.start in rows:
            parts = (replace(m, part=OF_ALL_KINDS.issuperset(m.category)) for m in reading.matches)
            readings[index] = replace(reading, matches=tuple(parts))
    for index, reading in enumerate(readings[:-1]):
        after = readings[index + 1]
        pair = [listed.get(one.quantity.start) for one in (reading, after)]
        if None in pair or pair[0].position + 1 != pair[1].position:  # type: ignore[union-attr]
            continue
        same = {(m.indicator, m.category) for m in reading.matches} & {
            (m.indicator, m.category) for m in after.matches
        }
        if same and reading.period == after.period and reading.matches[0].fact == "level":
            for place in (index, index + 1):
                one = readings[place]
                readings[place] = replace(
                    one, matches=tuple(replace(m, part=True) for m in one.matches)
                )


def _plans(layout: Layout, year: int) -> dict[int, int]:
    """Where the plan begins in a section that tells shortcomings first: 存在的不足和2023年工作安排."""
    begins = re.compile(f"{year + 1}年|下一步|明年|今后|来年|下一阶段")
    found = {}
    for number, section in enumerate(layout.sections):
        if section.kind == "plan" and period.MIXED.search(section.title):
            heading_end = layout.text.find("\n", section.start, section.end)
            mark = begins.search(layout.text, max(heading_end, section.start), section.end)
            found[number] = mark.start() if mark else section.end
    return found


def _edges(metrics: Sequence[Quantity], end: int) -> Iterator[tuple[int, int]]:
    """Where the figure before each ends and the one after it starts."""
    befores = [0, *(q.end for q in metrics)]
    afters = [*(q.start for q in metrics[1:]), end]
    return zip(befores, afters, strict=False)


def _words_of_time(layout: Layout, sent: Sentence, qty: Quantity, item: Item | None) -> str:
    """What stands before a figure and may say when: the sentence, of a list its own name, of a table its headers."""
    if qty.start in layout.cells:
        return layout.cells[qty.start]
    left = layout.text[max(sent.start, qty.start - PERIOD_WINDOW) : qty.start]
    return left[: -len(item.replaced)] + item.own if item else left


def _around(
    layout: Layout,
    sent: Sentence,
    qty: Quantity,
    edges: tuple[int, int],
    item: Item | None,
    catalog: Catalog,
) -> Surroundings:
    around = surroundings(layout, sent, qty, edges, catalog)
    if qty.start in layout.cells:
        return in_table(layout.cells[qty.start], around)
    return replace(around, own=item.own, right="", right_headed=False) if item else around


class Figure(NamedTuple):
    """A metric, the words it is judged by, and those that precedents are asked about."""

    quantity: Quantity
    around: Surroundings
    words: precedent.Words
    following: str  # the unit of the figure that follows at once


def figures(layout: Layout, quantities: Sequence[Quantity], catalog: Catalog) -> Iterator[Figure]:
    """Every metric with its words."""
    metrics = [q for q in quantities if q.role == "metric"]
    starts = [s.start for s in layout.sentences]
    return _figures(layout, starts, metrics, lists(layout, starts, metrics), catalog)


def _figures(
    layout: Layout,
    starts: Sequence[int],
    metrics: Sequence[Quantity],
    listed: Mapping[int, Item],
    catalog: Catalog,
) -> Iterator[Figure]:
    every = zip(metrics, _edges(metrics, len(layout.text)), [*metrics[1:], None], strict=False)
    for qty, edges, after in every:
        sent = layout.sentences[max(0, bisect_right(starts, qty.start) - 1)]
        around = _around(layout, sent, qty, edges, listed.get(qty.start), catalog)
        heading = layout.sections[sent.section].title
        previous = layout.text[max(0, sent.start - precedent.PREVIOUS) : sent.start]
        words = precedent.Words(around.own, around.right, around.carried, heading, previous)
        following = after.unit if after and after.start - qty.end <= AT_ONCE else ""
        yield Figure(qty, around, words, following)


def links(qty: Quantity, around: Surroundings, following: str, before: str) -> precedent.Links:
    """What precedents are told of a figure besides its words."""
    return precedent.links(qty.unit, float(qty.value or 0), following, around.own, before)


def _with_evidence(
    figures: Iterator[Figure], catalog: Catalog
) -> Iterator[tuple[Figure, precedent.Evidence]]:
    """Each figure with those of its words that precedents know: looked up for many figures at a time."""
    if catalog.precedents is None:
        yield from zip(figures, repeat(precedent.NO_EVIDENCE), strict=False)
        return
    while block := list(islice(figures, BLOCK)):
        found = precedent.pieces([one.words for one in block])
        yield from zip(block, precedent.known(catalog.precedents.keys, found), strict=True)


def _meaning(
    around: Surroundings, qty: Quantity, course: Course, time: period.When, catalog: Catalog
) -> tuple[tuple[Match, ...], period.When]:
    """What a figure states, and for which time."""
    said, item = course.said, course.item
    fact = fact_of(around, qty, time, catalog)
    if fact.startswith("change"):
        base = base_before(said, qty, item.position if item else None)
        matches = tuple(
            replace(m, fact=fact) for m in base_of_change(around, qty.unit, catalog, base)
        )
        time = time if time.period in ("plan", "ytd") else replace(THIS_YEAR, year=time.year)
    else:
        # 纠错率、败诉率均为0: a rate though nobody wrote %
        unit = "%" if not qty.unit and RATE_SAID.search(around.own) else qty.unit
        found = candidates(around, unit, catalog)
        matches = _matches(choose(found, unit), found, fact)
        if joined := shared_verb(around, unit, said, catalog):
            matches = _matches(joined, [], fact)
        matches = matches or carried_on(around, qty, said, catalog)
    matches = by_precedent(around, qty, matches, course, fact, catalog)
    if qty.unit in RATE_UNITS and fact == "level":
        # 占审查总量58件的74.1%: of a count there is no rate, only a share
        matches = tuple(m if _is_rate(m, catalog) else replace(m, fact="share") for m in matches)
    if FROM.search(around.own) and MOVING_TO.match(around.right) and time.period == "full_year":
        time = replace(time, period="prior_year", year=time.year - 1)
    if matches and REST.search(CLAUSE_BREAK.split(around.carried)[-1] + around.own):
        matches = tuple(replace(m, part=m.part or _within(m, qty, said)) for m in matches)
    if matches:
        indicator = catalog.indicators[matches[0].indicator]
        came = fact.startswith("change") or (
            indicator.kind == "stock" and NEW.search(around.own)
        )  # 较上年末增加5人
        kind = "flow" if came else indicator.kind
        time = period.of_kind(time, kind, indicator.aggregation)
    return matches, time


def _is_rate(match: Match, catalog: Catalog) -> bool:
    return catalog.indicators[match.indicator].unit_of(match.category) in RATE_UNITS


def _within(match: Match, qty: Quantity, said: Sequence[Reading]) -> bool:
    """Whether the sentence has stated more of the same before: 活动22场，其中进校园6场 · 持证20名，其余2名.

    A year is no part of what several years come to: 五年间举办1126场，其中今年231场.
    """
    return any(
        (m.indicator, m.category) == (match.indicator, match.category)
        and r.quantity.unit == qty.unit
        and r.period not in ("multi_year", "cumulative")
        and (r.quantity.value or 0) > (qty.value or 0)
        for r in said
        for m in r.matches
    )


def _with_totals(
    text: str, readings: Sequence[Reading], sentences: Sequence[Sentence], catalog: Catalog
) -> tuple[Reading, ...]:
    """part_of: the nearest earlier figure of the catalogue's total, or the figure before 其中."""
    parts = catalog.phrases["parts"]
    latest: dict[str, int] = {}
    made: list[Reading] = []
    for index, reading in enumerate(readings):
        total: int | None = None
        if reading.quantity.role == "metric" and all(m.fact == "level" for m in reading.matches):
            total = _named_total(reading, latest, catalog)
            if total is None and not reading.matches:
                total = _total_before(text, reading, made, sentences, parts)
            for match in reading.matches:
                if match.fact == "level":
                    latest[match.indicator] = index
        made.append(reading if total is None else replace(reading, part_of=total))
    return tuple(made)


def _named_total(reading: Reading, latest: dict[str, int], catalog: Catalog) -> int | None:
    for match in reading.matches:
        for name in catalog.indicators[match.indicator].total:
            if name in latest and match.indicator != name:
                return latest[name]
            if (
                name in latest
                and match.category != ()
                and dict(match.category).get("severity") == "major"
            ):
                return latest[name]
    return None


def _total_before(
    text: str,
    reading: Reading,
    made: Sequence[Reading],
    sentences: Sequence[Sentence],
    parts: re.Pattern[str],
) -> int | None:
    sent = sentences[reading.sentence]
    mark = parts.search(text, sent.start, reading.quantity.start)
    if mark is None:
        return None
    for index in range(len(made) - 1, -1, -1):
        other = made[index]
        if other.sentence < reading.sentence - 1:
            return None
        same = other.quantity.unit == reading.quantity.unit
        if other.quantity.role == "metric" and other.quantity.end <= mark.start() and same:
            return index
    return None


# --- observations ---------------------------------------------------------------------------------


def observe(
    doc: Document,
    jurisdiction: Jurisdiction,
    layout: Layout,
    quantities: Sequence[Quantity],
    catalog: Catalog,
) -> tuple[tuple[Reading, ...], tuple[Observation, ...]]:
    """Readings of every quantity, and an observation for each indicator a metric states."""
    year = jurisdiction.time_period or 0
    readings = read(layout, year, quantities, catalog, jurisdiction.place)
    department = jurisdiction.issuer if jurisdiction.issuer_kind == "department" else ""
    made = [
        _observation(doc.report_id, index, reading, match, year, department, catalog)
        for index, reading in enumerate(readings)
        for match in reading.matches
    ]
    known = {o.indicator for o in made if o.fact == "level" and o.time_period == str(year)}
    made += _all_of_them(doc, readings, year, department, known, catalog)
    made += _noughts(doc, layout, year, department, known, catalog)
    return readings, tuple(made)


def _time_period(reading: Reading, year: int) -> str:
    stated = period.YEAR.search(reading.period_note)
    if reading.period == "prior_year":
        return str(int(stated["year"]) if stated else year - 1)
    if reading.period == "plan":
        return str(int(stated["year"]) if stated else year + 1)
    return str(year)


def _observation(  # noqa: PLR0913 - a reading, its match and what the report says of itself
    report_id: str,
    index: int,
    reading: Reading,
    match: Match,
    year: int,
    department: str,
    catalog: Catalog,
) -> Observation:
    qty = reading.quantity
    indicator = catalog.indicators[match.indicator]
    unit = department or reading.scope
    flags = {"V"}
    flags |= {"E"} if qty.qualifier != "exact" else set()
    flags |= (
        {"D"} if unit != "whole" or reading.period in ("ytd", "cumulative", "multi_year") else set()
    )
    status, statuses = obs_status(flags)
    change = match.fact.startswith("change")
    time_period = _time_period(reading, year)
    spans = ((qty.start, qty.end),)
    return Observation(
        observation_id=observation_id(
            report_id, match.indicator, match.category, match.fact, time_period, "stated", spans
        ),
        indicator=match.indicator,
        category=tuple(pair for pair in match.category if pair not in OF_ALL_KINDS),
        fact=match.fact,
        time_period=time_period,
        obs_value=qty.value if qty.value is not None else Decimal(0),
        unit_measure=qty.unit if change else indicator.unit_of(match.category),
        obs_status=status,
        obs_status_all=statuses,
        qualifier=qty.qualifier,
        period=reading.period,
        period_end=reading.period_end,
        scope=unit,
        method="stated",
        charted=False,
        confidence=match.confidence,
        quantities=(index,),
        reason=match.reason,
        part=match.part,
    )


def _all_of_them(
    doc: Document,
    readings: Sequence[Reading],
    year: int,
    department: str,
    known: set[str],
    catalog: Catalog,
) -> list[Observation]:
    """网上信访66件，全部办结: as many were closed, in words."""
    made = []
    for index, reading in enumerate(readings):
        for match in reading.matches:
            indicator = catalog.indicators[match.indicator]
            said = indicator.all_words and indicator.all_words.match(doc.text, reading.quantity.end)
            if not said or match.fact != "level" or match.category or indicator.all_of in known:
                continue
            words = quoted(said[0].strip("，,"))
            reason = both(f"文字表述{words}", f"stated in words: {words}")
            other = replace(match, indicator=indicator.all_of, reason=reason)
            one = _observation(doc.report_id, index, reading, other, year, department, catalog)
            comment = both(f"报告写{words}", f"the report says {words}")
            made.append(replace(one, comment=comment))
    return made


def _noughts(
    doc: Document,
    layout: Layout,
    year: int,
    department: str,
    known: set[str],
    catalog: Catalog,
) -> list[Observation]:
    """A nought in words: 未发生行政复议案件 is a stated zero, tied to its sentence; what is hoped for is none."""
    starts = [s.start for s in layout.sentences]
    denials = [m.start() for m in DENIAL.finditer(doc.text)]
    made = []
    for indicator in catalog.indicators.values():
        if indicator.zero is None or indicator.id in known:
            continue
        denied = (indicator.zero.denied.match(doc.text, at) for at in denials)
        stated = (*filter(None, denied), *indicator.zero.none.finditer(doc.text))
        found = next((m for m in stated if not _hoped(layout, starts, m.start())), None)
        if found is None:
            continue
        status, statuses = obs_status({"V", "D"} if department else {"V"})
        made.append(
            Observation(
                observation_id=observation_id(
                    doc.report_id, indicator.id, (), "level", str(year), "worded", (found.span(),)
                ),
                indicator=indicator.id,
                category=(),
                fact="level",
                time_period=str(year),
                obs_value=Decimal(0),
                unit_measure=indicator.unit,
                obs_status=status,
                obs_status_all=statuses,
                qualifier="exact",
                period="full_year",
                period_end=None,
                scope=department or "whole",
                method="worded",
                charted=False,
                confidence=0.8,
                quantities=(),
                sentence=max(0, bisect_right(starts, found.start()) - 1),
                comment=both(f"报告写{quoted(found[0])}", f"the report says {quoted(found[0])}"),
                reason=both(f"文字表述{quoted(found[0])}", f"stated in words: {quoted(found[0])}"),
            )
        )
    return made


def _hoped(layout: Layout, starts: Sequence[int], position: int) -> bool:
    """力争无进京上访, and whatever a plan says."""
    sent = layout.sentences[max(0, bisect_right(starts, position) - 1)]
    if layout.sections[sent.section].kind == "plan":
        return True
    return HOPED.search(layout.text, max(sent.start, position - TAIL), position) is not None


# --- explain --------------------------------------------------------------------------------------


def explain(layout: Layout, quantities: Sequence[Quantity], catalog: Catalog) -> tuple[str, ...]:
    """For every numeral: what it is, and for every indicator of its unit why it won or lost."""
    lines: list[str] = []
    readings = read(layout, 0, quantities, catalog)
    words = {one.quantity.start: one.around for one in figures(layout, quantities, catalog)}
    for reading in readings:
        qty = reading.quantity
        if qty.role != "metric":
            no = both(f"不是指标数字：{qty.role}", f"not a figure: {qty.role}")
            lines.append(f"{qty.surface}  {no}")
            continue
        lines.append(f"{qty.surface}  = {qty.value} {qty.unit} ({qty.qualifier}, {reading.period})")
        for match in reading.matches:
            category = " ".join(f"{k}:{v}" for k, v in match.category)
            lines.append(
                f"  ✔ {match.indicator} {category} {match.fact} {match.confidence}  {match.reason}"
            )
        around = words[qty.start]
        won = {(m.indicator, m.category) for m in reading.matches}
        rules = catalog.by_unit.get(qty.unit)
        light = only_light(around.own, catalog.light)
        for rule in rules.every if rules else ():
            if (rule.indicator, rule.category) in won:
                continue
            verdict = judge(rule, around, light=light)
            lines.append(
                f"  ✘ {rule.indicator} {' '.join(f'{k}:{v}' for k, v in rule.category)} {_lost(verdict)}"
            )
        if not rules:
            unit = quoted(qty.unit)
            none = both(f"没有以{unit}为单位的指标", f"no indicator is counted in {unit}")
            lines.append(f"  – {none}")
    return tuple(lines)


def _lost(verdict: Candidate | Miss) -> str:
    if isinstance(verdict, Candidate):
        zh, en = verdict.why()
        return both(f"输给更好的候选（{zh}）", f"lost to a better one ({en})")
    lack, words = verdict
    return both(*_filled(WHY_NOT[lack], words))
