"""Everything to take home: the full data in two shapes, what the columns and codes mean, how to cite."""

import hashlib
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import export, filters, package, queries, sandbox
from dashboard.text import t

CSV = "text/csv"
LARGEST = 500_000_000  # bytes of a database that goes through the browser
EXAMPLES = (
    """SELECT a.name, o.time_period, o.obs_value, o.unit_measure, o.qualifier
FROM observation o JOIN ref_area a USING (ref_area)
WHERE o.charted AND o.indicator = 'mediation_cases'
ORDER BY a.name, o.time_period""",
    """SELECT i.name_zh, count(DISTINCT o.ref_area) AS areas, median(o.obs_value) AS middle
FROM observation o JOIN indicator i USING (indicator)
WHERE o.charted AND o.period = 'full_year' AND o.qualifier = 'exact' AND o.scope = 'whole'
GROUP BY ALL ORDER BY areas DESC LIMIT 20""",
    """SELECT r.source, q.surface, substring(r.text, s.char_start + 1, s.char_end - s.char_start) AS sentence
FROM quantity q JOIN report r USING (report_id)
JOIN sentence s ON s.report_id = q.report_id AND s.sentence_no = q.sentence_no
WHERE q.role = 'metric' AND NOT q.classified LIMIT 50""",
)


def full(frame: filters.Frame) -> pd.DataFrame:
    """All observations, charted or not."""
    found = queries.observations(frame.con.cursor(), charted=None)
    return export.long(found, str(frame.build["build_id"]), frame.lang, frame.category)


def area_years(frame: filters.Frame) -> pd.DataFrame:
    """Rows of the wide frame."""
    cells = queries.reported(frame.con.cursor())
    named = cells["area_name" if frame.lang == "zh" else "area_name_en"]
    return cells.assign(area_name=named, build_id=str(frame.build["build_id"])).drop(
        columns="area_name_en"
    )


def codes(frame: filters.Frame) -> pd.DataFrame:
    """The code book of both shapes."""
    return export.code_book(frame.indicators, frame.codes, frame.lang)


def xlsx_long(frame: filters.Frame) -> bytes:
    """The long frame with its sheets."""
    rows = full(frame)
    return export.xlsx(rows, sheets(frame, rows, len(rows)), frame.lang)


def xlsx_wide(frame: filters.Frame) -> bytes:
    """The wide frame with its sheets."""
    rows = full(frame)
    table = export.wide(rows, area_years(frame))
    return export.xlsx(
        table, sheets(frame, rows, len(table)), frame.lang, export.wide_names(rows, frame.lang)
    )


def csv_long(frame: filters.Frame) -> bytes:
    """The long frame for Excel."""
    return export.excel_csv(full(frame), frame.lang)


def csv_wide(frame: filters.Frame) -> bytes:
    """The wide frame for Excel."""
    rows = full(frame)
    names = export.wide_names(rows, frame.lang)
    return export.excel_csv(export.wide(rows, area_years(frame)), frame.lang, names)


def csv_codes(frame: filters.Frame) -> bytes:
    """The code book for Excel."""
    return export.excel_csv(codes(frame), frame.lang)


def sheets(frame: filters.Frame, rows: pd.DataFrame, count: int) -> dict[str, pd.DataFrame]:
    """Notes, sources and codes of a workbook."""
    link = filters.full_link("data", frame)
    return {
        "notes": export.notes(frame.build, count, link, frame.lang),
        "sources": export.sources(rows),
        "codes": codes(frame),
    }


def csv_sdmx(frame: filters.Frame) -> bytes:
    """The charted values as SDMX-CSV."""
    return export.sdmx_csv(full(frame))


def csv_package(frame: filters.Frame) -> bytes:
    """All tables as a Data Package."""
    return package.archive(frame.con.cursor(), frame.build, "csv")


