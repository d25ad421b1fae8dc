"""Records what extraction gets wrong on the unseen reports, and for the dashboard how much is right: `python tests/gold/record.py`.

Each report is read with nothing learnt from it (`learn.py`). The files are compared in the tests: a change of rules or
examples shows, line by line, which figures it gained and which it lost.
"""

import json
from pathlib import Path

import learn

from pipeline import build, inspection, score, sources
from pipeline.__main__ import find_report

UNSEEN = Path(__file__).resolve().parent / "unseen"
RECORD = UNSEEN / "wrong.txt"
SHOWN = Path(__file__).resolve().parents[2] / "dashboard" / "accuracy.json"


def scores() -> list[score.Score]:
    """Every annotated report, each read with nothing learnt from it."""
    ids = score.vocabulary(UNSEEN.glob("*.jsonl"))
    _, places = build.knowledge()
    told = sources.places_csv(UNSEEN)
    found = []
    for file, known in learn.taught():
        report = find_report(file, None)
        if file.parent == UNSEEN and report:
            line = told.get(report.name)
            outcome = build.read_report(report.name, report.read_bytes(), line, known, places)
            shape = inspection.shape(outcome)
            found.append(score.score(file.stem, *score.load(file), shape, ids))
    return sorted(found, key=lambda one: one.name)


SUFFIXES = (".txt", ".html", ".docx", ".pdf")


def record(found: list[score.Score]) -> str:
    """The totals, then a line for everything that is wrong."""
    whole = score.total(found)
    totals = [f"{column} {whole.figure(column):.1f}" for column in score.FIGURES]
    totals += [f"{w} {whole.counts[w]}/{whole.counts[w + ' asked']}" for w in score.WHOLE]
    lines = [f"{one.name}: {text}" for one in found for text in (*one.misses, *one.wrong)]
    return "\n".join([" · ".join(totals), *lines, ""])


def shown(found: list[score.Score]) -> str:
    """What the quality page shows of every measure: right, out of, and the 95 % interval of the share."""
    counts = score.total(found).counts
    figures = {name: score.FIGURES[name] for name in score.FIGURES if name != "F1"}
    pairs = figures | {name: (name, f"{name} asked") for name in score.WHOLE}
    measures = {
        name: [
            counts[right],
            counts[of],
            *(round(x, 1) for x in score.wilson(counts[right], counts[of])),
        ]
        for name, (right, of) in pairs.items()
    }
    lines = ",\n".join(f'  "{name}": {json.dumps(values)}' for name, values in measures.items())
    return (
        f'{{"reports": {len(found)}, "figures": {counts["gold"]}, "measures": {{\n{lines}\n}}}}\n'
    )


if __name__ == "__main__":
    FOUND = scores()
    SHOWN.write_text(shown(FOUND), encoding="utf-8")
    RECORD.write_text(record(FOUND), encoding="utf-8")
