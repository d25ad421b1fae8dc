"""The SQL box answers questions about the data, and nothing else that anybody may think of."""

import pytest
from test_pages import opened

from dashboard import export, sandbox
from dashboard.text import t
from pipeline import publish


@pytest.fixture
def database(published):
    found = publish.current(published)
    assert found
    return found


def test_a_question_is_answered(database, db):
    counted = db.execute("SELECT count(*) FROM observation").fetchone()
    assert sandbox.ask(database, "SELECT count(*) FROM observation").rows == (counted,)
    some = sandbox.ask(database, "FROM range(5000)")
    assert (len(some.rows), some.more) == (sandbox.ROWS, True)
    assert sandbox.ask(database, "SELECT 'nan'::double, NULL, 1.5::decimal(9, 2)").rows == (
        ("nan", None, 1.5),
    )


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("", "kind"),
        ("SELECT 1; SELECT 2", "kind"),
        ("DROP TABLE report", "kind"),
        ("DELETE FROM report", "kind"),
        ("CREATE TEMP TABLE x AS SELECT 1", "kind"),
        ("COPY report TO 'x.csv'", "kind"),
        ("EXPORT DATABASE 'x'", "kind"),
        ("ATTACH 'x.duckdb'", "kind"),
        ("INSTALL httpfs", "kind"),
        ("SET memory_limit = '8GB'", "kind"),
        ("PRAGMA database_list", "kind"),
        ("SELECT path FROM duckdb_databases()", "kind"),
        ("FROM pg_catalog.pg_settings", "kind"),
        ("SELECT current_setting('temp_directory')", "kind"),
        ("FROM query('SELECT 1')", "kind"),
        ("SELECT * FROM read_csv('/etc/passwd')", "sql"),
        ("SELECT * FROM read_text('/etc/passwd')", "sql"),
        ("FROM glob('/*')", "sql"),
        ("FROM '/etc/passwd'", "sql"),
        ("SELECT * FROM sandbox", "sql"),
        ("SELEC 1", "sql"),
        ("SELECT length(repeat('x', 1000000000))", "memory"),
        ("SELECT list(range) FROM range(200000000)", "memory"),
        ("SELECT count(*) FROM range(1000000000000)", "time"),
    ],
)
def test_what_is_no_question_about_the_data_is_refused(database, sql, problem):
    before = sorted(path.name for path in database.parent.iterdir())
    answer = sandbox.ask(database, sql)
    assert (answer.problem, answer.rows) == (problem, ())
    assert str(database.parent) not in answer.said
    assert sorted(path.name for path in database.parent.iterdir()) == before


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.usefixtures("published")
def test_the_page_asks_shows_and_explains(lang):
    app = opened("data", lang, {})
    run = next(b for b in app.button if b.label == t("data.sql_run", lang))
    before = len(app.dataframe)
    run.click().run()
    assert not app.exception
    assert len(app.dataframe) == before + 1
    app.text_area(key="data_sql").set_value("DROP TABLE report")
    next(b for b in app.button if b.label == t("data.sql_run", lang)).click().run()
    assert t("data.sql_kind", lang) in [error.value for error in app.error]


def test_headings_named_twice_stay_apart():
    assert export.distinct(["a", "b", "a", "a"]) == ["a", "b", "a (2)", "a (3)"]
