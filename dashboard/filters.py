"""The frame of every page: selection bar, language, link, data version, and the states without data.

The address is the only memory. Widgets are set from it before they are drawn and write to it when they
are used, so a link, the Back button and a change of page all mean the same thing. It is never rewritten
for another reason: every rewrite is a step that Back would fall into.
"""

import gc
import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import duckdb
import pandas as pd
import streamlit as st

from dashboard import charts, db, queries, url_state
from dashboard.comparison import Break
from dashboard.text import known as has_words
from dashboard.text import t
from dashboard.url_state import Selection

_LOG = logging.getLogger(__name__)
BUILD = "fazhi build seeds"
_NOTICES = 3
_RECENT = 5
_TABLES = ("build", "areas", "indicators", "years", "codes", "ratios", "laws")
DRAWING, REDRAWING = 0.15, 0.05  # seconds in which a browser has drawn a chart that was sent to it
SHOWN = 60  # areas of a page unasked, of more the best covered ones
LISTED = 500  # areas in a list to choose from, of more those that are looked for
OFFERED = 50  # what a search for areas offers
MANY = 6  # up to this many areas are drawn unasked, of more the best covered ones
LIMIT = 5
SURE = 0.8  # confidence from which a reading counts as sure
CONDITIONS = {
    "comparable": "1",
    "confidence": "high",
    "status": "reviewed",
}  # as the address says them


@dataclass(frozen=True)
class Frame:
    """What a page needs: the language, a cursor, what is selected and what there is to select."""

    lang: str
    con: duckdb.DuckDBPyConnection
    path: Path
    build: dict[str, Any]
    selection: Selection
    areas: pd.DataFrame
    indicators: pd.DataFrame
    years: list[str]
    codes: dict[tuple[str, str], tuple[str, str]]
    ratios: dict[str, dict[str, int]]
    laws: dict[str, list[tuple[date, str, str]]]
    shown: dict[str, url_state.Value] = field(default_factory=dict)
    """What the page chose where the reader has not: a copied link says it, tomorrow's choice may differ."""
    sent: set[str] = field(default_factory=set)
    """Pages whose first chart has been sent in this run."""

    @cached_property
    def offered(self) -> pd.DataFrame:
        """The areas of the chosen level."""
        return _of_level(self.areas, self.selection.level)

    def area_ids(self) -> tuple[str, ...]:
        """The chosen areas, or those of the chosen level: of too many those with most reports."""
        if self.selection.areas:
            return self.selection.areas
        if len(self.offered) <= SHOWN:
            return tuple(self.offered["ref_area"])
        return _best(str(self.path), self.selection.level, SHOWN, self.offered)

    def every_area(self) -> tuple[str, ...]:
        """The chosen areas, or all of the chosen level, be they ever so many."""
        return self.selection.areas or tuple(self.offered["ref_area"])

    def year_ids(self) -> tuple[str, ...]:
        """Every year from the first to the last chosen, also those without a report."""
        if not self.years:
            return ()
        first = self.selection.year_from or int(self.years[0])
        last = self.selection.year_to or int(self.years[-1])
        return tuple(str(year) for year in range(first, last + 1))

    @cached_property
    def look(self) -> charts.Look:
        """How this reader sees figures; the start page tells a narrow screen."""
        narrow = st.context.cookies.get("narrow") == "1"
        dark = st.context.theme.type == "dark"
        return charts.Look(narrow, self.selection.numbers == "short", dark)

    def breaks(self, indicator: str) -> list[Break]:
        """Days within the chosen years from which an indicator is counted otherwise."""
        found = [
            Break(first, (zh, en)[self.lang == "en"])
            for first, zh, en in self.laws.get(indicator, ())
        ]
        return [one for one in found if one.within(self.year_ids())]

    @cached_property
    def _area_names(self) -> dict[str, str]:
        return _names(str(self.path), self.lang, self.areas)

    @cached_property
    def _indicator_names(self) -> dict[str, str]:
        names = self.indicators[f"name_{self.lang}"].astype(str)
        return dict(zip(self.indicators["indicator"].astype(str), names, strict=True))

    @cached_property
    def chosen_indicators(self) -> tuple[str, ...]:
        """The chosen indicators; where none is chosen, the best covered one of the overview."""
        if self.selection.indicators or self.indicators.empty:
            return self.selection.indicators
        columns = (self.indicators[c] for c in ("headline", "cells", "kind", "indicator"))
        ranked = zip(*columns, strict=True)
        best = max(ranked, key=lambda row: (row[0], row[1], row[2] == "rate"))
        return (str(best[3]),)

    @property
    def terms(self) -> tuple[str, ...]:
        """Words of the domain, which are never cut apart."""
        return tuple(code for code_list, code in self.codes if code_list == "term")

    def drawn(self, rows: pd.DataFrame) -> list[str]:
        """Which areas a chart shows: all chosen ones, or the best covered where nobody chose and there are many."""
        held = set(rows["ref_area"])
        ids = [code for code in self.area_ids() if code in held]
        if self.selection.areas or len(ids) <= MANY:
            return ids
        years = rows.groupby("ref_area")["time_period"].nunique()
        return list(years.loc[ids].sort_values(ascending=False, kind="stable").index[:LIMIT])

    def area_name(self, code: str) -> str:
        """The name, in English with the Chinese one."""
        return self._area_names.get(code, code)

    def area_option(self, code: str, chosen: Collection[object] | None = None) -> str:
        """The name in a list to choose from: with pinyin and initials to type, until it is chosen."""
        name = self.area_name(code)
        if code in (self.selection.areas if chosen is None else chosen):
            return name
        spellings = _spellings(str(self.path), self.lang, self.areas)
        return f"{name} {spellings.get(code, '')}"

    @property
    def display(self) -> str:
        """Which values are shown: as stated, per unit, or the change on the year before."""
        return self.selection.display or "value"

    @property
    def asked(self) -> bool:
        """Whether the reader wants changes also between values that do not compare."""
        return self.selection.comparable == "0"

    def ratio(self, indicator: str) -> str:
        """The denominator of an indicator: the one chosen where it has that, else its first, "" where it has none."""
        options = self.ratios.get(indicator, {})
        return self.selection.per if self.selection.per in options else next(iter(options), "")

    def peers(self) -> tuple[str, ...]:
        """The areas of the first chosen one's level in its city, or in its province where it is a city."""
        if not self.selection.areas:
            return ()
        about = self.areas.set_index("ref_area")
        own = about.loc[self.selection.areas[0]]
        names = own["path"].split("/")
        above = 1 if names[0].endswith("市") or own["level"] == "prefecture" else 2
        city = "/".join([*names[:above], ""])
        same = self.areas[
            (self.areas["level"] == own["level"]) & self.areas["path"].str.startswith(city)
        ]
        return tuple(same["ref_area"])

    def indicator_name(self, indicator: str) -> str:
        """The name of an indicator in the reader's language."""
        return self._indicator_names.get(indicator, indicator)

    def label(self, code_list: str, code: str) -> str:
        """The words for a code."""
        key = f"{code_list}.{code}"
        if has_words(key):
            return t(key, self.lang)
        return self.codes.get((code_list, code), (code, code))[self.lang == "en"]

    def category(self, text: str) -> str:
        """A category in words, nothing for the whole."""
        return readable_category(text, self.codes, self.lang)

    def update(self, **changes: url_state.Value) -> None:
        """Writes changes to the shared selection; the caller reruns."""
        st.query_params.from_dict(url_state.params(replace(self.selection, **changes)))


