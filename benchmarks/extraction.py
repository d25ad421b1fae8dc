"""Numbers out of reports: ours beside what a user would otherwise pick, on one text in one run: `python benchmarks/extraction.py`.

The text is tests/gold/unseen. For every figure its annotators marked: did a tool give an item at its place (found), with its
value, with its unit; and how many items it gave where there is no figure (dates, laws, list marks, hotlines). Speed is
characters per second of processor time on one core. The peers are an extra: `pip install -e .[peers]`.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNSEEN = Path(__file__).resolve().parent.parent / "tests" / "gold" / "unseen"


@dataclass(frozen=True)
class Item:
    """Something a tool took for a number; without a place it is looked for in order."""

    start: int
    end: int
    value: float | None
    unit: str = ""


Tool = Callable[[str], list[Item]]
Row = dict[str, Any]


def ours() -> Tool:
    """Numbers, units, roles, indicators, periods: all a report yields short of its place."""
    from pipeline import build, extract  # noqa: PLC0415 - each tool is loaded when its turn comes

    known, _ = build.knowledge()

    def run(text: str) -> list[Item]:
        layout, found = build.laid_out(text)
        extract.read(layout, 2023, found, known)
        return [
            Item(q.start, q.end, None if q.value is None else float(q.value), q.unit)
            for q in found
            if q.role == "metric"
        ]

    return run


def recognizers(*, full: bool) -> Tool:
    """Microsoft Recognizers-Text: numbers alone, or with percentages, currencies, dimensions, ordinals and dates."""
    from recognizers_text import Culture  # noqa: PLC0415

    if full:
        from recognizers_suite import (  # noqa: PLC0415
            recognize_currency,
            recognize_datetime,
            recognize_dimension,
            recognize_number,
            recognize_ordinal,
            recognize_percentage,
        )

        models = [
            recognize_number, recognize_percentage, recognize_currency, recognize_dimension, recognize_ordinal, recognize_datetime
        ]  # fmt: skip
    else:
        from recognizers_number import recognize_number  # noqa: PLC0415

        models = [recognize_number]

    def run(text: str) -> list[Item]:
        found = [one for model in models for one in model(text, Culture.Chinese)]
        return [
            Item(one.start, one.end + 1, number((one.resolution or {}).get("value")), (one.resolution or {}).get("unit", ""))
            for one in found
        ]  # fmt: skip

    return run


def chinese2digits() -> Tool:
    """chinese2digits 6: every numeral in order, without places."""
    import chinese2digits  # noqa: PLC0415

    def run(text: str) -> list[Item]:
        taken = chinese2digits.takeNumberFromString(text)
        return list(placed(text, taken["CHNumberStringList"], taken["digitsStringList"]))

    return run


def jionlp() -> Tool:
    """jionlp: sums of money, the one kind of quantity it extracts."""
    import jionlp  # noqa: PLC0415

    def run(text: str) -> list[Item]:
        found = jionlp.ner.extract_money(text, with_parsing=True) or []
        return [
            Item(
                one["offset"][0],
                one["offset"][1],
                number((one.get("detail") or {}).get("num")),
                "元",
            )
            for one in found
        ]

    return run


def wetext() -> Tool:
    """wetext: figures as they are spoken, 98.5% → 百分之九十八点五; the unit stays in the words."""
    from wetext import Normalizer  # noqa: PLC0415

    from pipeline import numerals  # noqa: PLC0415

    normalizer = Normalizer(lang="zh", operator="tn")
    spoken = re.compile(f"(?:百分之)?([{numerals.CHARACTERS}]+(?:点[{numerals.CHARACTERS}]+)?)(.*)")

    def item(words: str, start: int, end: int) -> Item:
        said = spoken.match(words)
        try:
            value = float(numerals.parse(said[1])) if said else None
        except ValueError:  # a date or a version read as a number
            value = None
        return Item(
            start, end, value, "%" if words.startswith("百分之") else said[2] if said else ""
        )

    def run(text: str) -> list[Item]:
        found = normalizer.normalize_with_mapping(text).mappings
        return [item(one.output_text, one.input_start, one.input_end) for one in found]

    return run


TOOLS: dict[str, Callable[[], Tool]] = {
    "ours": ours,
    "Recognizers, number": lambda: recognizers(full=False),
    "Recognizers, full": lambda: recognizers(full=True),
    "chinese2digits": chinese2digits,
    "jionlp, money": jionlp,
    "wetext, TN": wetext,
}


def placed(text: str, words: Sequence[str], values: Sequence[str]) -> Iterator[Item]:
    """Items without a place, each at its next occurrence."""
    position = 0
    for word, value in zip(words, values, strict=False):
        start = text.find(word, position)
        if start >= 0:
            position = start + len(word)
            yield Item(start, position, number(value))


def number(value: object) -> float | None:
    """What a tool calls a value, as a number where it is one."""
    try:
        return float(str(value if not isinstance(value, list) else value[0]).rstrip("%"))
    except (ValueError, IndexError):
        return None


def marked() -> list[tuple[str, list[Row]]]:
    """Texts with their annotations, txt only: the offsets of the others are those of a reader."""
    pairs = []
    for file in sorted(UNSEEN.glob("*.jsonl")):
        text = file.with_suffix(".txt")
        if text.is_file():
            rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
            pairs.append((text.read_text(encoding="utf-8"), rows))
    return pairs


def close(wanted: float, got: float | None) -> bool:
    """The value in any of the forms a tool may print it: a percentage as a fraction, a decrease without its sign."""
    forms = (wanted, -wanted, wanted / 100, wanted / 10)
    return got is not None and any(abs(form - got) <= 1e-6 * max(1, abs(form)) for form in forms)


def measure(
    tool: Tool, texts: Iterable[tuple[str, list[Row]]]
) -> tuple[int, int, int, int, int, float]:
    """Figures asked, found, with their value, with their unit as well, items that are no figure, seconds."""
    asked = found = valued = united = extra = 0
    seconds = 0.0
    for text, rows in texts:
        before = time.process_time()
        items = tool(text)
        seconds += time.process_time() - before
        figures = [row for row in rows if row["metric"] and not row.get("optional")]
        asked += len(figures)
        for row in figures:
            here = [one for one in items if one.start < row["end"] and row["start"] < one.end]
            right = [one for one in here if close(row["value"], one.value)]
            found += bool(here)
            valued += bool(right)
            united += any(one.unit == row["unit"] for one in right)
        spans = [(row["start"], row["end"]) for row in rows if row["metric"]]
        extra += sum(
            not any(one.start < end and start < one.end for start, end in spans) for one in items
        )
    return asked, found, valued, united, extra, seconds


def main() -> None:
    """The table of docs/accuracy.md."""
    texts = marked()
    size = sum(len(text) for text, _ in texts)
    print(
        "| tool | found | value | value and unit | no figure | kchar/s | ratio |\n|---|---|---|---|---|---|---|"
    )
    fastest = 0.0
    for name, load in TOOLS.items():
        try:
            tool = load()
        except ImportError as error:
            print(f"{name}: {error}; pip install -e .[peers]", file=sys.stderr)
            continue
        tool(texts[0][0])  # dictionaries and patterns are loaded before the clock runs
        asked, found, valued, united, extra, seconds = measure(tool, texts)
        speed = size / seconds / 1000
        fastest = fastest or speed
        shares = " | ".join(f"{100 * part / asked:.1f} %" for part in (found, valued, united))
        print(f"| {name} | {shares} | {extra} | {speed:.0f} | {fastest / speed:.1f} |")


if __name__ == "__main__":
    main()
