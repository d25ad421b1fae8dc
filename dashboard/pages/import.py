"""Reports from a bureau's own desk: drop one, see what was read and how it compares, then add it, or take it out again.

Nothing is saved before “Add”. What a file or its name says is shown escaped or between backticks, never interpreted.
"""

import hmac
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, NoReturn

import pandas as pd
import streamlit as st

from dashboard import db, filters, intake, queries, reader, url_state
from dashboard.intake import Choice, Dropped, Entry, Json, Refused
from dashboard.text import either, number, t

AT_ONCE = 2  # files read at the same time
EXAMPLES = 20  # published reports among which one is taken whose file is still here
TEXT_SHOWN = 200_000  # characters; a browser chokes on much more
OUTCOMES = ("different", "new", "same", "missing")
# The framework's own words in the drop zone are English only; ours take their place.
DROP_ZONE = """<style>
.st-key-import_drop [data-testid=stFileUploaderDropzone] > span button [data-testid=stMarkdownContainer] {{font-size: 0;}}
.st-key-import_drop [data-testid=stFileUploaderDropzone] > span button [data-testid=stMarkdownContainer]::after {{content: "{upload}"; font-size: 1rem;}}
.st-key-import_drop [data-testid=stFileUploaderDropzoneInstructions] span {{font-size: 0;}}
.st-key-import_drop [data-testid=stFileUploaderDropzoneInstructions] span::after {{content: "{limit}"; font-size: .875rem;}}
[data-testid=stTooltipErrorContent] {{font-size: 0;}}
[data-testid=stTooltipErrorContent]::after {{content: "{too_large}"; font-size: .875rem;}}
</style>"""


@dataclass(frozen=True)
class Done:
    """What was asked for last, until the next file comes."""

    built: intake.Built | None
    failed: str = ""
    added: tuple[Entry, ...] = ()
    removed: tuple[Entry, ...] = ()


# --- who may ------------------------------------------------------------------------------------------


def admitted(lang: str) -> bool:
    """Only this machine's own user, or who knows the token."""
    secret = os.environ.get("FAZHI_TOKEN", "")
    if not secret:
        headers = st.context.headers
        asked, forwarded = headers.get("Host", ""), headers.get("X-Forwarded-For", "")
        if intake.loopback(os.environ.get("FAZHI_HOST", ""), asked, forwarded):
            return True
        st.info(t("import.closed", lang))
        return False
    if st.session_state.get("import_admitted"):
        return True
    st.info(t("import.token_needed", lang))
    given = st.text_input(t("import.token", lang), type="password", key="import_token")
    if hmac.compare_digest(given.encode(), secret.encode()):
        st.session_state["import_admitted"] = True
        st.rerun()
    if given:
        st.error(t("import.token_wrong", lang))
    return False


# --- what is dropped, and what it says ------------------------------------------------------------------


def drop(frame: filters.Frame) -> list[Dropped]:
    """The files in the drop zone, or the example."""
    lang = frame.lang
    st.markdown(t("import.intro", lang))
    words = {name: t(f"import.{name}", lang) for name in ("upload", "limit", "too_large")}
    st.html(DROP_ZONE.format(**words))
    with st.container(key="import_drop"):
        files = st.file_uploader(
            t("import.files", lang),
            accept_multiple_files=True,
            max_upload_size=intake.MAX_MB,
            key=f"import_files_{st.session_state.get('import_round', 0)}",
        )
    if len(files) > intake.MAX_FILES:
        limit = intake.MAX_FILES
        st.warning(t("import.too_many", lang, limit=limit, count=len(files) - limit))
    if files:
        st.session_state.pop("import_example", None)
        st.session_state.pop("import_done", None)
    found = [intake.dropped(file.name, file.getvalue()) for file in files[: intake.MAX_FILES]]
    return list({file.sha256: file for file in found or example(frame)}.values())