def readable_category(text: str, codes: dict[tuple[str, str], tuple[str, str]], lang: str) -> str:
    """`{"base": "online"}` in words."""
    pairs = queries.category_pairs(text)
    words = [codes.get((f"category:{key}", code), (code, code)) for key, code in pairs]
    return " · ".join(pair[lang == "en"] for pair in words)


def address() -> dict[str, list[str]]:
    """The parameters as they stand in the address."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def language() -> str:
    """The language asked for, before anything else is known."""
    asked = address().get("lang", ["zh"])[-1]
    return asked if asked in url_state.CHOICES["lang"] else "zh"


@contextmanager
def show(
    page: str, bar: tuple[str, ...] = ("level", "areas", "years", "indicators")
) -> Iterator[Frame]:
    """Gives the page what it needs, and draws the frame above it; stops where there is nothing to show.

    The frame is sent after the page although it stands before it: what takes time is the chart.
    """
    lang = language()
    asked = address()
    linked = asked.get("build", [""])[-1]
    newest, pinned = _builds(linked)
    published = db.state(pinned or newest)
    path = published.path
    if path is None or published.problem:
        _no_data(page, lang, published.problem or "missing")
    facts = _facts(str(path), db.cursor(path))
    here = pinned is not None or linked == str(facts["build"]["build_id"])
    known = replace(
        facts["known"],
        builds=frozenset([linked] if here else []),
        reports=queries.known_reports(
            db.cursor(path), [*asked.get("report", ()), *asked.get("with", ())]
        ),
    )
    selection, ignored = url_state.parse(asked, known)
    if pinned in (None, newest):
        selection = replace(selection, build="")
    gone = "" if here or not db.VERSION.fullmatch(linked) else linked
    ignored = tuple(one for one in ignored if not (gone and one.parameter == "build"))
    tables = {name: facts[name] for name in _TABLES}
    frame = Frame(lang, db.cursor(path), path, selection=selection, **tables)
    place = st.container(key=f"frame_{len(bar)}")
    try:
        yield frame
    except Exception:  # noqa: BLE001 - the one screen a reader sees of our mistake; the log has it
        _LOG.exception("page %s failed at %s", page, st.context.url)
        st.error(t("frame.failed", lang))
    finally:  # also over a page that failed or stopped: the way on is up there
        with place:
            _head(page, frame)
            _notices(frame, ignored)
            _version(frame, newest, gone)
            _bar(frame, bar)
        _settle(page)


@st.cache_resource(show_spinner=False)
def _settle(page: str) -> None:  # noqa: ARG001 once for each page
    """What a page has loaded stays for good: a collection of garbage need not look at it, 5 ms instead of 70."""
    gc.collect()
    gc.freeze()


@st.cache_resource(max_entries=2, show_spinner=False)  # shared and only read: copies cost more
def _facts(path: str, _con: duckdb.DuckDBPyConnection) -> dict[str, Any]:  # noqa: ARG001 path is the cache's key
    """What there is to select; kept by the file's path, which changes with every build."""
    areas, indicators = queries.areas(_con), queries.indicators(_con)
    ratios, years = queries.ratios(_con), queries.years(_con)
    return {
        "build": queries.build(_con),
        "areas": areas,
        "indicators": indicators,
        "years": years,
        "ratios": ratios,
        "laws": queries.breaks(_con),
        "codes": {(row[0], row[1]): (row[2], row[3]) for row in queries.codes(_con).to_numpy()},
        "known": url_state.Known(
            areas=frozenset(areas["ref_area"]),
            levels=frozenset(areas["level"]),
            indicators=frozenset(indicators["indicator"]),
            years=frozenset(map(int, years)),
            categories=frozenset(
                f"{name.removeprefix('category:')}:{code}"
                for name, code in queries.codes(_con)[["code_list", "code"]].to_numpy()
                if name.startswith("category:")
            ),
            denominators=frozenset(name for some in ratios.values() for name in some),
        ),
    }