def parquet_tables(frame: filters.Frame) -> bytes:
    """All tables as Parquet."""
    return package.archive(frame.con.cursor(), frame.build, "parquet")


def database_file(frame: filters.Frame) -> bytes:
    """The published database itself."""
    return frame.path.read_bytes()


@st.cache_resource(max_entries=2, show_spinner=False)
def digest(path: str) -> str:
    """The hash of the database file; builds never change once published."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


OFFERS = (
    ("csv_package", csv_package, "package", "zip"),
    ("xlsx_long", xlsx_long, "long", "xlsx"),
    ("xlsx_wide", xlsx_wide, "wide", "xlsx"),
    ("csv_long", csv_long, "long", "csv"),
    ("csv_wide", csv_wide, "wide", "csv"),
    ("csv_codes", csv_codes, "codes", "csv"),
    ("csv_sdmx", csv_sdmx, "sdmx", "csv"),
    ("parquet_tables", parquet_tables, "parquet", "zip"),
    ("database_file", database_file, "database", "duckdb"),
)


def downloads(frame: filters.Frame, tables: dict[str, int]) -> None:
    """A button for each file, with what is in it; made when it is asked for."""
    lang = frame.lang
    st.subheader(t("data.full", lang))
    st.markdown(t("data.intro", lang))
    rows = {
        "long": tables.get("observation", 0),
        "wide": queries.area_years(frame.con),
        "codes": len(codes(frame)),
        "sdmx": int(frame.build["charted"]),
    }
    every = sum(count for name, count in tables.items() if name not in package.OWN)
    rows |= dict.fromkeys(("package", "parquet", "database"), every)
    size = frame.path.stat().st_size
    version = str(frame.build["build_id"])[:12]
    for name, make, shape, suffix in OFFERS:
        blocked = (suffix == "xlsx" and rows[shape] > export.MAX_ROWS) or (
            suffix in {"zip", "duckdb"} and size > LARGEST
        )
        button, note = st.columns([2, 5], vertical_alignment="center")
        button.download_button(
            t(f"data.{name}", lang),
            partial(make, frame),
            f"fazhi_{t(f'data.{shape}', lang)}_{version}.{suffix}",
            CSV if suffix == "csv" else None,
            key=f"data_{name}",
            on_click="ignore",
            disabled=blocked,
            width="stretch",
        )
        reason = "too_large" if suffix in {"zip", "duckdb"} else "too_long"
        note.markdown(
            t(f"data.{reason}", lang)
            if blocked
            else t(f"data.{name}_note", lang, rows=rows[shape], size=f"{size / 1e6:.1f}")
        )
    if size <= LARGEST:
        st.caption(t("data.database_hash", lang, sha256=digest(str(frame.path))))
    st.caption(t("data.empty", lang))


def side(comment: object, lang: str) -> str:
    """Comments of the schema hold both languages: Chinese | English."""
    parts = [part.strip() for part in str(comment or "").split("|")]
    return parts[0] if lang == "zh" else parts[-1]


def dictionary(frame: filters.Frame, tables: dict[str, int]) -> None:
    """The database describes itself."""
    lang = frame.lang
    st.subheader(t("data.dictionary", lang))
    st.markdown(t("data.dictionary_note", lang))
    columns = queries.schema(frame.con)
    heads = columns.drop_duplicates("table_name")
    st.dataframe(
        pd.DataFrame(
            {
                t("data.table", lang): heads["table_name"],
                t("data.meaning", lang): [side(text, lang) for text in heads["table_comment"]],
                t("data.rows", lang): [tables.get(name, 0) for name in heads["table_name"]],
            }
        ),
        hide_index=True,
        width="stretch",
        height="content",
    )
    options = list(heads["table_name"])
    at = options.index("observation") if "observation" in options else 0
    name = st.selectbox(
        t("data.choose_table", lang), options, index=at, key="data_table", filter_mode=None
    )
    mine = columns[columns["table_name"] == name]
    st.dataframe(
        pd.DataFrame(
            {
                t("data.column", lang): mine["column_name"],
                t("data.meaning", lang): [side(text, lang) for text in mine["comment"]],
                t("data.type", lang): mine["data_type"],
            }
        ),
        hide_index=True,
        width="stretch",
        height="content",
    )


def code_lists(frame: filters.Frame) -> None:
    """Each list of codes in both languages."""
    lang = frame.lang
    st.subheader(t("data.code_lists", lang))
    lists = sorted({name for name, _ in frame.codes})
    if not lists:
        return
    at = lists.index("obs_status") if "obs_status" in lists else 0
    chosen = st.selectbox(
        t("data.code_list", lang), lists, index=at, key="data_codes", filter_mode="contains"
    )
    rows = [(code, *names) for (name, code), names in frame.codes.items() if name == chosen]
    heads = [t("data.code", lang), t("data.zh", lang), t("data.en", lang)]
    st.dataframe(
        pd.DataFrame(rows, columns=heads), hide_index=True, width="stretch", height="content"
    )


def questions(frame: filters.Frame) -> None:
    """SQL of the reader's own over the tables above, read only and within limits."""
    lang = frame.lang
    st.subheader(t("data.sql", lang))
    st.markdown(t("data.sql_note", lang, rows=sandbox.ROWS))
    with st.form("data_sql_form", border=False, enter_to_submit=False):
        asked = st.text_area(
            t("data.sql_label", lang), EXAMPLES[0], key="data_sql", height=140, max_chars=10_000
        )
        run = st.form_submit_button(t("data.sql_run", lang))
    with st.expander(t("data.sql_examples", lang)):
        for example in EXAMPLES:
            st.code(example, language=None, wrap_lines=True)
    if not run:
        return
    with st.spinner(t("data.sql_running", lang)):
        answer = sandbox.ask(frame.path, asked)
    if answer.problem:
        st.error(t(f"data.sql_{answer.problem}", lang))
        if answer.said:
            st.code(answer.said, language=None, wrap_lines=True)
        return
    names = export.distinct(answer.columns)
    rows = pd.DataFrame(list(answer.rows), columns=names)
    if rows.empty:
        st.info(t("data.sql_empty", lang))
        return
    st.dataframe(rows, hide_index=True, width="stretch", placeholder="")
    key = "sql_more" if answer.more else "sql_rows"
    st.caption(t(f"data.{key}", lang, rows=len(rows)))
    st.download_button(
        t("data.sql_csv", lang),
        lambda: export.excel_csv(rows, lang, {name: name for name in names}),
        f"fazhi_{t('data.sql_file', lang)}.csv",
        CSV,
        on_click="ignore",
    )


def licence(frame: filters.Frame) -> None:
    """How the data may be used and cited."""
    lang, build = frame.lang, frame.build
    st.subheader(t("data.licence", lang))
    st.markdown(t("export.licence_note", lang))
    if lang == "en":
        st.code(export.citation(build, lang), language=None, wrap_lines=True)
    st.caption("GB/T 7714—2025")
    st.code(export.citation(build, "zh"), language=None, wrap_lines=True)
    st.caption("BibTeX")
    st.code(export.citation_bibtex(build), language=None, wrap_lines=True)
    st.markdown(f"{t('data.version', lang)}: `{build['build_id']}`")
    st.caption(
        t("data.built_at", lang, at=str(build["built_at"])[:19], version=build["pipeline_version"])
    )


def main(frame: filters.Frame) -> None:
    """Downloads, licence, dictionary, codes."""
    counts = queries.row_counts(frame.con)
    tables = dict(zip(counts["table_name"], counts["rows"], strict=True))
    downloads(frame, tables)
    licence(frame)
    dictionary(frame, tables)
    code_lists(frame)
    questions(frame)


with filters.show("data", bar=()) as frame:
    main(frame)
