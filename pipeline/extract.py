"""Quantities in their sentences become readings, and readings observations, with the reason kept.

Numbers come first, words second: for each metric only the words beside it are looked at, own clause before carried
subject. A rule of the catalogue wins by where its head stands (own clause, right of the number, earlier in the sentence),
then by how much of the text it explains. What no rule explains stays an unclassified reading.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline import period, scope
from pipeline.catalog import Catalog, Rule, phrase
from pipeline.model import (
    Document,
    Fact,
    Jurisdiction,
    Match,
    Observation,
    Quantity,
    Reading,
    Section,
    Sentence,
    obs_status,
    observation_id,
)
from pipeline.words import only_light

CLAUSE_BREAK = re.compile(r"[，,。；;：:！!？?（(\n]")
LEFT_WINDOW = 80  # characters left of a number that are looked at: longer clauses lose their start
RIGHT_WINDOW = 36
CARRY_WINDOW = 240  # how far a subject is carried within its sentence
PERIOD_WINDOW = 300  # how far left a word of time rules within its sentence
TOPIC_WINDOW = 600  # how far the paragraph is asked for context words
RATE_UNITS = frozenset({"%", "‰", "成"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The words a quantity is judged by; every field is a slice of the text."""

    own: str  # left of the number, after the previous number of its clause
    right: str  # right of the number, up to the next one or the end of the clause
    carried: str  # earlier in the sentence
    right_headed: bool  # what is counted stands right of the number: 召开25次主任办公会
    topic: str  # earlier in the paragraph, and to the right


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that explains a quantity, and how well."""

    rule: Rule
    score: float
    start: int  # where the head stands in `own`, -1 elsewhere
    end: int
    why: str


def surroundings(
    text: str, sent: Sentence, qty: Quantity, before: int, after: int, catalog: Catalog
) -> Surroundings:
    """`before`: end of the previous metric, `after`: start of the next one (both absolute)."""
    floor = max(sent.start, qty.start - LEFT_WINDOW)
    breaks = [m.end() for m in CLAUSE_BREAK.finditer(text, floor, qty.start)]
    clause = breaks[-1] if breaks else floor
    own = max(clause, before)
    ceiling = min(sent.end, after, qty.end + RIGHT_WINDOW)
    stop = CLAUSE_BREAK.search(text, qty.end, ceiling)
    right = text[qty.end : stop.start() if stop else ceiling]
    paragraph = text.rfind("\n", max(0, sent.start - TOPIC_WINDOW), qty.start) + 1
    paragraph = max(paragraph, sent.start - TOPIC_WINDOW, 0)
    right = "" if right.startswith(("、", " 、")) else right
    words = text[own : qty.start]
    governed = re.search(rf"(?:{'|'.join(catalog.words['governs'])})(?:了|共|累计|各类)?$", words)
    listed = before > clause and words.endswith(("、", "和", "及", "与"))  # …主任办公会、29次工委会
    right_headed = bool(right) and bool(governed or listed)
    return Surroundings(
        own="" if right_headed and listed else words,
        right=right,
        right_headed=right_headed,
        carried=text[max(sent.start, qty.start - CARRY_WINDOW) : own],
        topic=text[min(paragraph, own) : qty.start] + right,
    )


def candidates(around: Surroundings, unit: str, catalog: Catalog) -> list[Candidate]:
    """Every rule of this unit whose words are there, best first."""
    found = []
    for rule in catalog.by_unit.get(unit, ()):
        verdict = judge(rule, around, catalog)
        if isinstance(verdict, Candidate):
            found.append(verdict)
    return sorted(found, key=lambda c: -c.score)


def judge(rule: Rule, around: Surroundings, catalog: Catalog) -> Candidate | str:
    """The candidate this rule makes here, or why it makes none."""
    rightward = rule.reach == "both" or around.right_headed
    beside = around.own + (around.right if rightward else "")
    if rule.unless and (hit := rule.unless.search(beside)):
        return f"旁有“{hit[0]}”"
    head, zone = last(rule.head, around.own), "本分句"
    score = 3.0
    if head is None and rightward:
        head, zone, score = rule.head.search(around.right), "数字之后", 2.5
    if head is None and rule.reach == "sentence" and only_light(around.own, catalog.words["light"]):
        head, zone, score = last(rule.head, around.carried), "前文", 1.5
    if head is None:
        return "没有所需的词"
    if rule.context:
        context = last(rule.context, around.topic)
        if context is None:
            return "上文没有所需的语境"
        score += 0.4
    score += min(len(head[0]), 16) * 0.05
    start, end = (head.start(), head.end()) if zone == "本分句" else (-1, -1)
    if start >= 0:
        score -= 0.01 * (len(around.own) - end)
    return Candidate(rule, score, start, end, f"{zone}“{head[0]}”")


def last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The match that ends nearest the number; of those, the longest."""
    best: re.Match[str] | None = None
    position = 0
    while found := pattern.search(text, position):
        best = found
        position = found.start() + 1
        if best.end() == len(text):
            break
    if best is None:
        return None
    first = pattern.search(text)
    while first and first.end() < best.end():
        first = pattern.search(text, first.start() + 1)
    return first or best


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