@st.cache_resource(max_entries=4, show_spinner=False)
def _names(path: str, lang: str, _areas: pd.DataFrame) -> dict[str, str]:  # noqa: ARG001 path is the cache's key
    """What each area is called: looked up for every mark and option."""
    columns = (_areas[c].astype(str) for c in ("ref_area", "name", "name_en", "path"))
    rows = list(zip(*columns, strict=True))
    count = Counter(name for _, name, _, _ in rows)
    names = {}
    for code, plain, english, above in rows:
        shared = count[plain] > 1  # two districts may have a street of one name
        name = f"{plain}（{' / '.join(above.split('/')[-2:-1])}）" if shared else plain
        both = english if name in english else f"{english} {name}".strip()
        names[code] = name if lang == "zh" else both
    return names


@st.cache_resource(max_entries=4, show_spinner=False)
def _spellings(path: str, lang: str, _areas: pd.DataFrame) -> dict[str, str]:  # noqa: ARG001 as above
    """How an area may be typed: with pinyin and initials."""
    columns = (_areas[c].astype(str) for c in ("ref_area", "name_en", "initials"))
    return {
        code: f"{english.split(' ')[0].lower()} {initials}" if lang == "zh" else initials
        for code, english, initials in zip(*columns, strict=True)
    }


@st.cache_resource(max_entries=20, show_spinner=False)
def _best(path: str, level: str | None, count: int, _areas: pd.DataFrame) -> tuple[str, ...]:  # noqa: ARG001 as above
    """The areas with most reports, in the order of the table."""
    most = _areas.sort_values("reports", ascending=False, kind="stable").head(count)
    return tuple(most.sort_index()["ref_area"])


def _of_level(areas: pd.DataFrame, level: str | None) -> pd.DataFrame:
    return areas if level is None else areas[areas["level"] == level]


