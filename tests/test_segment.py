"""Segmentation loses nothing and knows the parts of a report."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import segment

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "一、主要举措\n",
                "（一）普法\n",
                "二、存在的问题\r\n",
                "。",
                "；",
                "\n",
                "  ",
                "：",
                "1,000件",
                "，",
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=40,
).map("".join)


@given(PIECES)
def test_every_level_tiles_the_text(text: str) -> None:
    parts = segment.sections(text)
    assert "".join(text[part.start : part.end] for part in parts) == text
    sentences = segment.sentences(text, parts)
    assert "".join(text[one.start : one.end] for one in sentences) == text
    for one in sentences:
        owner = parts[one.section]
        assert owner.start <= one.start < one.end <= owner.end
        spans = segment.clauses(text, one.start, one.end)
        assert (spans[0][0], spans[-1][1]) == (one.start, one.end)
        assert all(left[1] == right[0] for left, right in pairwise(spans))


@pytest.mark.parametrize(
    ("seed", "kinds"),
    [
        ("000", ["preamble", "performance", "first_responsible", "shortcomings", "plan"]),
        ("001", ["preamble", "performance", "first_responsible", "shortcomings", "plan"]),
        ("002", ["preamble", "performance", "shortcomings", "plan"]),
        ("003", ["preamble", "performance", "shortcomings", "plan"]),
        ("004", ["preamble", "performance", "shortcomings", "first_responsible", "plan"]),
    ],
)
def test_parts_of_the_five_reports(seed: str, kinds: list[str]) -> None:
    path = next(path for path in SEEDS if path.name.startswith(seed))
    parts = segment.sections(path.read_bytes().decode())
    order = list(dict.fromkeys(part.kind for part in parts))
    assert order == kinds


def test_a_subheading_that_says_so_opens_its_own_part() -> None:
    text = "一、2022年工作情况\n（一）普法\n（二）存在问题\n（三）下一步工作打算\n"
    assert [part.kind for part in segment.sections(text)] == [
        "performance",
        "performance",
        "shortcomings",
        "plan",
    ]


def test_a_heading_of_the_next_year_alone_is_a_plan() -> None:
    for heading in ("三、2025年重点安排", "四、2024年工作重点"):
        assert segment.sections(f"一、工作情况\n普法20场。\n{heading}\n")[-1].kind == "plan"
    assert segment.sections("一、2024年工作情况\n普法20场。\n")[0].kind == "performance"


def test_a_heading_about_problems_solved_is_no_shortcoming() -> None:
    assert segment.sections("三、坚持问题导向，化解矛盾\n")[0].kind != "shortcomings"


def test_clauses_keep_lists_and_thousands_together() -> None:
    text = "发放1,000份、接待20人，调解3件；"
    assert [text[a:b] for a, b in segment.clauses(text, 0, len(text))] == [
        "发放1,000份、接待20人，",
        "调解3件；",
    ]