def fact_of(around: Surroundings, qty: Quantity, time: period.When, catalog: Catalog) -> Fact:
    """level, unless the words say change (同比减少31%), duty (不少于40学时) or plan."""
    verbs = "|".join(catalog.words["change_verb"])
    moved = re.search(rf"(?:{verbs})(?:了|约|近|为)?$", around.own) is not None
    compared = phrase(catalog.words["change"]).search(around.carried[-30:] + around.own) is not None
    if qty.unit == "个百分点":
        return "change_pp"
    if (qty.value is not None and qty.value < 0) or (moved and compared):
        return "change_pct" if qty.unit in RATE_UNITS or qty.unit == "倍" else "change_abs"
    if time.period == "plan":
        return "target"
    if qty.qualifier == "at_least" and phrase(catalog.words["norm"]).search(
        around.own + qty.surface
    ):
        return "norm"
    return "level"


def base_of_change(
    around: Surroundings, catalog: Catalog, previous: Sequence[Match]
) -> tuple[Match, ...]:
    """The indicator a change belongs to: named beside it (处罚同比下降8%), else the level stated just before."""
    best: tuple[int, Rule, str] | None = None
    for indicator in catalog.indicators.values():
        if indicator.kind == "rate":
            continue
        for rule in indicator.rules:
            head = last(rule.head, around.own)
            allowed = head and not (rule.unless and rule.unless.search(around.own))
            context = rule.context is None or rule.context.search(around.topic)
            if head and allowed and context and (best is None or len(head[0]) > best[0]):
                best = (len(head[0]), rule, head[0])
    if best:
        rule = best[1]
        return (Match(rule.indicator, rule.category, "level", 0.8, f"变化量，旁有“{best[2]}”"),)
    return tuple(replace(m, confidence=0.8, reason="变化量，承前一数字") for m in previous[:1])


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
        note = f"；另一可能：{rivals[0].rule.indicator}" if close else ""
        confidence = round(sure - (0.15 if close else 0), 2)
        made.append(
            Match(cand.rule.indicator, cand.rule.category, fact, confidence, cand.why + note)
        )
    return tuple(made)


def _section_at(sections: Sequence[Section], starts: Sequence[int], position: int) -> int:
    return max(0, min(bisect_right(starts, position) - 1, len(sections) - 1))


def read(
    text: str,
    year: int,
    sections: Sequence[Section],
    sentences: Sequence[Sentence],
    quantities: Sequence[Quantity],
    catalog: Catalog,
) -> tuple[Reading, ...]:
    """One reading a quantity, in order."""
    starts = [s.start for s in sentences]
    where = scope.changes(text, sentences, catalog)
    scope_starts = [position for position, _ in where]
    metrics = [q for q in quantities if q.role == "metric"]
    ends = [0, *(q.end for q in metrics)]
    nexts = [*(q.start for q in metrics), len(text)]
    readings: list[Reading] = []
    previous: tuple[int, tuple[Match, ...]] = (-1, ())
    seen = 0
    for qty in quantities:
        number = max(0, bisect_right(starts, qty.start) - 1)
        sent = sentences[number]
        section = sections[sent.section]
        left = text[max(sent.start, qty.start - PERIOD_WINDOW) : qty.start]
        time = period.when(left, section, year, catalog)
        unit = where[bisect_right(scope_starts, qty.start) - 1][1]
        matches: tuple[Match, ...] = ()
        if qty.role == "metric":
            before, after = ends[seen], nexts[seen + 1]
            seen += 1
            around = surroundings(text, sent, qty, before, after, catalog)
            fact = fact_of(around, qty, time, catalog)
            if fact.startswith("change"):
                base = previous[1] if previous[0] == number else ()
                matches = tuple(
                    replace(m, fact=fact) for m in base_of_change(around, catalog, base)
                )
                time = period.When("full_year", None, "", year)
            else:
                found = candidates(around, qty.unit, catalog)
                matches = _matches(choose(found, qty.unit), found, fact)
                previous = (number, matches) if matches else previous
            if matches:
                indicator = catalog.indicators[matches[0].indicator]
                time = period.of_kind(time, indicator.kind, indicator.aggregation)
        readings.append(
            Reading(
                qty, matches, time.period, time.end, time.note, unit, sent.section, number, None
            )
        )
    return _with_totals(text, readings, sentences, catalog)