def example(frame: filters.Frame) -> list[Dropped]:
    """A published report, for those who want to see the page at work."""
    lang, on = frame.lang, bool(st.session_state.get("import_example"))
    if st.button(t("import.example_end" if on else "import.example", lang), type="tertiary"):
        st.session_state["import_example"] = not on
        st.rerun()
    if not on:
        return []
    for row in reader.records(queries.reports(frame.con, published=True, limit=EXAMPLES)):
        path = db.data_dir() / intake.original(row["sha256"], row["source"])
        if path.is_file():
            return [intake.dropped(PurePosixPath(row["source"]).name, path.read_bytes())]
    return []


def choice(file: Dropped) -> Choice:
    """What was chosen for a file so far."""
    chosen: dict[str, Choice] = st.session_state.setdefault("import_choices", {})
    return chosen.get(file.sha256, Choice())


def read(files: Sequence[Dropped], lang: str) -> dict[tuple[str, Choice], Json | Refused]:
    """Every file as its own words have it, and with what was chosen; each is read once."""
    kept: dict[tuple[str, Choice], Json | Refused] = st.session_state.get("import_read", {})
    wanted = {(file.sha256, made): file for file in files for made in (Choice(), choice(file))}
    found = {key: kept[key] for key in wanted if key in kept}
    missing = [key for key in wanted if key not in found]
    place = st.empty()  # also where nothing is to be read: what follows must not move
    if missing:
        bar = place.progress(0.0, t("import.reading", lang, done=0, count=len(missing)))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            running = {pool.submit(intake.inspect, wanted[key], key[1]): key for key in missing}
            try:
                for done, future in enumerate(as_completed(running), 1):
                    found[running[future]] = future.result()
                    words = t("import.reading", lang, done=done, count=len(missing))
                    bar.progress(done / len(missing), words)
            finally:  # a visitor who goes on does not wait for the rest
                for future in running:
                    future.cancel()
        place.empty()
    st.session_state["import_read"] = found
    return found


def area(reading: Json) -> str:
    """The place with its full path, empty where it is open."""
    report = reading["report"]
    path = " / ".join(report["ref_area_path"])
    return f"{path} ({report['ref_area']})" if path else ""


def reason(refused: Refused, lang: str) -> str:
    """Why a file was not read, in one sentence."""
    if refused.said:
        return reader.quoted(either(refused.said, lang))
    return t(f"import.refused_{refused.key}", lang)


def state(reading: Json | Refused, held: set[str]) -> str:
    """What can be done with a file: a key of the page's words."""
    if isinstance(reading, Refused):
        return "refused"
    if reading["report"]["sha256"] in held:
        return "held"
    return "ready" if intake.ready(reading) else "open"


