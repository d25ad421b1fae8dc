"""What one report has in common with another: the words it uses more, and the passages that stand in both. Pure."""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STOP = Path(__file__).with_name("stopwords.txt")
LEAST = 24  # characters of a shared passage, without spaces
SHINGLE = 12
_TRIED = 8  # places of the other report a passage is laid beside


@dataclass(frozen=True)
class Passage:
    """A stretch of one text and the stretch of the other that says the same, as offsets into both."""

    start: int
    end: int
    other_start: int
    other_end: int


@cache
def stopwords() -> frozenset[str]:
    """Grammar and phrases of every report."""
    lines = STOP.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def telling(words: Sequence[str], names: Collection[str] = ()) -> Counter[str]:
    """How often each word stands there, without stop words, numbers and the names of places."""
    empty = stopwords() | set(names)
    kept = (w for w in words if w not in empty and not any(c.isdigit() for c in w))
    return Counter(kept)


def distinctive(
    mine: Mapping[str, int], held: Mapping[str, int], reports: int, least: int = 2
) -> dict[str, float]:
    """TF-IDF: words used here at least twice, rarer among the other reports first; `held` counts reports that use one."""
    whole = sum(mine.values()) or 1
    scores = {
        word: count / whole * math.log((reports + 1) / (min(held.get(word, 0), reports) + 0.5))
        for word, count in mine.items()
        if count >= least
    }
    return dict(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])))


def contrast(mine: Mapping[str, int], other: Mapping[str, int]) -> dict[str, float]:
    """Words this report uses more than the other, by log likelihood; those it uses less are negative."""
    here, there = sum(mine.values()) or 1, sum(other.values()) or 1
    scores = {}
    for word in {*mine, *other}:
        a, b = mine.get(word, 0), other.get(word, 0)
        expected = (a + b) * here / (here + there), (a + b) * there / (here + there)
        weight = 2 * sum(n * math.log(n / e) for n, e in zip((a, b), expected, strict=True) if n)
        scores[word] = weight if a / here >= b / there else -weight
    return dict(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])))


def passages(one: str, other: str) -> list[Passage]:
    """Stretches that both texts share, spaces and digits aside, longest first; no character of `one` is counted twice."""
    mine, places = _plain(one)
    theirs, other_places = _plain(other)
    seats: dict[str, list[int]] = {}
    for at in range(len(theirs) - SHINGLE + 1):
        seats.setdefault(theirs[at : at + SHINGLE], []).append(at)
    found, at = [], 0
    while at + SHINGLE <= len(mine):
        tried = seats.get(mine[at : at + SHINGLE], [])[:_TRIED]
        length, seat = max(((_same(mine, at, theirs, s), s) for s in tried), default=(0, 0))
        if length >= LEAST:
            ends = places[at + length - 1] + 1, other_places[seat + length - 1] + 1
            found.append(Passage(places[at], ends[0], other_places[seat], ends[1]))
        at += length if length >= LEAST else 1
    return sorted(found, key=lambda p: (p.start - p.end, p.start))


def changed(said: str, again: str) -> tuple[frozenset[int], frozenset[int]]:
    """Where the digits of two passages that say the same are not the same, as offsets into both."""
    pairs = list(zip(_plain(said)[1], _plain(again)[1], strict=True))
    other = [(a, b) for a, b in pairs if said[a] != again[b]]
    return frozenset(a for a, _ in other), frozenset(b for _, b in other)


def share(text: str, found: Sequence[Passage]) -> float:
    """The part of a text that its passages make up."""
    length = len(_plain(text)[0])
    covered = sum(len(_plain(text[p.start : p.end])[0]) for p in found)
    return covered / length if length else 0.0


def _plain(text: str) -> tuple[str, list[int]]:
    """Without spaces and with every digit alike: a copy with new figures is a copy; and where each character stands."""
    kept = [(at, "0" if c.isdigit() else c) for at, c in enumerate(text) if not c.isspace()]
    return "".join(c for _, c in kept), [at for at, _ in kept]


def _same(one: str, at: int, other: str, seat: int) -> int:
    """How far two texts agree from two places on."""
    most = min(len(one) - at, len(other) - seat)
    length = SHINGLE
    while length < most and one[at + length] == other[seat + length]:
        length += 1
    return length
