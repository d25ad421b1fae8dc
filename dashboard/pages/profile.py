"""One area: what its reports state for each indicator, next to its past and its peers, and what they omit."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import charts, comparison, export, filters, queries, url_state
from dashboard.text import either, number, plain, t, unit, year_label

MIN_PEERS = 2
CARDS = 4  # in a row


def choose_area(frame: filters.Frame) -> str | None:
    """The area of the address, else the one with most reports."""
    known = frame.areas
    if known.empty:
        st.info(t("profile.no_areas", frame.lang))
        return None
    best = known.sort_values("reports", ascending=False, kind="stable")["ref_area"].iloc[0]
    chosen = frame.selection.areas[0] if frame.selection.areas else str(best)
    st.session_state["profile_area"] = chosen
    st.selectbox(
        t("profile.area", frame.lang),
        list(known["ref_area"]),
        format_func=frame.area_name,
        key="profile_area",
        on_change=lambda: frame.update(areas=(st.session_state["profile_area"],)),
    )
    return chosen


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
                "domain": last[f"domain_{lang}"],
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
    shown = list(rows[rows["headline"]].to_dict("records"))
    for at in range(0, len(shown), CARDS):
        for column, row in zip(st.columns(CARDS), shown[at : at + CARDS], strict=False):
            with column.container(border=True, height="stretch"):
                st.caption(row["indicator"])
                st.markdown(f"### {row['latest']}")
                st.markdown(f"{row['year']} · [{t('profile.open', frame.lang)}]({row['open']})")
                history = row["history"]
                if len(history) > 1:
                    st.caption(row["previous"])
                    years = [
                        str(y)
                        for y in range(int(history["year"].min()), int(history["year"].max()) + 1)
                    ]
                    points = ", ".join(
                        f"{y} {p}" for y, p in zip(history["year"], history["point"], strict=True)
                    )
                    st.plotly_chart(
                        charts.seen(charts.sparkline(history, years, frame.lang), frame.look),
                        theme=None,
                        config=charts.CONFIG | {"displayModeBar": False},
                        key=f"spark_{row['indicator']}",
                        alt=t(
                            "profile.spark_alt", frame.lang, name=row["indicator"], points=points
                        ),
                    )


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
        "domain",
    ]
    heads = {name: t(f"profile.{name}", lang) for name in names}
    opened = heads["open"]
    st.dataframe(
        rows[names].rename(columns=heads),
        hide_index=True,
        width="stretch",
        height=min(36 * (len(rows) + 1) + 3, 760),
        column_config={
            opened: st.column_config.LinkColumn(opened, display_text=opened, width="small"),
            heads["indicator"]: st.column_config.TextColumn(width="medium"),
            heads["previous"]: st.column_config.TextColumn(width=150),
            heads["change"]: st.column_config.TextColumn(width=170),
            heads["domain"]: st.column_config.TextColumn(width="small"),
        },
    )
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


def findings(frame: filters.Frame, area: str, years: list[str]) -> None:
    """What the checks say about this area's reports."""
    lang = frame.lang
    st.subheader(t("profile.findings", lang))
    found = queries.findings(frame.con)
    mine = found[(found["ref_area"] == area) & found["time_period"].isin(years)]
    if mine.empty:
        st.caption(t("profile.findings_none", lang))
        return
    shown = pd.DataFrame(
        {
            t("profile.severity", lang): [
                frame.label("severity", code) for code in mine["severity"]
            ],
            t("profile.year", lang): mine["time_period"],
            t("profile.message", lang): [either(words, lang) for words in mine["message"]],
        }
    )
    st.table(shown.set_index(t("profile.severity", lang)))
    st.caption(t("profile.findings_note", lang))


def downloads(frame: filters.Frame, values: pd.DataFrame, area: str) -> None:
    """The values shown, with their sources."""
    lang = frame.lang
    rows = export.long(values, str(frame.build["build_id"]), lang, frame.category)
    link = url_state.link(
        "profile", frame.selection, areas=(area,), build=str(frame.build["build_id"])
    )

    def workbook() -> bytes:
        sheets = {
            "notes": export.notes(frame.build, len(rows), link, lang),
            "sources": export.sources(rows),
            "codes": export.code_book(frame.indicators, frame.codes, lang),
        }
        return export.xlsx(rows, sheets, lang)

    name = f"{t('profile.file', lang)}_{area}"
    left, right, _ = st.columns([1, 1, 2])
    left.download_button(
        t("profile.xlsx", lang), workbook, f"{name}.xlsx", on_click="ignore", width="stretch"
    )
    right.download_button(
        t("profile.csv", lang),
        lambda: export.excel_csv(rows, lang),
        f"{name}.csv",
        "text/csv",
        on_click="ignore",
        width="stretch",
    )


def main(frame: filters.Frame) -> None:
    """Area, headline cards, full table, gaps, checks."""
    lang = frame.lang
    area = choose_area(frame)
    if area is None:
        return
    frame.shown["areas"] = (area,)
    reports = queries.reports(frame.con)
    mine = reports[(reports["ref_area"] == area) & (reports["status"] == "published")]
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
        if rows["headline"].any():
            cards(frame, rows)
        values_table(frame, rows)
        downloads(frame, found, area)
        gaps(frame, values, years)
    findings(frame, area, years)


with filters.show("profile", bar=("years",)) as frame:
    main(frame)
