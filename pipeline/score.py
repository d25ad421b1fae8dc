"""Measures extraction against annotated reports: it measures, it does not judge.

A predicted metric is right when its place and its value are right; everything else is counted on the
right ones. An annotation may accept several readings, and an optional figure counts neither way.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]
Pair = tuple[Row, Row]

SAME_UNIT = {"批": "批次", "百分比": "%", "％": "%", "位": "人", "名": "人"}
SPOKEN_UNITS = frozenset({"成", "倍", ""})  # written in any of several normal forms
DIGITS = frozenset("0123456789零〇一二两三四五六七八九十百千万亿.%")
HEADLINE_TOLERANCE = 0.05

# Column of the table → (right, out of), as counted by `count`.
FIGURES: Mapping[str, tuple[str, str]] = {
    "prec": ("right", "predicted"),
    "rec": ("right", "gold"),
    "F1": ("right twice", "gold and predicted"),
    "unit": ("unit", "right"),
    "qual": ("qualifier", "right"),
    "period": ("period", "right"),
    "ind.R": ("indicator", "homed"),
    "ind.P": ("claimed right", "claimed"),
    "categ": ("category", "homed"),
}
# What the report says as a whole, from the *.meta.json beside the annotations.
WHOLE = ("place", "year", "headline", "uncharted")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one report; `misses` says in words which headline values are wrong, `wrong` which figures are."""

    name: str
    counts: Counter[str]
    misses: tuple[str, ...]
    wrong: tuple[str, ...] = ()
    indicators: tuple[
        tuple[str, bool, bool], ...
    ] = ()  # id, whether gold has it, whether it was given

    def figure(self, column: str) -> float:
        right, out_of = FIGURES[column]
        return 100 * self.counts[right] / self.counts[out_of] if self.counts[out_of] else 0.0


def score(
    name: str, gold: Sequence[Row], meta: Row, predicted: Row, known: Collection[str]
) -> Score:
    """One report: annotations and its `inspect` output; `known` are the catalogue's ids."""
    counts = count(gold, predicted["quantities"], known)
    misses = tuple(_whole(counts, meta, predicted)) if meta else ()
    pairs = right_pairs(gold, predicted["quantities"])
    wrong = tuple(_wrong(gold, predicted["quantities"]))
    return Score(name, counts, misses, wrong, tuple(_by_indicator(pairs)))


def total(scores: Sequence[Score]) -> Score:
    """All figures together: long reports weigh more."""
    counts: Counter[str] = Counter()
    for one in scores:
        counts.update(one.counts)
    indicators = tuple(row for one in scores for row in one.indicators)
    return Score("all", counts, (), (), indicators)


def wilson(right: int, out_of: int) -> tuple[float, float]:
    """95 % interval of a share, in percent; it stays within 0 and 100 and holds for few cases too."""
    if not out_of:
        return 0.0, 100.0
    z, share = 1.96, right / out_of
    middle = (share + z * z / (2 * out_of)) / (1 + z * z / out_of)
    half = (
        z * (share * (1 - share) / out_of + z * z / (4 * out_of**2)) ** 0.5 / (1 + z * z / out_of)
    )
    return 100 * (middle - half), 100 * (middle + half)


def by_indicator(one: Score) -> str:
    """Recall and precision of every indicator that is in the gold or was given, with their intervals."""
    lines = [
        f"{'indicator':36} {'gold':>5} {'given':>5} {'recall':>7} {'95 %':>12} {'precision':>9} {'95 %':>12}"
    ]
    for name in sorted({row[0] for row in one.indicators}):
        rows = [row for row in one.indicators if row[0] == name]
        asked, given = sum(row[1] for row in rows), sum(row[2] for row in rows)
        hit = sum(row[1] and row[2] for row in rows)
        cells = []
        for out_of, width in ((asked, 7), (given, 9)):
            low, high = wilson(hit, out_of)
            share = f"{100 * hit / out_of:.1f}" if out_of else "-"
            cells.append(f"{share:>{width}} {f'{low:.0f}–{high:.0f}' if out_of else '-':>12}")
        lines.append(f"{name:36} {asked:>5} {given:>5} {' '.join(cells)}")
    return "\n".join(lines)


def right_pairs(gold: Sequence[Row], quantities: Sequence[Row]) -> list[Pair]:
    """Figures whose place and value are right, with their annotations."""
    metrics = [q for q in quantities if q["role"] == "metric"]
    asked = [row for row in gold if row["metric"] and not row.get("optional")]
    pairs = align([row for row in gold if row["metric"] or row.get("optional")], metrics)
    kept = {id(row) for row in asked}
    return [(g, p) for g, p in pairs if id(g) in kept and same_value(g, p)]


def _by_indicator(pairs: Sequence[Pair]) -> Iterator[tuple[str, bool, bool]]:
    for gold, predicted in pairs:
        wanted, given = ids(gold), ids(predicted)
        if not wanted and not given:
            continue
        # Of several accepted readings one is enough: the others are not missed.
        asked = wanted & given or set(sorted(wanted)[:1])
        for name in asked | given:
            yield name, name in asked, name in given


