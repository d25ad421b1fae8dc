"""Phrasings of many clerks: each figure states the indicators written beside it, and no others."""

import tomllib
from pathlib import Path

import pytest

from pipeline import build, catalog, extract

CATALOG = catalog.load()
FILES = sorted((Path(__file__).parent / "phrases").glob("*.toml"))
AGREE = 0.97


def compared(text: str, states: list[list[str]]) -> list[tuple[str, list[str], list[str]]]:
    """For each figure: as written, what it should state, what it states; one too many or too few is no agreement."""
    layout, found = build.laid_out(text)
    readings = extract.read(layout, 2023, found, CATALOG)
    metrics = [r for r in readings if r.quantity.role == "metric"]
    made = [(r.quantity.surface, sorted({m.indicator for m in r.matches})) for r in metrics]
    if len(made) != len(states):
        said = [name for _, names in made for name in names]
        return [(f"{len(made)} figures", ["?"], said) for _ in states]
    return [
        (surface, sorted(set(want)), got) for (surface, got), want in zip(made, states, strict=True)
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_phrases_state_what_is_written_beside_them(path: Path) -> None:
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["phrase"]
    known = set(CATALOG.indicators)
    assert {name for e in entries for names in e["states"] for name in names} <= known
    figures, wrong = 0, []
    for entry in entries:
        for surface, want, got in compared(entry["text"], entry["states"]):
            figures += 1
            if want != got:
                wrong.append(f"{surface}: wanted {want}, got {got} in {entry['text']}")
    agreed = 1 - len(wrong) / figures
    assert agreed >= AGREE, "\n".join([f"{figures} figures, {agreed:.1%} agree", *wrong])
