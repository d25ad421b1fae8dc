"""Reading by the example of annotated figures: what is stored, what it says, and that it is no older than the examples."""

import io
from dataclasses import replace
from itertools import pairwise

import learn
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import build, catalog, extract, precedent

KNOWN = catalog.load()


def test_the_weights_were_learnt_from_the_annotations_as_they_are() -> None:
    with np.load(learn.STORED, allow_pickle=False) as stored:
        assert str(stored["examples"]) == learn.digest(), "run: python tests/gold/learn.py"


def test_only_what_the_catalogue_has_is_ever_said() -> None:
    assert KNOWN.precedents
    assert set(KNOWN.precedents.indicators) <= {"", *KNOWN.indicators}
    for name, category in KNOWN.precedents.categories:
        for key, value in category if category != precedent.NO_KIND else ():
            assert value in KNOWN.indicators[name].dimensions[key]


def words(own: str, right: str = "", carried: str = "") -> precedent.Words:
    return precedent.Words(own, right, carried, "", "")


def example(unit: str, own: str, before: str, *names: precedent.Name) -> learn.Example:
    told = precedent.links(unit, 1, "", own, before)
    return learn.Example(precedent.pieces([words(own)]), told, names)


def test_weights_survive_being_stored() -> None:
    examples = learn.OFTEN * [
        example("批", "群众走访", "", ("petition_visits_batches", ())),
        example("人次", "", "-", ("petition_visits_persons", ())),
        example("件", "合同", "", ("legality_reviews", (("object", "contract"),))),
        example("件", "文件", "", ("legality_reviews", (("object", "document"),))),
    ]
    made = learn.learn(examples)
    file = io.BytesIO()
    np.savez_compressed(file, **precedent.packed(made))
    file.seek(0)
    back = precedent.unpacked(np.load(file, allow_pickle=False))
    assert (back.links, back.indicators) == (made.links, made.indicators)
    assert back.categories == made.categories
    for pieces, told, (name,) in examples:
        (beside,) = precedent.known(back.keys, pieces)
        said = precedent.weigh(beside, told, back)
        assert (said.indicator, said.category) == name
        assert said == precedent.weigh(beside, told, made)


def test_pieces_are_the_neighbouring_characters_of_each_side_and_of_each_figure() -> None:
    around = [words("接待走访", "起，", "全年"), words(""), words("办结")]
    found = precedent.pieces(around)
    longer = [
        {
            (piece, round(float(share), 1))
            for key, share in zip(found.keys[start:end], found.shares[start:end], strict=True)
            if len(piece := precedent.characters(int(key))) != 1
        }
        for start, end in pairwise(found.bounds)
    ]
    assert longer == [
        {("接待", 1), ("待走", 1), ("走访", 1), ("接待走", 1), ("待走访", 1), ("待走访", 0.7), ("起，", 0.5), ("全年", 0.5)},
        {("", 0.7)},
        {("办结", 1), ("办结", 0.7)},
    ]  # fmt: skip


SIDES = st.builds(precedent.Words, *[st.text(max_size=60)] * 5)


@given(st.lists(SIDES, max_size=6))
def test_pieces_of_many_figures_are_those_of_each(figures: list[precedent.Words]) -> None:
    every = precedent.pieces(figures)
    alone = [precedent.pieces([one]) for one in figures]
    assert [int(key) for key in every.keys] == [int(key) for one in alone for key in one.keys]
    assert list(np.diff(every.bounds)) == [one.bounds[1] for one in alone]


def stated(text: str, known: catalog.Catalog = KNOWN) -> list[list[str]]:
    layout, found = build.laid_out(text)
    readings = extract.read(layout, 2023, found, known)
    return [[m.indicator for m in r.matches] for r in readings if r.quantity.role == "metric"]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("到镇上反映问题的群众有53批127人次。", "petition_visits_batches"),
        ("来县走访62批131人次。", "petition_visits_persons"),
    ],
)
def test_words_no_rule_foresees_are_read_by_example(text: str, last: str) -> None:
    by_rule = stated(text, replace(KNOWN, precedents=None))
    assert not any(last in names for names in by_rule)
    assert any(last in names for names in stated(text))


def test_a_match_by_precedent_says_which_words_decided() -> None:
    layout, found = build.laid_out("到镇上反映问题的群众有53批127人次。")
    (match,) = extract.read(layout, 2023, found, KNOWN)[0].matches
    zh, _, en = match.reason.partition(" | ")
    assert zh.startswith("与已标注的数字同样写有“")
    assert en.startswith("as annotated figures that have “")
    assert 0 < match.confidence <= 0.95


def test_no_text_makes_it_raise() -> None:
    assert KNOWN.precedents
    for text in ("", "\x00", "𠀀" * 40, "件" * 400):
        pieces = precedent.pieces([precedent.Words(*[text] * 5)])
        (beside,) = precedent.known(KNOWN.precedents.keys, pieces)
        assert precedent.weigh(
            beside, precedent.links("", -7e9, text, text, text), KNOWN.precedents
        )