def _wrong(gold: Sequence[Row], quantities: Sequence[Row]) -> Iterator[str]:
    """One line a figure that is missed, invented or misread, for a file that shows gains and losses."""
    metrics = [q for q in quantities if q["role"] == "metric"]
    asked = [row for row in gold if row["metric"] or row.get("optional")]
    pairs = align(asked, metrics)
    seen = {id(row) for pair in pairs for row in pair}
    for row in asked:
        if id(row) not in seen and not row.get("optional"):
            yield f"{row['start']:06} {row['surface']} missed"
    for quantity in metrics:
        if id(quantity) not in seen:
            yield f"{quantity['start']:06} {quantity['surface']} invented"
    for row, quantity in pairs:
        if not row.get("optional"):
            for kind, wanted, got in _differences(row, quantity):
                yield f"{row['start']:06} {row['surface']} {kind} {wanted} → {got}"


def _differences(gold: Row, predicted: Row) -> Iterator[tuple[str, str, str]]:
    if not same_value(gold, predicted):
        yield "value", str(gold["value"]), str(predicted["value"])
        return
    if not _same_unit(gold, predicted):
        yield "unit", gold["unit"], predicted["unit"]
    if predicted["qualifier"] not in _several(gold["qualifier"]):
        yield "qualifier", "/".join(_several(gold["qualifier"])), predicted["qualifier"]
    if predicted["period"] not in _several(gold["period"]):
        yield "period", "/".join(_several(gold["period"])), predicted["period"]
    wanted, given = ids(gold), ids(predicted)
    if (wanted and not wanted & given) or given - wanted:
        yield "indicator", "/".join(sorted(wanted)) or "none", "/".join(sorted(given)) or "none"
    elif wanted and not _category_right(gold, predicted):
        yield "category", "/".join(sorted(wanted)), str(predicted["indicators"][0]["category"])


def count(gold: Sequence[Row], quantities: Sequence[Row], known: Collection[str]) -> Counter[str]:
    metrics = [q for q in quantities if q["role"] == "metric"]
    asked = [row for row in gold if row["metric"] or row.get("optional")]
    pairs = align(asked, metrics)
    spared = sum(1 for row, _ in pairs if row.get("optional"))
    right = [(g, p) for g, p in pairs if not g.get("optional") and same_value(g, p)]
    homed = [(g, p) for g, p in right if g.get("indicators")]
    homeless = [p for g, p in right if not g.get("indicators")]
    required = [row for row in asked if not row.get("optional")]
    predicted = len(metrics) - spared
    return Counter(
        {
            "gold": len(required),
            "predicted": predicted,
            "right": len(right),
            "right twice": 2 * len(right),
            "gold and predicted": len(required) + predicted,
            "unit": sum(_same_unit(g, p) for g, p in right),
            "qualifier": sum(p["qualifier"] in _several(g["qualifier"]) for g, p in right),
            "period": sum(p["period"] in _several(g["period"]) for g, p in right),
            "homed": sum(bool(row.get("indicators")) for row in required),
            "indicator": sum(bool(ids(g) & ids(p)) for g, p in homed),
            "claimed": sum(len(ids(p)) for _, p in homed)
            + sum(len(ids(p, levels=True) & set(known)) for p in homeless),
            "claimed right": sum(len(ids(g) & ids(p)) for g, p in homed),
            "category": sum(_category_right(g, p) for g, p in homed),
        }
    )


def align(gold: Sequence[Row], predicted: Sequence[Row]) -> list[Pair]:
    """By overlapping span and equal digits; by order of the digits where the texts differ."""
    pairs: list[Pair] = []
    free = list(predicted)
    for row in gold:
        hit = next(
            (q for q in free if _overlap(row, q) and _digits(row)[:12] == _digits(q)[:12]), None
        )
        if hit is not None:
            pairs.append((row, hit))
            free.remove(hit)
    if len(pairs) >= 0.6 * min(len(gold), len(predicted)):
        return pairs
    ours, theirs = [_digits(q) for q in predicted], [_digits(row) for row in gold]
    blocks = SequenceMatcher(None, theirs, ours, autojunk=False).get_matching_blocks()
    return [(gold[b.a + i], predicted[b.b + i]) for b in blocks for i in range(b.size)]


def same_value(gold: Row, predicted: Row) -> bool:
    wanted, got = gold["value"], predicted["value"]
    if wanted is None or got is None:
        return wanted is None
    forms = [wanted]
    if wanted < 0 or gold.get("sign_free"):
        forms.append(-wanted)
    if gold["unit"] in ("成", "") and 0 < wanted < 100:
        forms += [wanted * 100, wanted * 10, wanted / 100]
    if gold["unit"] == "倍":
        forms += [wanted * 100, (wanted - 1) * 100]
    return any(_near(form, got) for form in forms)


