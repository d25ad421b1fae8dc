"""Wording: what is distinctive is counted right, and a copied passage is found with new figures in it."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_pages import opened

from dashboard import overlap
from dashboard.text import t
from pipeline import build

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "seeds" / "000_28d38b68794d00bb.txt"
CHINESE = st.text("全街共调解矛盾纠纷起，。 \n0123456789", max_size=200)


@given(CHINESE, CHINESE)
def test_every_passage_says_the_same_in_both_texts(one, other):
    found = overlap.passages(one, other)
    for p in found:
        said, again = one[p.start : p.end], other[p.other_start : p.other_end]
        assert overlap._plain(said)[0] == overlap._plain(again)[0]  # noqa: SLF001 - what counts as the same
    spans = sorted((p.start, p.end) for p in found)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert 0 <= overlap.share(one, found) <= 1


def test_a_copy_with_new_figures_and_spaces_is_a_copy():
    text = SEED.read_text(encoding="utf-8")
    copy = text.replace("42", "57").replace("，", " ，\n")
    assert overlap.share(text, overlap.passages(text, copy)) > 0.95
    assert overlap.passages(text, text[:20]) == []


def test_what_everybody_says_is_not_distinctive():
    mine = {"信访": 4, "枫桥经验": 2, "一次": 1}
    scores = overlap.distinctive(mine, {"信访": 9, "枫桥经验": 0}, 9)
    assert list(scores) == ["枫桥经验", "信访"]


def test_a_contrast_turns_its_sign_when_the_reports_change_places():
    one, other = {"信访": 4, "调解": 1}, {"调解": 9}
    there = overlap.contrast(one, other)
    back = overlap.contrast(other, one)
    assert there["信访"] > 0 > there["调解"]
    assert {word: -value for word, value in back.items()} == pytest.approx(there)


def test_grammar_numbers_and_places_do_not_count():
    told = overlap.telling(["以及", "西营", "枫桥经验", "12345", "枫桥经验"], {"西营"})
    assert told == {"枫桥经验": 2}


@pytest.fixture
def copied(tmp_path, monkeypatch) -> Path:
    """The seeds, and one of them again for another year with other figures."""
    reports = tmp_path / "reports"
    shutil.copytree(ROOT / "seeds", reports)
    text = SEED.read_text(encoding="utf-8").replace("2022", "2023").replace("42起", "57起")
    (reports / "copy.txt").write_text(text, encoding="utf-8")
    build.build([reports], tmp_path / "data")
    monkeypatch.setenv("FAZHI_DATA", str(tmp_path / "data"))
    return tmp_path


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.usefixtures("copied")
def test_the_page_shows_the_copy_side_by_side(lang):
    app = opened("words", lang, {"area": ["120111001"], "from": ["2023"]})
    assert not app.exception
    rows = next(d.value for d in app.dataframe if t("words.overlap_share", lang) in d.value)
    assert rows[t("words.overlap_share", lang)].tolist()[:2] == ["100%", "0%"]
    body = next(e.proto.body for e in app.get("html") if 'class="pair"' in e.proto.body)
    assert body.count("<mark>") == 2 * body.count('class="pair"')
    assert "<strong>5</strong><strong>7</strong>起" in body
    assert "<strong>4</strong><strong>2</strong>起" in body
    years = next(d.value for d in app.dataframe if "2023" in d.value)
    assert [name for name in years if name.isdigit()] == ["2021", "2022", "2023"]


@pytest.mark.usefixtures("published")
def test_two_reports_are_contrasted_and_the_address_says_which(db):
    ids = [
        row[0]
        for row in db.execute("SELECT report_id FROM report ORDER BY source LIMIT 2").fetchall()
    ]
    app = opened("words", "zh", {"report": [ids[0]], "with": [ids[1]]})
    assert not app.exception
    for table, more in zip(app.dataframe[:2], (1, -1), strict=True):
        word, here, there, _ = table.value.columns
        assert word == t("words.word", "zh")
        assert sum(table.value[here]) * more > sum(table.value[there]) * more
    assert f"with={ids[1]}" in app.code[0].value
