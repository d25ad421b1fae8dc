"""Records what extraction gets wrong on the unseen reports: `python tests/gold/record.py`.

The file is compared in the tests: a change of rules shows, line by line, which figures it gained and which it lost.
"""

from pathlib import Path

from pipeline import build, inspection, score
from pipeline.model import Report

UNSEEN = Path(__file__).resolve().parent / "unseen"
RECORD = UNSEEN / "wrong.txt"


def scores() -> list[score.Score]:
    """Every annotated report that no rule was written from."""
    known, places = build.knowledge()
    files = sorted(UNSEEN.glob("*.jsonl"))
    ids = score.vocabulary(files)
    found = []
    for file in files:
        report = next(p for p in sorted(UNSEEN.glob(f"{file.stem}.*")) if p.suffix in SUFFIXES)
        read = build.read_report(report.name, report.read_bytes(), None, known, places)
        assert isinstance(read, Report), report.name
        found.append(score.score(file.stem, *score.load(file), inspection.shape(read), ids))
    return found


SUFFIXES = (".txt", ".html", ".docx", ".pdf")


def record(found: list[score.Score]) -> str:
    """The totals, then a line for everything that is wrong."""
    whole = score.total(found)
    totals = [f"{column} {whole.figure(column):.1f}" for column in score.FIGURES]
    totals += [f"{w} {whole.counts[w]}/{whole.counts[w + ' asked']}" for w in score.WHOLE]
    lines = [f"{one.name}: {text}" for one in found for text in (*one.misses, *one.wrong)]
    return "\n".join([" · ".join(totals), *lines, ""])


if __name__ == "__main__":
    RECORD.write_text(record(scores()), encoding="utf-8")
