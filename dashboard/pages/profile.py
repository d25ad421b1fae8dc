"""One area: what its reports state for each indicator, next to its past and its peers, and what they omit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import (
    brief,
    charts,
    comparison,
    export,
    filters,
    picture,
    queries,
    reader,
    sheet,
    url_state,
)
from dashboard.text import either, number, plain, t, unit, year_label

MIN_PEERS = 2
CARDS = 4  # in a row
FINDINGS = 200
GAPS = 12


def choose_area(frame: filters.Frame) -> str | None:
    """The area of the address, else the one with most reports."""
    known = frame.areas
    if known.empty:
        st.info(t("profile.no_areas", frame.lang))
        return None
    best = known.sort_values("reports", ascending=False, kind="stable")["ref_area"].iloc[0]
    return frame.selection.areas[0] if frame.selection.areas else str(best)


def table(frame: filters.Frame, values: pd.DataFrame, area: str) -> pd.DataFrame:
    """A row for each indicator and category: latest, previous, change, median of the level."""
    lang, rows = frame.lang, []
    headline = set(frame.indicators[frame.indicators["headline"]]["indicator"])
    peers = queries.peers(frame.con, area).set_index(["indicator", "category", "time_period"])
    for (indicator, category), group in values.groupby(["indicator", "category"], sort=False):
        ordered = group.sort_values("year")
        last = ordered.iloc[-1]
        previous = ordered.iloc[-2] if len(ordered) > 1 else None
        moved = comparison.changes(ordered.assign(series="")).iloc[0]
        label = frame.category(str(category))
        rows.append(
            {
                "headline": str(indicator) in headline,
                "indicator": frame.indicator_name(str(indicator))
                + (f" · {label}" if label else ""),
                "year": dated(last, lang),
                "latest": last["point"],
                "previous": ""
                if previous is None
                else f"{dated(previous, lang)}：{previous['point']}",
                "change": change_words(moved, lang),
                "median": median_words(
                    peers, (indicator, category, last["year"]), last["unit_measure"], lang
                ),
                "status": "；".join(
                    f"{code} {frame.label('status', code)}"
                    for code in last["obs_status_all"].split(";")
                ),
                "open": url_state.link(
                    "evidence", frame.selection, report=last["evidence_report"], quantity=span(last)
                ),
                "history": ordered,
            }
        )
    return pd.DataFrame(rows)


def dated(row: Mapping[str, Any] | pd.Series, lang: str) -> str:
    """The year, with its months where it is not whole."""
    end = row["period_end"] if isinstance(row["period_end"], str) else None
    return year_label(row["year"], row["period"], end, lang)


def span(row: Mapping[str, Any] | pd.Series) -> tuple[int, int] | None:
    """Where the value stands in its report."""
    return None if pd.isna(row["char_start"]) else (int(row["char_start"]), int(row["char_end"]))


def change_words(moved: pd.Series, lang: str) -> str:
    """The difference with its sign, or why there is none."""
    if moved["reason"]:
        return t(f"profile.reason_{moved['reason']}", lang)
    difference = float(moved["difference"])
    name = unit(moved["unit_measure"], lang)
    points = {"zh": "个百分点", "en": "pp"}[lang] if name == "%" else name
    return f"{'+' if difference > 0 else ''}{plain(difference).replace('-', '−')} {points}".strip()


def median_words(peers: pd.DataFrame, key: tuple[Any, ...], measure: str, lang: str) -> str:
    """Median and range of the other areas of the level, said to be missing below two."""
    if key not in peers.index or peers.loc[key, "n"] < MIN_PEERS:
        return t("profile.median_none", lang)
    row = peers.loc[key]
    return t(
        "profile.median_cell",
        lang,
        middle=number(row["middle"], lang, measure),
        low=plain(row["low"]),
        high=plain(row["high"]),
        n=int(row["n"]),
    )


def cards(frame: filters.Frame, rows: pd.DataFrame) -> None:
    """Headline indicators large, each with its small trend where there is more than one year."""
    st.subheader(t("profile.headlines", frame.lang))
    several = rows["history"].map(len) > 1
    ordered = rows[rows["headline"]].assign(several=several)
    ordered = ordered.sort_values("several", ascending=False, kind="stable")
    shown = list(ordered.to_dict("records"))  # cards of one height stand together
    with st.container(key="figure_profile"):
        for at in range(0, len(shown), CARDS):
            for column, row in zip(st.columns(CARDS), shown[at : at + CARDS], strict=False):
                with column.container(border=True, height="stretch"):
                    card(frame, row)


def pictures(frame: filters.Frame, rows: pd.DataFrame, area: str) -> None:
    """The small trends of the cards as one picture."""
    lang = frame.lang
    drawn = [row for row in rows[rows["headline"]].to_dict("records") if len(row["history"]) > 1]
    notes = [t(f"compare.mark_{mark}", lang) for mark in charts.marks(histories(drawn))]
    notes.append(t("overview.grid_note", lang))
    title = t("profile.picture", lang, area=frame.area_name(area))
    words = (title, [points(row, lang) for row in drawn], notes)
    reason = "" if drawn else t("picture.one_year", lang)
    picture.offer("figure_profile", frame, words, reason)


def card(frame: filters.Frame, row: Mapping[Any, Any]) -> None:
    """One indicator: its latest value, its sentence, and the years before."""
    lang, history = frame.lang, row["history"]
    st.caption(row["indicator"])
    st.markdown(f"### {row['latest']}")
    st.markdown(f"{row['year']} · [{t('profile.open', lang)}]({row['open']})")
    if row["median"] != t("profile.median_none", lang):
        st.caption(t("profile.card_median", lang, median=row["median"]))
    if len(history) < 2:
        return
    st.caption(row["previous"])
    years = [str(y) for y in range(int(history["year"].min()), int(history["year"].max()) + 1)]
    breaks = frame.breaks(history["indicator"].iloc[0])
    st.plotly_chart(
        charts.seen(charts.sparkline(history, years, lang, breaks), frame.look),
        theme=None,
        config=charts.CONFIG,
        key=f"spark_{row['indicator']}",
        alt=points(row, lang),
    )


def points(row: Mapping[Any, Any], lang: str) -> str:
    """An indicator with all its values, in words."""
    pairs = zip(row["history"]["year"], row["history"]["point"], strict=True)
    said = (", " if lang == "en" else "，").join(f"{year} {point}" for year, point in pairs)
    return t("profile.spark_alt", lang, name=row["indicator"], points=said)


def histories(rows: Sequence[Mapping[Any, Any]]) -> pd.DataFrame:
    """All values behind some rows."""
    empty = pd.DataFrame(columns=["qualifier", "obs_status", "period", "period_end"])
    return pd.concat([row["history"] for row in rows]) if rows else empty


def values_table(frame: filters.Frame, rows: pd.DataFrame) -> None:
    """Every series of the area."""
    lang = frame.lang
    st.subheader(t("profile.values", lang, count=len(rows)))
    names = [
        "indicator",
        "year",
        "latest",
        "open",
        "previous",
        "change",
        "median",
        "status",
    ]
    heads = {name: t(f"profile.{name}", lang) for name in names}
    opened = heads["open"]
    words = rows[names].rename(columns=heads)
    numbers = [heads["latest"]]
    st.html(sheet.html_table(words, {opened: opened}, heads["indicator"], numbers, height=760))
    st.caption(t("profile.values_note", lang))


def gaps(frame: filters.Frame, values: pd.DataFrame, years: list[str]) -> None:
    """Headline indicators that a report of this area was read for and does not state."""
    lang = frame.lang
    st.subheader(t("profile.gaps", lang))
    headline = frame.indicators[frame.indicators["headline"]]
    any_missing = False
    for year in sorted(years, reverse=True):
        stated = set(values[values["year"] == year]["indicator"])
        missing = [
            row[f"name_{lang}"] for _, row in headline.iterrows() if row["indicator"] not in stated
        ]
        if missing:
            any_missing = True
            st.markdown(f"**{year}** · " + ("、" if lang == "zh" else ", ").join(missing))
    st.caption(t("profile.gaps_note" if any_missing else "profile.gaps_none", lang))


def peer_gaps(frame: filters.Frame, area: str, years: list[str]) -> None:
    """What other areas of the level state for a year and this one does not, in their words."""
    lang = frame.lang
    st.subheader(t("profile.peer_gaps", lang))
    if not years:
        return
    newest = sorted(years, reverse=True)
    year = newest[0]
    if len(newest) > 1:
        year = st.segmented_control(
            t("profile.peer_gaps_year", lang),
            newest,
            default=newest[0],
            required=True,
            key=f"profile_gap_year_{area}",
        )
    found = queries.peer_gaps(frame.con, area, year, GAPS)
    if found.empty:
        st.caption(t("profile.peer_gaps_none", lang))
        return
    reports = int(found["reports"].iloc[0])
    st.caption(t("profile.peer_gaps_note", lang, reports=reports))
    reports_of, ids = (
        [one for held in found[name] for one in held] for name in ("report_ids", "observation_ids")
    )
    said = queries.said(frame.con, reports_of, ids).set_index("observation_id", drop=False)
    for row in found.to_dict("records"):
        with st.expander(
            t(
                "profile.peer_gaps_head",
                lang,
                name=frame.indicator_name(row["indicator"]),
                peers=row["peers"],
                reports=reports,
            )
        ):
            held = [one for one in row["observation_ids"] if one in said.index]
            shown = said.loc[held]
            words = [str(one) for one in shown["surface"] if isinstance(one, str)] or ["\0"]
            st.html(
                reader.hits(
                    shown,
                    words,
                    frame.area_name,
                    lambda one: url_state.link(
                        "evidence", frame.selection, report=one["report"], quantity=span(one)
                    ),
                )
            )


def firm(row: pd.Series) -> bool:
    """Exact and for the whole year: fit to be divided."""
    return row["qualifier"] == "exact" and row["period"] in {"full_year", "point_in_time"}


def benchmarks(frame: filters.Frame, values: pd.DataFrame) -> None:
    """Means and requirements of published sources, each beside this area's own figure."""
    lang = frame.lang
    whole = values[(values["category"] == "{}") & (values["scope"] == "whole")]
    newest = whole.sort_values("year").groupby("indicator").tail(1).set_index("indicator")
    lines = []
    for one in queries.benchmarks(frame.con).to_dict("records"):
        if one["indicator"] not in newest.index:
            continue
        row = newest.loc[one["indicator"]]
        own, name = row["point"], frame.indicator_name(one["indicator"])
        if isinstance(one["per"], str):
            beside = whole[(whole["indicator"] == one["per"]) & (whole["year"] == row["year"])]
            pair = [row, *(each for _, each in beside.iterrows())]
            if len(pair) < 2 or not pair[1]["obs_value"] or not all(map(firm, pair)):
                continue
            ratio = (
                row["obs_value"] / pair[1]["obs_value"] * (100 if one["unit_measure"] == "%" else 1)
            )
            own = number(round(ratio, 2), lang, one["unit_measure"])
            name = t("profile.per", lang, name=name, per=frame.indicator_name(one["per"]))
        lines.append(
            t(
                "profile.benchmark",
                lang,
                name=name,
                year=dated(row, lang),
                own=own,
                label=one[f"label_{lang}"],
                value=number(one["obs_value"], lang, one["unit_measure"]),
                when=one["year"],
                source=one["source"],
                url=one["url"],
            )
        )
    if lines:
        st.subheader(t("profile.benchmarks", lang))
        st.markdown("\n".join(f"- {line}" for line in lines))
        st.caption(t("profile.benchmark_note", lang))


