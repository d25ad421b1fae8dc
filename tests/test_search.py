"""Search and keywords: the same words on both sides of the database, and every figure of the index as counted by hand."""

import pytest
from test_pages import opened

from dashboard import queries, reader, words
from dashboard.text import t


@pytest.fixture
def terms(db) -> list[str]:
    return [
        row[0] for row in db.execute("SELECT code FROM code WHERE code_list = 'term'").fetchall()
    ]


def texts(db) -> list[tuple[str, str]]:
    return db.execute("SELECT report_id, text FROM report WHERE status = 'published'").fetchall()


def test_what_the_dashboard_cuts_the_index_holds(db, terms):
    for report_id, text in texts(db):
        held = db.execute(
            "SELECT word FROM posting JOIN document USING (report_no) WHERE report_id = ?",
            [report_id],
        ).fetchall()
        assert set(words.cut(text, terms)) <= {row[0] for row in held}


def test_every_level_knows_in_how_many_reports_a_word_stands(db):
    by_level = "SELECT word, sum(reports), sum(count) FROM word GROUP BY word ORDER BY word"
    by_report = "SELECT word, count(*), sum(count) FROM posting GROUP BY word ORDER BY word"
    assert db.execute(by_level).fetchall() == db.execute(by_report).fetchall()


@pytest.mark.parametrize(
    "asked", ["调解成功率", "西营门街道", "12345", "行政复议 诉讼", "信 访", "%_'"]
)
def test_every_hit_is_a_sentence_with_the_words(db, terms, asked):
    parts = words.cut(asked, terms)
    found = queries.search(db, asked, parts)
    for row in found.itertuples():
        text = dict(texts(db))[row.report_id]
        assert text[row.char_start : row.char_end] == row.text
        assert asked in row.text or any(part in row.text.lower() for part in parts)


def test_sentences_with_the_phrase_come_first(db, terms):
    found = queries.search(db, "信访事项", words.cut("信访事项", terms))
    whole = ["信访事项" in text for text in found["text"]]
    assert whole[0]
    assert whole == sorted(whole, reverse=True)


def test_part_of_a_word_is_found_as_typed(db, terms):
    assert words.cut("营门", terms)
    found = queries.search(db, "营门", words.cut("营门", terms))
    assert len(found)
    assert all("营门" in text for text in found["text"])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.usefixtures("published")
def test_hits_are_marked_and_hostile_words_stay_text(lang):
    app = opened("evidence", lang, {"q": ["调解成功"]})
    shown = next(
        e.proto.body for e in app.get("html") if "hits" in e.proto.body and "<ol" in e.proto.body
    )
    assert "<strong>调解成功</strong>" in shown
    hostile = opened("evidence", lang, {"q": ["<script>alert(1)</script>"]})
    assert not hostile.exception
    everything = [element.proto.body for element in hostile.get("html")]
    assert not any("<script>alert" in body for body in everything)


def test_marks_of_a_hit_never_break_its_escaping(db):
    found = queries.search(db, "amp", ["amp"]).iloc[:0]
    found.loc[0] = dict.fromkeys(found.columns, 0) | {"text": "a & amp < b", "report_id": "r"}
    body = reader.hits(found, ["amp", "&"], str, lambda _: "/evidence")
    assert "a <strong>&amp;</strong> <strong>amp</strong> &lt; b" in body


@pytest.mark.usefixtures("published")
def test_nothing_found_says_so():
    app = opened("evidence", "zh", {"q": ["zzzz"]})
    assert t("evidence.no_hits", "zh", q="`zzzz`") in [info.value for info in app.info]


def test_wide_characters_are_the_same_word(terms):
    assert words.cut("ＡＢＣ热线１２３４５", terms) == words.cut("abc热线12345", terms)
