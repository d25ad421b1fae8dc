"""Writes docs/calibration.svg: how sure a reading says it is against how often it is right: `python docs/calibration.py`.

Measured on tests/gold/unseen and passages, each read with nothing learnt from it. A dot stands for all readings of a tenth of
confidence; its bar is the 95 % interval. On the diagonal, stated confidence and hit rate are equal.
"""

import sys
from collections import defaultdict
from pathlib import Path

from pipeline import score

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "gold"))
import learn

DOCS = Path(__file__).resolve().parent
GOLD = DOCS.parent / "tests" / "gold"
PAGE = DOCS / "calibration.svg"
SIZE, EDGE, LEAST = 320, 48, 30
Hits = dict[float, list[int]]  # confidence → right, out of


def hits() -> Hits:
    """For every tenth of confidence: how many indicators were right, and how many were given."""
    found: Hits = defaultdict(lambda: [0, 0])
    for file, gold, rows in learn.held_out():
        if file.parent.name != "gold":
            for wanted, predicted in score.right_pairs(gold, rows):
                for name, confidence in predicted["confidence"].items():
                    stated = min(0.95, int(confidence * 10) / 10 + 0.05)
                    found[stated][1] += 1
                    found[stated][0] += name in score.ids(wanted)
    return found


def across(share: float) -> float:
    """Pixels from the left for a percentage between LEAST and 100."""
    return round(EDGE + (share - LEAST) / (100 - LEAST) * (SIZE - 2 * EDGE), 1)


def up(share: float) -> float:
    """Pixels from the top."""
    return round(SIZE - across(share), 1)


def svg(found: Hits) -> str:
    """Axes from LEAST to 100 %, the diagonal, a dot with its interval for each confidence."""
    shapes = [
        f'<line x1="{across(LEAST)}" y1="{up(LEAST)}" x2="{across(100)}" y2="{up(100)}" stroke="#a3adb5"/>'
    ]
    for tick in range(LEAST, 101, 10):
        shapes.append(
            f'<text x="{across(tick)}" y="{SIZE - EDGE + 18}" text-anchor="middle">{tick}</text>'
        )
        shapes.append(f'<text x="{EDGE - 8}" y="{up(tick) + 4}" text-anchor="end">{tick}</text>')
    for confidence, (right, out_of) in sorted(found.items()):
        low, high = (max(float(LEAST), share) for share in score.wilson(right, out_of))
        x, y = across(100 * confidence), up(max(float(LEAST), 100 * right / out_of))
        shapes.append(f'<line x1="{x}" y1="{up(low)}" x2="{x}" y2="{up(high)}" stroke="#1f5a8a"/>')
        shapes.append(f'<circle cx="{x}" cy="{y}" r="4" fill="#1f5a8a"/>')
        shapes.append(f'<text x="{x - 8}" y="{y - 8}" text-anchor="end">n={out_of}</text>')
    shapes.append(
        f'<text x="{SIZE / 2}" y="{SIZE - 8}" text-anchor="middle">stated confidence, %</text>'
    )
    shapes.append('<text x="12" y="20">right, %</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" '
        f'font-family="sans-serif" font-size="11" fill="#1c2733">{"".join(shapes)}</svg>\n'
    )


if __name__ == "__main__":
    PAGE.write_text(svg(hits()), encoding="utf-8")