def findings(frame: filters.Frame, area: str, years: list[str]) -> None:
    """What the checks say about this area's reports, each with its sentence."""
    lang = frame.lang
    st.subheader(t("profile.findings", lang))
    severities = ("error", "warning", "info")
    found = queries.finding_spots(frame.con, [area], years, severities, FINDINGS)
    if found.empty:
        st.caption(t("profile.findings_none", lang))
        return
    links = [
        url_state.link("evidence", frame.selection, report=row["report_id"], quantity=span(row))
        for _, row in found.iterrows()
    ]
    opened = t("profile.open", lang)
    shown = {
        t("profile.severity", lang): [frame.label("severity", code) for code in found["severity"]],
        t("profile.year", lang): found["time_period"],
        t("profile.message", lang): [either(words, lang) for words in found["message"]],
        opened: [f"[{opened}]({link})" for link in links],
    }
    st.table(pd.DataFrame(shown).set_index(t("profile.severity", lang)))
    st.caption(t("profile.findings_note", lang))


def summary(frame: filters.Frame, rows: pd.DataFrame, area: str, link: str) -> brief.Brief:
    """The figures of the brief: headline indicators first, then the catalogue's order."""
    chosen = rows.sort_values("headline", ascending=False, kind="stable").head(brief.MOST)
    figures = []
    for row in chosen.to_dict("records"):
        last = row["history"].iloc[-1]
        figures.append(
            brief.Figure(
                indicator=row["indicator"],
                year=row["year"],
                previous=row["previous"] or "–",
                change=row["change"] if row["previous"] else "–",
                median="–"
                if row["median"] == t("profile.median_none", frame.lang)
                else row["median"],
                value=row["latest"],
                report_id=last["evidence_report"],
                surface=str(last["surface"] or ""),
                sentence=str(last["sentence"] or "").strip(),
            )
        )
    ids = {one.report_id for one in figures}
    reports = {one: queries.report(frame.con.cursor(), one) or {} for one in sorted(ids)}
    build_id = str(frame.build["build_id"])
    return brief.Brief(frame.area_name(area), figures, reports, build_id, link)