def choose(
    frame: filters.Frame, files: Sequence[Dropped], states: dict[str, tuple[str, Json | Refused]]
) -> Dropped:
    """All files in a table, and the one to look at."""
    lang = frame.lang
    if len(files) == 1:
        return files[0]
    rows = []
    for file in files:
        how, reading = states[file.sha256]
        report = {} if isinstance(reading, Refused) else reading["report"]
        rows.append(
            {
                t("import.file", lang): file.name,
                t("import.area", lang): "/".join(report.get("ref_area_path", [])),
                t("import.year", lang): str(report.get("time_period") or ""),
                t("import.state", lang): t(f"import.state_{how}", lang),
            }
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", height="content")
    names = {file.sha256: f"{no} · {file.name}" for no, file in enumerate(files, 1)}
    chosen = st.selectbox(
        t("import.choose", lang, count=len(files)),
        list(names),
        format_func=lambda sha: names[sha],
        key="import_chosen",
        filter_mode=None,
    )
    return next((file for file in files if file.sha256 == chosen), files[0])


# --- one report -----------------------------------------------------------------------------------------


def facts(frame: filters.Frame, file: Dropped, reading: Json, made: Choice) -> None:
    """Who, where and when, and how that was decided."""
    lang, report = frame.lang, reading["report"]
    how = {name: either(said, lang) if report[name] else "" for name, said in report["how"].items()}
    mine = t("import.chosen_here", lang)
    rows = [
        ("title", report["title"]),
        ("issuer", report["issuer"]),
        ("area", area(reading) or t("import.area_open", lang)),
        ("how_area", mine if made.ref_area else how["ref_area"]),
        ("year", str(report["time_period"] or t("import.area_open", lang))),
        ("how_year", mine if made.time_period else how["time_period"]),
        ("published_on", report["published_on"] or ""),
        (
            "read_as",
            t(
                "import.kilobytes",
                lang,
                name=file.name,
                size=f"{len(file.data) / 1024:,.1f}",
                reader=" ".join(filter(None, (report["reader"], report["encoding"]))),
            ),
        ),
        ("problem", problem(report, lang)),
        ("warnings", " ".join(either(line, lang) for line in warnings(report))),
    ]
    st.html(reader.facts((t(f"import.{key}", lang), value) for key, value in rows))


def problem(report: Json, lang: str) -> str:
    """Why it cannot be published as it is, without the advice that follows: the page offers another way."""
    said = either(report["problem"], lang)
    return said.rpartition("；" if lang == "zh" else "; ")[0] or said


def warnings(report: Json) -> list[str]:
    """Those that are said nowhere else on the page."""
    options = {place["ref_area"] for place in report["candidates"]}
    return [
        line
        for line in report["warnings"]
        if line != report["problem"]
        and not any(line.startswith(f"可能是 {code} ") for code in options)
    ]


def decide(frame: filters.Frame, file: Dropped, reading: Json, made: Choice) -> None:
    """Place and year by hand, where the report leaves them open or errs."""
    lang, report = frame.lang, reading["report"]
    labels: dict[str, str] = st.session_state.setdefault("import_labels", {})
    given = [(place["ref_area"], place["ref_area_path"]) for place in report["candidates"]]
    if report["ref_area"]:
        given.insert(0, (report["ref_area"], report["ref_area_path"]))
    labels |= {code: f"{' / '.join(path)} ({code})" for code, path in given}
    with st.expander(
        t("import.decide" if report["problem"] else "import.change", lang),
        expanded=bool(report["problem"]),
    ):
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        with st.container():
            words = st.text_input(
                t("import.find_area", lang),
                key=f"import_words_{file.sha256}",
                placeholder=t("import.find_area_placeholder", lang),
                max_chars=60,
            )
        codes = [code for code, _ in given] + found_areas(frame, words, labels)
        options = list(dict.fromkeys([*codes, *filter(None, [made.ref_area])]))
        st.session_state["import_area"] = made.ref_area or None
        left.selectbox(
            t("import.choose_area", lang, count=len(options)),
            options,
            format_func=lambda code: labels.get(code, code),
            key="import_area",
            index=None,
            filter_mode="contains",
            placeholder=t(
                "import.choose_area_placeholder" if options else "frame.no_options", lang
            ),
            on_change=lambda: decided(file, ref_area=st.session_state["import_area"] or ""),
        )
        st.session_state["import_year"] = int(made.time_period) if made.time_period else None
        right.number_input(
            t("import.choose_year", lang),
            min_value=1980,
            max_value=2099,
            step=1,
            format="%d",
            key="import_year",
            placeholder=str(report["time_period"] or ""),
            on_change=lambda: decided(file, time_period=str(st.session_state["import_year"] or "")),
        )


def found_areas(frame: filters.Frame, words: str, labels: dict[str, str]) -> list[str]:
    """Codes of the divisions that the words name."""
    sought = "".join(words.split()).replace("/", "")
    if not sought:
        return []
    found = reader.records(queries.divisions(frame.con, intake.PLACE_TABLE, sought))
    labels |= {
        row["ref_area"]: f"{row['path'].replace('/', ' / ')} ({row['ref_area']})" for row in found
    }
    if not found:
        st.caption(t("import.found_none", frame.lang, words=reader.quoted(sought)))
    return [row["ref_area"] for row in found]


def decided(file: Dropped, **changes: str) -> None:
    """Keeps a choice; the page reads the file again with it."""
    st.session_state["import_choices"][file.sha256] = replace(choice(file), **changes)


def standing(frame: filters.Frame, reading: Json) -> None:
    """What is published for the same area and year already."""
    lang, report = frame.lang, reading["report"]
    same = queries.files(frame.con, [report["sha256"]])
    same = same[same["status"] == "published"]
    beside = queries.reports(frame.con, [report["ref_area"]], published=True)
    beside = beside[beside["time_period"].astype(str) == str(report["time_period"])]
    if same.empty and beside.empty:
        return
    row = (beside if same.empty else same).iloc[0]
    if same.empty:
        st.warning(t("import.occupied", lang, source=reader.quoted(row["source"])))
    else:
        st.info(t("import.already", lang))
    shown = replace(frame.selection, report=row["report_id"], quantity=None)
    st.page_link(
        "dashboard/pages/evidence.py",
        label=t("import.open_published", lang),
        query_params=url_state.params(shown),
    )


def values(frame: filters.Frame, reading: Json) -> None:
    """What would be charted, beside what is published."""
    lang, report = frame.lang, reading["report"]
    if not intake.ready(reading):
        st.caption(t("import.no_values_open", lang))
        return
    years = {str(report["time_period"])} | {
        one["time_period"] for one in reading["observations"] if one["charted"]
    }
    published = queries.observations(frame.con, areas=[report["ref_area"]], years=sorted(years))
    rows = intake.compared(reading, published)
    if not rows:
        st.caption(t("import.no_values", lang))
        return
    count = Counter(row["outcome"] for row in rows)
    st.caption(t("import.values_note", lang, **{name: count[name] for name in OUTCOMES}))
    rows.sort(key=lambda row: OUTCOMES.index(row["outcome"]))
    table = pd.DataFrame(
        {
            t("import.indicator", lang): [frame.indicator_name(row["indicator"]) for row in rows],
            t("import.category", lang): [frame.category(row["category"]) for row in rows],
            t("import.year", lang): [row["time_period"] for row in rows],
            t("import.value_new", lang): [figure(row["new"], lang) for row in rows],
            t("import.value_old", lang): [figure(row["old"], lang) for row in rows],
            t("import.outcome", lang): [
                t(f"import.outcome_{row['outcome']}", lang) for row in rows
            ],
        }
    )
    st.dataframe(table, hide_index=True, width="stretch")


def figure(one: dict[str, Any] | None, lang: str) -> str:
    """A value in words, a dash for none."""
    if one is None:
        return "–"
    return number(float(one["obs_value"]), lang, one["unit_measure"], one["qualifier"])


def names(frame: filters.Frame, quantity: Json) -> str:
    """The indicators a numeral states."""
    codes = dict.fromkeys(match["indicator"] for match in quantity["indicators"])
    return "；".join(map(frame.indicator_name, codes))


def body(frame: filters.Frame, reading: Json) -> None:
    """The whole text with every numeral marked."""
    lang, words = frame.lang, reading["text"]
    if len(words) > TEXT_SHOWN:
        st.caption(t("import.text_cut", lang, shown=TEXT_SHOWN, all=len(words)))
    marks = [
        reader.Mark(
            one["start"],
            one["end"],
            reader.kind(one),
            names(frame, one) or frame.label("role", one["role"]),
            "",
        )
        for one in reading["quantities"]
        if one["end"] <= TEXT_SHOWN
    ]
    st.html(reader.legend(Counter(mark.kind for mark in marks), lang))
    with st.container(height=560, key="import_text"):
        st.html(reader.STYLE + reader.document(words[:TEXT_SHOWN], (), marks, (0, 0), (-1, -1)))


def numerals(frame: filters.Frame, reading: Json) -> None:
    """Every numeral as a table."""
    lang, found = frame.lang, reading["quantities"]
    if not found:
        st.caption(t("import.no_numerals", lang))
        return
    table = pd.DataFrame(
        {
            t("import.surface", lang): [one["surface"] for one in found],
            t("import.class", lang): [
                t(f"evidence.class_{reader.kind(one)}", lang) for one in found
            ],
            t("import.role", lang): [frame.label("role", one["role"]) for one in found],
            t("import.value", lang): [one["value"] for one in found],
            t("import.unit", lang): [one["unit"] for one in found],
            t("import.indicator", lang): [names(frame, one) for one in found],
        }
    )
    st.dataframe(table, hide_index=True, width="stretch")


def findings(frame: filters.Frame, reading: Json) -> None:
    """What does not add up."""
    lang = frame.lang
    if not reading["findings"]:
        st.caption(t("import.no_findings", lang))
        return
    st.html(
        reader.facts(
            (frame.label("severity", one["severity"]), either(one["message"], lang))
            for one in reading["findings"]
        )
    )


def show(frame: filters.Frame, file: Dropped, own: Json, reading: Json) -> None:
    """One report: what was read, what to decide, and everything found."""
    lang, made = frame.lang, choice(file)
    facts(frame, file, reading, made)
    if reading["report"]["problem"]:
        st.warning(t("import.undecided", lang))
    standing(frame, reading)
    decide(frame, file, own, made)
    count = Counter(reader.kind(one) for one in reading["quantities"])
    charted = sum(one["charted"] for one in reading["observations"])
    kinds = {name: count[name] for name in reader.CLASSES}
    st.markdown(t("import.counts", lang, all=len(reading["quantities"]), charted=charted, **kinds))
    parts = {
        t("import.tab_values", lang): values,
        t("import.tab_text", lang): body,
        t("import.tab_numerals", lang): numerals,
        t("import.tab_findings", lang, count=len(reading["findings"])): findings,
    }
    for tab, part in zip(st.tabs(list(parts)), parts.values(), strict=True):
        with tab:
            part(frame, reading)


# --- saving ---------------------------------------------------------------------------------------------


def save(
    frame: filters.Frame, added: Sequence[tuple[Dropped, Entry]] = (), removed: Iterable[Entry] = ()
) -> NoReturn:
    """Bytes, then the line, then a build; what came of it is said above the next page."""
    lang, folder = frame.lang, db.data_dir()
    lines = tuple(line for _, line in added)
    gone = tuple(removed)
    with st.status(t("import.building", lang)) as box:
        try:
            for file, _ in added:
                intake.keep(file, folder)
            if lines or gone:
                intake.record((*lines, *gone), folder)
        except (intake.BusyError, OSError) as error:
            failed = "busy" if isinstance(error, intake.BusyError) else "disk"
            st.session_state["import_done"] = Done(None, failed)
            st.rerun()
        built = intake.rebuild(
            folder,
            lambda percent: box.update(label=t("import.building_percent", lang, percent=percent)),
        )
    st.session_state["import_done"] = Done(built, "", lines, gone)
    st.session_state["import_round"] = st.session_state.get("import_round", 0) + 1
    for name in ("import_choices", "import_read", "import_labels", "import_example"):
        st.session_state.pop(name, None)
    frame.update(build="")
    st.rerun()


def offer(
    frame: filters.Frame,
    file: Dropped,
    states: dict[str, tuple[str, Json | Refused]],
    files: Sequence[Dropped],
) -> None:
    """The buttons that add."""
    lang = frame.lang
    ready = [one for one in files if states[one.sha256][0] == "ready"]
    if not ready:
        return
    who = st.text_input(t("import.who", lang), key="import_who", max_chars=60)
    with st.container(horizontal=True):
        this = file in ready and st.button(t("import.add", lang), type="primary", key="import_add")
        every = len(ready) > 1 and st.button(
            t("import.add_all", lang, count=len(ready)), key="import_add_all"
        )
    if this or every:
        chosen = ready if every else [file]
        save(frame, [(one, intake.entry(one, choice(one), who)) for one in chosen])


def came_out(frame: filters.Frame) -> None:
    """What the last saving came to."""
    done: Done | None = st.session_state.get("import_done")
    lang = frame.lang
    if done is None:
        return
    if done.built is None or done.built.code not in (0, 1):
        st.error(failure(done, lang))
        return
    known = queries.files(frame.con, [line.sha256 for line in done.added])
    rows = {row["sha256"]: row for row in reader.records(known)}
    charted = []
    for line in done.added:
        row, name = rows.get(line.sha256), reader.quoted(line.file)
        if row is None:
            st.warning(t("import.done_pending", lang, name=name))
        elif row["status"] != "published":
            said = reader.quoted(either(row["reason"], lang))
            st.warning(t("import.done_not_used", lang, name=name, reason=said))
        elif behind := stepped_back(frame, row["report_id"]):
            said = reader.quoted(either(behind, lang))
            st.warning(t("import.done_behind", lang, name=name, reason=said))
        else:
            charted.append(row["ref_area"])
            st.success(t("import.done_published", lang, name=name))
    if charted:
        chosen = replace(
            frame.selection, level=None, areas=tuple(charted), year_from=None, year_to=None
        )
        st.page_link(
            "dashboard/pages/compare.py",
            label=t("import.compare", lang),
            query_params=url_state.params(chosen),
        )
    for line in done.removed:
        st.success(t("import.done_removed", lang, name=reader.quoted(line.file)))


def stepped_back(frame: filters.Frame, report_id: str) -> str:
    """Which report of the same area and year is charted instead, nothing where it is this one."""
    found = queries.findings(frame.con, report_id)
    said = found[found["rule"] == "same_area_year"]["message"]
    return "" if said.empty else str(said.iloc[0])


def failure(done: Done, lang: str) -> str:
    """Why nothing was published, in one sentence."""
    if done.built is None:
        return t(f"import.failed_{done.failed}", lang)
    if done.built.code == 2:
        return t("import.failed_paths", lang)
    if done.built.code == 3 and len(done.built.lines) > 1:  # the last line says what is published
        said = reader.quoted(either(done.built.lines[-2], lang))
        return t("import.failed", lang, reason=said)
    return t("import.failed_unknown", lang)


# --- what has been added --------------------------------------------------------------------------------


def listed(frame: filters.Frame) -> None:
    """The imported reports, each with what became of it and a button that takes it out."""
    lang = frame.lang
    lines = intake.entries(db.data_dir())
    reports = reader.records(queries.files(frame.con, [], imported=True))
    rows = {row["sha256"]: row for row in reports}
    st.subheader(t("import.list", lang, count=len(lines)))
    if not lines:
        st.caption(t("import.list_empty", lang))
    for line in lines:
        words, button = st.columns([6, 1], vertical_alignment="center")
        when = t(
            "import.by_who" if line.who else "import.by", lang, who=line.who, when=line.when[:10]
        )
        pairs = [
            (t("import.file", lang), line.file),
            (t("import.state", lang), become(frame, rows.get(line.sha256))),
            ("", when),
        ]
        words.html(reader.facts(pairs))
        if button.button(t("import.remove", lang), key=f"import_remove_{line.sha256}"):
            save(frame, removed=[intake.removal(line, st.session_state.get("import_who", ""))])
    open_lines = {line.sha256 for line in lines} ^ set(rows)
    if open_lines and not frame.selection.build:
        text, button = st.columns([6, 1], vertical_alignment="center")
        text.info(t("import.pending_note", lang, count=len(open_lines)))
        if button.button(t("import.build", lang), key="import_build"):
            save(frame)


def become(frame: filters.Frame, row: dict[str, Any] | None) -> str:
    """What an imported report has become in the data."""
    lang = frame.lang
    if row is None:
        return t("import.pending", lang)
    if row["status"] == "published":
        return f"{frame.area_name(row['ref_area'])} · {row['time_period']}"
    colon = "：" if lang == "zh" else ": "
    return f"{frame.label('report_status', row['status'])}{colon}{either(row['reason'], lang)}"


def main(frame: filters.Frame) -> None:
    """Drop zone, the report, what has been added."""
    lang = frame.lang
    if not admitted(lang):
        return
    came_out(frame)
    files = drop(frame)
    if files:
        found = read(files, lang)
        known = queries.files(frame.con, [file.sha256 for file in files])
        held = set(known[known["status"] == "published"]["sha256"])
        readings = {file.sha256: found[file.sha256, choice(file)] for file in files}
        states = {sha: (state(reading, held), reading) for sha, reading in readings.items()}
        file = choose(frame, files, states)
        own, reading = found[file.sha256, Choice()], readings[file.sha256]
        if isinstance(own, Refused) or isinstance(reading, Refused):
            refused = own if isinstance(own, Refused) else reading
            if isinstance(refused, Refused):
                st.error(t("import.refused", lang, reason=reason(refused, lang)))
        else:
            show(frame, file, own, reading)
        offer(frame, file, states, files)
    listed(frame)


with filters.show("import", bar=()) as frame:
    main(frame)