def _pages(lang: str, parameters: dict[str, list[str]]) -> None:
    """Links to the pages that keep the selection, which the framework's own navigation drops."""
    with st.container(horizontal=True):
        for page in url_state.PATHS:
            st.page_link(
                f"dashboard/pages/{page}.py",
                label=t(f"frame.{page}", lang),
                query_params=parameters,
            )


def _no_data(page: str, lang: str, problem: str) -> NoReturn:
    _pages(lang, {"lang": [lang]})
    st.title(t(f"frame.{page}", lang))
    _language(lang, lambda chosen: st.query_params.from_dict({**address(), "lang": chosen}))
    st.info(t(f"frame.{problem}", lang))
    st.code(BUILD, language=None)
    st.caption(t("frame.state_help", lang))
    if problem == "empty":
        st.caption(t("frame.missing_reason", lang))
    st.stop()


def _language(lang: str, choose: Callable[[str], None]) -> None:
    st.session_state["frame_lang"] = lang
    st.segmented_control(
        t("frame.language", lang),
        url_state.CHOICES["lang"],
        format_func=lambda code: {"zh": "中文", "en": "English"}[code],
        key="frame_lang",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: choose(st.session_state["frame_lang"]),
    )


def _head(page: str, frame: Frame) -> None:
    lang, build = frame.lang, frame.build
    _pages(lang, url_state.params(frame.selection))
    with st.container(horizontal=True, vertical_alignment="center", key="frame_head"):
        st.title(t(f"frame.{page}", lang))
        with st.popover(
            t("frame.conditions_set" if any(_set(frame).values()) else "frame.conditions", lang),
            width="content",
        ):
            _conditions(frame)
        with st.popover(t("frame.copy_link", lang), width="content"):
            st.caption(t("frame.copy_help", lang))
            st.code(full_link(page, frame), language=None, wrap_lines=True)
        _language(lang, lambda chosen: frame.update(lang=chosen))
    st.caption(
        t(
            "frame.version",
            lang,
            build=str(build["build_id"])[:12],
            reports=build["reports_published"],
            reviewed=build["reviewed"],
            charted=build["charted"],
        )
    )


def _set(frame: Frame) -> dict[str, bool]:
    return {name: getattr(frame.selection, name) == code for name, code in CONDITIONS.items()}


def _conditions(frame: Frame) -> None:
    """Switches that leave out what is less than comparable, sure or reviewed."""
    for name, on in _set(frame).items():
        key = f"frame_{name}"
        st.session_state[key] = on
        st.toggle(
            t(f"frame.only_{name}", frame.lang),
            key=key,
            help=t(f"frame.only_{name}_help", frame.lang),
            on_change=lambda name=name, key=key: frame.update(
                **{name: CONDITIONS[name] if st.session_state[key] else ""}
            ),
        )
    st.session_state["frame_short"] = frame.look.short
    st.toggle(
        t("frame.short", frame.lang),
        key="frame_short",
        help=t("frame.short_help", frame.lang),
        on_change=lambda: frame.update(numbers="short" if st.session_state["frame_short"] else ""),
    )


def full_link(page: str, frame: Frame) -> str:
    """Everything spelled out, defaults too: tomorrow's defaults may differ, this link must not."""
    years = frame.year_ids()
    explicit = url_state.link(
        page,
        frame.selection,
        **{
            "areas": frame.area_ids(),
            "year_from": int(years[0]) if years else None,
            "year_to": int(years[-1]) if years else None,
            "build": str(frame.build["build_id"]),
        }
        | frame.shown,
    )
    here = urlsplit(st.context.url or "")
    base = f"{here.scheme}://{here.netloc}" if here.netloc else ""
    return base + explicit


def _notices(frame: Frame, ignored: tuple[url_state.Ignored, ...]) -> None:
    lang = frame.lang
    lines = [
        t(
            "frame.ignored",
            lang,
            parameter=f"`{_code(one.parameter)}`",
            value=f"`{_code(one.value)}`",
        )
        for one in ignored[:_NOTICES]
    ]
    if len(ignored) > _NOTICES:
        lines.append(t("frame.ignored_more", lang, count=len(ignored) - _NOTICES))
    if lines:
        st.warning("  \n".join(lines))
    if not frame.selection.areas and len(frame.offered) > SHOWN:
        st.caption(t("frame.best_covered", lang, shown=SHOWN, count=len(frame.offered)))


def _builds(linked: str) -> tuple[Path | None, Path | None]:
    """The newest build, and the one a link names unless it is gone, damaged or of another version of the program."""
    folder = db.data_dir()
    pinned = db.version(folder, linked)
    return db.current(folder), None if db.state(pinned).problem else pinned