def downloads(frame: filters.Frame, values: pd.DataFrame, rows: pd.DataFrame, area: str) -> None:
    """A brief with numbered sources, and all values shown, with theirs."""
    lang = frame.lang
    long = export.long(values, str(frame.build["build_id"]), lang, frame.category)
    link = filters.full_link("profile", frame)
    told = summary(frame, rows, area, link)

    def workbook() -> bytes:
        sheets = {
            "notes": export.notes(frame.build, len(long), link, lang),
            "sources": export.sources(long),
            "codes": export.code_book(frame.indicators, frame.codes, lang),
        }
        return export.xlsx(long, sheets, lang)

    def short_workbook() -> bytes:
        sheets = {
            "sources": brief.sources(told),
            "notes": export.notes(frame.build, len(told.figures), link, lang),
        }
        return export.xlsx(brief.table(told), sheets, lang)

    name = f"{t('profile.file', lang)}_{area}"
    short = f"{t('profile.brief_file', lang)}_{area}"
    offers: tuple[tuple[str, Callable[[], bytes], str], ...] = (
        ("brief", lambda: brief.word(told, lang), f"{short}.docx"),
        ("brief_xlsx", short_workbook, f"{short}.xlsx"),
        ("xlsx", workbook, f"{name}.xlsx"),
        ("csv", lambda: export.excel_csv(long, lang), f"{name}.csv"),
    )
    with st.container(horizontal=True, key="downloads_profile"):
        with st.popover(t("profile.text", lang), width="content"):
            st.caption(t("profile.text_help", lang))
            st.code(brief.text(told, lang), language=None, wrap_lines=True)
        for key, make, file in offers:
            st.download_button(t(f"profile.{key}", lang), make, file, on_click="ignore")


