"""Reading by the example of annotated figures: what is stored, what it says, and that it is no older than the examples."""

import io
from dataclasses import replace

import learn
import numpy as np
import pytest

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


def test_weights_survive_being_stored() -> None:
    examples = [
        (precedent.pieces("批", "群众走访", "", "", ""), (("petition_visits_batches", ()),)),
        (precedent.pieces("人次", "", "", "", "-"), (("petition_visits_persons", ()),)),
        (
            precedent.pieces("件", "合同", "", "", ""),
            (("legality_reviews", (("object", "contract"),)),),
        ),
        (
            precedent.pieces("件", "文件", "", "", ""),
            (("legality_reviews", (("object", "document"),)),),
        ),
    ]
    made = learn.learn(examples)
    file = io.BytesIO()
    np.savez_compressed(file, **precedent.packed(made))
    file.seek(0)
    back = precedent.unpacked(np.load(file, allow_pickle=False))
    assert (back.pieces, back.indicators) == (made.pieces, made.indicators)
    assert back.categories == made.categories
    for pieces, (name,) in examples:
        said = precedent.weigh(pieces, back)
        assert (said.indicator, said.category) == name
        assert said == precedent.weigh(pieces, made)


def stated(text: str, known: catalog.Catalog = KNOWN) -> list[list[str]]:
    layout, found = build.laid_out(text)
    readings = extract.read(layout, 2023, found, known)
    return [[m.indicator for m in r.matches] for r in readings if r.quantity.role == "metric"]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("落实领导轮流接访，全年有53批127次群众上门反映诉求。", "petition_visits_batches"),
        ("来县走访62批131人次。", "petition_visits_persons"),
    ],
)
def test_words_no_rule_foresees_are_read_by_example(text: str, last: str) -> None:
    by_rule = stated(text, replace(KNOWN, precedents=None))
    assert not any(last in names for names in by_rule)
    assert any(last in names for names in stated(text))


def test_a_match_by_precedent_says_which_words_decided() -> None:
    layout, found = build.laid_out("落实领导轮流接访，全年有53批127次群众上门反映诉求。")
    (match,) = extract.read(layout, 2023, found, KNOWN)[0].matches
    zh, _, en = match.reason.partition(" | ")
    assert zh.startswith("与已标注的数字同样写有“")
    assert en.startswith("as annotated figures that have “")
    assert 0 < match.confidence <= 0.95


def test_no_text_makes_it_raise() -> None:
    assert KNOWN.precedents
    for text in ("", "\x00", "𠀀" * 40, "件" * 400):
        assert precedent.weigh(precedent.pieces("", text, text, text, text), KNOWN.precedents)