def _version(frame: Frame, newest: Path | None, gone: str) -> None:
    """Whether the data have moved on since the link was made: figures may differ from those it was made for."""
    lang = frame.lang
    if gone:
        st.info(t("frame.moved_on", lang, was=gone[:12], **_facts_of(frame.build)))
    if frame.selection.build and newest:
        now = _facts_of(queries.build(db.cursor(newest)))
        text, button = st.columns([5, 2], vertical_alignment="center")
        text.info(t("frame.pinned", lang, was=frame.selection.build[:12], **now))
        button.button(t("frame.newest", lang), on_click=lambda: frame.update(build=""))


def _facts_of(build: dict[str, Any]) -> dict[str, Any]:
    return {
        "build": str(build["build_id"])[:12],
        "built": str(build["built_at"])[:10],
        "reports": build["reports_published"],
    }


def _code(text: str) -> str:
    """Safe between backticks: what the address says is shown, never interpreted."""
    return "".join(c for c in text.replace("`", "'") if c.isprintable()) or " "


def _bar(frame: Frame, bar: tuple[str, ...]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="frame_bar"):
        for name, part in _PARTS.items():
            if name in bar:
                part(frame)
    if "indicators" in bar:
        _indicators(frame)


def _level(frame: Frame) -> None:
    st.session_state["frame_level"] = frame.selection.level or ""
    st.selectbox(
        t("frame.level", frame.lang),
        ["", *dict.fromkeys(frame.areas["level"])],
        format_func=lambda code: (
            frame.label("level", code) if code else t("frame.level_all", frame.lang)
        ),
        key="frame_level",
        filter_mode=None,
        width=210,
        on_change=lambda: frame.update(level=st.session_state["frame_level"] or None, areas=()),
    )


def look_for(frame: Frame, areas: pd.DataFrame, key: str) -> list[str]:
    """The areas of a list to choose from; of too many for a browser those that a text field looks for, on the server."""
    if len(areas) <= LISTED:
        return list(areas["ref_area"])
    typed = st.text_input(
        t("frame.look_for", frame.lang, count=len(areas)),
        key=key,
        placeholder=t("frame.look_for_placeholder", frame.lang),
        width=230,
    ).strip()
    if not typed:
        return list(_best(str(frame.path), frame.selection.level, OFFERED, areas))
    return queries.areas_called(frame.con, typed, frame.selection.level, OFFERED)


def _areas(frame: Frame) -> None:
    lang = frame.lang
    st.session_state["frame_areas"] = list(frame.selection.areas)
    with st.container(horizontal=True, vertical_alignment="bottom", key="frame_places"):
        options = dict.fromkeys(
            [*look_for(frame, frame.offered, "frame_look_for"), *frame.selection.areas]
        )
        st.multiselect(
            t("frame.areas", lang),
            list(options),
            format_func=frame.area_option,
            key="frame_areas",
            filter_mode="contains",
            select_all=False,
            placeholder=t("frame.areas_placeholder" if options else "frame.no_options", lang),
            on_change=lambda: frame.update(areas=tuple(st.session_state["frame_areas"])),
        )
        with st.popover(t("frame.quick", lang), width="content"):
            _peers(frame)
            _recent(frame)


def _area(frame: Frame) -> None:
    """One area, the one the page shows; nothing where it shows none."""
    shown = frame.shown.get("areas")
    if not isinstance(shown, tuple):
        return
    options = dict.fromkeys([*look_for(frame, frame.areas, "frame_look_for"), shown[0]])
    st.session_state["frame_area"] = shown[0]
    st.selectbox(
        t("frame.area", frame.lang),
        list(options),
        format_func=lambda code: frame.area_option(code, chosen=shown),
        key="frame_area",
        filter_mode="contains",
        on_change=lambda: frame.update(areas=(st.session_state["frame_area"],)),
    )


def _peers(frame: Frame) -> None:
    """One click from an area to all of its level in its city."""
    lang = frame.lang
    peers = frame.peers()
    if len(peers) > 1:
        st.button(
            t(
                "frame.same_city",
                lang,
                area=frame.area_name(frame.selection.areas[0]),
                count=len(peers),
            ),
            key="frame_peers",
            on_click=lambda: frame.update(areas=peers),
        )
    else:
        st.caption(t("frame.no_peers" if frame.selection.areas else "frame.choose_first", lang))