def main(frame: filters.Frame) -> None:
    """Area, headline cards, full table, gaps, checks."""
    lang = frame.lang
    area = choose_area(frame)
    if area is None:
        return
    frame.shown["areas"] = (area,)
    mine = queries.reports(frame.con, [area], published=True)
    years = [year for year in sorted(set(mine["time_period"])) if year in frame.year_ids()]
    about = frame.areas.set_index("ref_area").loc[area]
    st.caption(
        t(
            "profile.caption",
            lang,
            path=str(about["path"]).replace("/", " / "),
            level=frame.label("level", str(about["level"])),
            years="、".join(years) if lang == "zh" else ", ".join(years),
        )
    )
    found = queries.observations(frame.con, areas=[area], years=frame.year_ids())
    found = filters.admitted(frame, found)
    if found.empty:
        st.info(t("profile.no_values", lang))
    else:
        values = charts.series(found, frame.area_name, frame.category, lang)
        rows = table(frame, values, area)
        downloads(frame, found, rows, area)
        if rows["headline"].any():
            cards(frame, rows)
            pictures(frame, rows, area)
        values_table(frame, rows)
        benchmarks(frame, values)
        peer_gaps(frame, area, years)
        gaps(frame, values, years)
    findings(frame, area, years)


with filters.show("profile", bar=("area", "years")) as frame:
    main(frame)