def table(scores: Sequence[Score]) -> str:
    """One line a report and one for all of them, then what is wrong in words."""
    lines = [_line("report", "gold", "pred", [*FIGURES], [*WHOLE])]
    for one in (*scores, total(scores)):
        figures = [f"{one.figure(column):.1f}" for column in FIGURES]
        whole = [f"{one.counts[w]}/{one.counts[w + ' asked']}" for w in WHOLE]
        counts = (str(one.counts["gold"]), str(one.counts["predicted"]))
        lines.append(_line(one.name[:14], *counts, figures, whole))
    everything = total(scores)
    intervals = [wilson(*(everything.counts[key] for key in FIGURES[column])) for column in FIGURES]
    lines.append(_line("95 %, from", "", "", [f"{low:.1f}" for low, _ in intervals], []))
    lines.append(_line("to", "", "", [f"{high:.1f}" for _, high in intervals], []))
    lines += [f"{one.name}: {miss}" for one in scores for miss in one.misses]
    return "\n".join(lines)


def vocabulary(paths: Iterable[Path]) -> set[str]:
    """The ids annotators used: one they did not know is neither right nor wrong on a figure without a home."""
    return {name for path in paths for row in load(path)[0] for name in ids(row)}


def load(path: Path) -> tuple[list[Row], Row]:
    """Annotations of one report, and of the report as a whole where there are any."""
    lines = path.read_text(encoding="utf-8").splitlines()
    meta = path.with_suffix(".meta.json")
    whole = json.loads(meta.read_text(encoding="utf-8")) if meta.is_file() else {}
    return [json.loads(line) for line in lines if line.strip()], whole


def _whole(counts: Counter[str], meta: Row, predicted: Row) -> Iterator[str]:
    report = predicted["report"]
    for name, column in (("place", "ref_area"), ("year", "time_period")):
        counts[f"{name} asked"] += 1
        counts[name] += report[column] == meta[column]
        if report[column] != meta[column]:
            yield f"{name} {report[column]}, not {meta[column]}"
    charted = _charted(predicted, str(meta["time_period"]))
    for key, accepted in meta.get("headline", {}).items():
        got = charted.get(key, [])
        counts["headline asked"] += 1
        counts["headline"] += _any_near(got, accepted)
        if not _any_near(got, accepted):
            yield f"{key} charted {got}, not {accepted}"
    for key, banned in meta.get("not_charted", {}).items():
        got = charted.get(key, [])
        wrong = bool(got) if isinstance(banned, str) else _any_near(got, banned)
        counts["uncharted asked"] += 1
        counts["uncharted"] += not wrong
        if wrong:
            yield f"{key} charted {got}, which is not the year's value"


def _charted(predicted: Row, year: str) -> dict[str, list[float]]:
    """Values of the year under the indicator, and under indicator[value] for each category value."""
    found: dict[str, list[float]] = {}
    for one in predicted["observations"]:
        if one["charted"] and one["time_period"][:4] == year:
            labels = [f"{one['indicator']}[{v}]" for v in one["category"].values()]
            for label in [one["indicator"], *labels]:
                found.setdefault(label, []).append(one["obs_value"])
    return found


def _any_near(got: Sequence[float], accepted: Sequence[float]) -> bool:
    return any(abs(a - b) <= HEADLINE_TOLERANCE for a in got for b in accepted)


def _near(wanted: float, got: float) -> bool:
    loose = wanted != round(wanted) and abs(wanted - got) < 0.01
    return loose or abs(wanted - got) <= 1e-6 * max(1.0, abs(wanted), abs(got))


def _overlap(gold: Row, predicted: Row) -> bool:
    return bool(predicted["start"] < gold["end"] and gold["start"] < predicted["end"])


def _digits(row: Row) -> str:
    return "".join(c for c in row["surface"] if c in DIGITS or c.isdigit())


def _same_unit(gold: Row, predicted: Row) -> bool:
    ours, theirs = predicted["unit"].strip(), gold["unit"].strip()
    return theirs in SPOKEN_UNITS or SAME_UNIT.get(ours, ours) == SAME_UNIT.get(theirs, theirs)


def _several(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def ids(row: Row, *, levels: bool = False) -> set[str]:
    """The indicators a figure states, in an annotation or as read."""
    return {
        i["indicator"]
        for i in row.get("indicators", [])
        if not levels or i.get("fact", "level") == "level"
    }


def _category_right(gold: Row, predicted: Row) -> bool:
    return any(
        mine["indicator"] == theirs["indicator"]
        and all(
            mine["category"].get(key) == value
            for key, value in (theirs.get("category") or {}).items()
        )
        for mine in predicted["indicators"]
        for theirs in gold["indicators"]
    )


def _line(
    name: str, gold: str, predicted: str, figures: Sequence[str], whole: Sequence[str]
) -> str:
    numbers = " ".join(f"{figure:>6}" for figure in figures)
    return f"{name:14} {gold:>5} {predicted:>5} {numbers} " + " ".join(f"{w:>9}" for w in whole)