def _with_totals(
    text: str, readings: Sequence[Reading], sentences: Sequence[Sentence], catalog: Catalog
) -> tuple[Reading, ...]:
    """part_of: the nearest earlier figure of the catalogue's total, or the figure before 其中."""
    parts = phrase(catalog.words["parts"])
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
        made.append(replace(reading, part_of=total))
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
    sections: Sequence[Section],
    sentences: Sequence[Sentence],
    quantities: Sequence[Quantity],
    catalog: Catalog,
) -> tuple[tuple[Reading, ...], tuple[Observation, ...]]:
    """Readings of every quantity, and an observation for each indicator a metric states."""
    year = jurisdiction.time_period or 0
    readings = read(doc.text, year, sections, sentences, quantities, catalog)
    department = jurisdiction.issuer if jurisdiction.issuer_kind == "department" else ""
    made = [
        _observation(doc.report_id, index, reading, match, year, department, catalog)
        for index, reading in enumerate(readings)
        for match in reading.matches
    ]
    made += _noughts(doc, sentences, year, department, {o.indicator for o in made}, catalog)
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
        category=match.category,
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
    )


def _noughts(
    doc: Document,
    sentences: Sequence[Sentence],
    year: int,
    department: str,
    known: set[str],
    catalog: Catalog,
) -> list[Observation]:
    """A nought in words: 未发生行政复议案件 is a stated zero, tied to its sentence."""
    starts = [s.start for s in sentences]
    made = []
    for indicator in catalog.indicators.values():
        found = (
            indicator.zero.search(doc.text)
            if indicator.zero and indicator.id not in known
            else None
        )
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
                comment=found[0],
                reason=f"文字表述“{found[0]}”",
            )
        )
    return made


# --- explain --------------------------------------------------------------------------------------


def explain(
    text: str,
    sections: Sequence[Section],
    sentences: Sequence[Sentence],
    quantities: Sequence[Quantity],
    catalog: Catalog,
) -> tuple[str, ...]:
    """For every numeral: what it is, and for every indicator of its unit why it won or lost."""
    lines: list[str] = []
    metrics = [q for q in quantities if q.role == "metric"]
    readings = read(text, 0, sections, sentences, quantities, catalog)
    for reading in readings:
        qty = reading.quantity
        if qty.role != "metric":
            lines.append(f"{qty.surface}  不是指标数字：{qty.role}")
            continue
        lines.append(f"{qty.surface}  = {qty.value} {qty.unit} ({qty.qualifier}, {reading.period})")
        for match in reading.matches:
            category = " ".join(f"{k}:{v}" for k, v in match.category)
            lines.append(
                f"  ✔ {match.indicator} {category} {match.fact} {match.confidence}  {match.reason}"
            )
        position = metrics.index(qty)
        before = metrics[position - 1].end if position else 0
        after = metrics[position + 1].start if position + 1 < len(metrics) else len(text)
        around = surroundings(text, sentences[reading.sentence], qty, before, after, catalog)
        won = {(m.indicator, m.category) for m in reading.matches}
        for rule in catalog.by_unit.get(qty.unit, ()):
            if (rule.indicator, rule.category) in won:
                continue
            verdict = judge(rule, around, catalog)
            reason = (
                f"输给更好的候选（{verdict.why}）" if isinstance(verdict, Candidate) else verdict
            )
            lines.append(
                f"  ✘ {rule.indicator} {' '.join(f'{k}:{v}' for k, v in rule.category)} {reason}"
            )
        if not qty.unit or not catalog.by_unit.get(qty.unit):
            lines.append(f"  – 没有以“{qty.unit}”为单位的指标")
    return tuple(lines)