def _recent(frame: Frame) -> None:
    """What this reader chose before, newest first."""
    chosen = (frame.selection.areas, frame.selection.indicators)
    before: list[tuple[tuple[str, ...], tuple[str, ...]]] = st.session_state.get("recent", [])
    kept = [chosen, *(one for one in before if one != chosen)] if any(chosen) else before
    st.session_state["recent"] = kept[: _RECENT + 1]
    others = [one for one in kept if one != chosen][:_RECENT]
    if others:
        st.caption(t("frame.recent", frame.lang))
    for number, (areas, indicators) in enumerate(others):
        names = [*map(frame.area_name, areas[:3]), *map(frame.indicator_name, indicators[:2])]
        more = len(areas) + len(indicators) - len(names)
        words = t("frame.separator", frame.lang).join(names) + (f" +{more}" if more > 0 else "")
        st.button(
            words,
            key=f"frame_recent_{number}",
            type="tertiary",
            on_click=lambda areas=areas, indicators=indicators: frame.update(
                areas=areas, indicators=indicators
            ),
        )


def _years(frame: Frame) -> None:
    chosen = frame.year_ids()
    span = range(int(min([*frame.years, *chosen])), int(max([*frame.years, *chosen])) + 1)
    st.session_state["frame_from"], st.session_state["frame_to"] = int(chosen[0]), int(chosen[-1])
    for name in ("from", "to"):
        st.selectbox(
            t(f"frame.{name}", frame.lang),
            [y for y in span if (y <= int(chosen[-1]) if name == "from" else y >= int(chosen[0]))],
            key=f"frame_{name}",
            filter_mode=None,
            width=110,
            on_change=lambda: frame.update(
                year_from=st.session_state["frame_from"], year_to=st.session_state["frame_to"]
            ),
        )


def _indicators(frame: Frame) -> None:
    lang, table = frame.lang, frame.indicators
    ordered = table.sort_values("cells", ascending=False, kind="stable")
    cells = dict(zip(table["indicator"], table["cells"], strict=True))
    st.session_state["frame_indicators"] = list(frame.chosen_indicators)
    st.multiselect(
        t("frame.indicators", lang),
        list(ordered["indicator"]),
        format_func=lambda code: f"{frame.indicator_name(code)} ({cells[code]})",
        key="frame_indicators",
        filter_mode="contains",
        select_all=False,
        max_selections=url_state.MOST["indicator"],
        placeholder=t("frame.indicators_placeholder", lang),
        on_change=lambda: frame.update(indicators=tuple(st.session_state["frame_indicators"])),
    )


_PARTS: dict[str, Callable[[Frame], None]] = {
    "area": _area,
    "areas": _areas,
    "level": _level,
    "years": _years,
}


def conditions(frame: Frame) -> tuple[bool, bool, bool]:
    """Whether only comparable, sure, reviewed values are asked for."""
    comparable, sure, reviewed = _set(frame).values()
    return comparable, sure, reviewed


def admitted(frame: Frame, found: pd.DataFrame) -> pd.DataFrame:
    """The observations that meet the reader's conditions (see `CONDITIONS`)."""
    chosen = frame.selection
    if chosen.comparable == "1":
        whole = found["period"].isin(["full_year", "point_in_time"]) & (
            found["qualifier"] == "exact"
        )
        found = found[whole & found["obs_status"].isin(["A", "V"]) & (found["scope"] == "whole")]
    if chosen.confidence == "high":
        found = found[found["confidence"] >= SURE]
    if chosen.status == "reviewed":
        found = found[[("V" not in str(codes).split(";")) for codes in found["obs_status_all"]]]
    return found


def drawn_first(frame: Frame, page: str) -> None:
    """The rest of a page is sent when its first chart has been drawn: sent at once, the browser draws the chart last."""
    if page in frame.sent:
        return
    frame.sent.add(page)
    pages = st.session_state.setdefault("pages_drawn", set())
    time.sleep(REDRAWING if page in pages else DRAWING)
    pages.add(page)


def follow(frame: Frame, event: url_state.Value) -> None:
    """A click on a mark leads to the sentence it rests on."""
    points = event.selection.points if event is not None else []
    held = points[0].get("customdata") if points else None
    if not held:
        return
    report, start, end = list(held.values()) if isinstance(held, dict) else list(held)
    if not report:
        return
    chosen = replace(
        frame.selection, report=report, quantity=(start, end) if int(start) >= 0 else None
    )
    st.switch_page("dashboard/pages/evidence.py", query_params=url_state.params(chosen))
