"""All SQL of the screens: one function per question, values always bound, answers as DataFrames.

Free of Streamlit, so that the command line may ask the same questions.
"""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

Cursor = duckdb.DuckDBPyConnection

_OBSERVATIONS = """
with recursive picked as materialized (
    select * from observation where {where}
), direct as (
    select oq.observation_id, oq.report_id, min(oq.quantity_no) as quantity_no
    from observation_quantity oq join picked using (report_id, observation_id)
    group by all
), chain as (
    select i.observation_id, i.input_id, 1 as depth
    from observation_input i join picked using (observation_id)
    where i.observation_id not in (select observation_id from direct)
    union all
    select c.observation_id, i.input_id, c.depth + 1
    from chain c join observation_input i on i.observation_id = c.input_id
    where c.depth < 4
), indirect as (
    select c.observation_id, arg_min(oq.report_id, (c.depth, oq.quantity_no)) as report_id,
           arg_min(oq.quantity_no, (c.depth, oq.quantity_no)) as quantity_no
    from chain c join observation_quantity oq on oq.observation_id = c.input_id
    group by c.observation_id
), spot as (
    select * from direct union all select * from indirect
), named as materialized (
    select report_id from picked union select report_id from spot
), told as materialized ( -- only what these reports say is read, however many there are
    select report_id, title, issuer, source, sha256, text from report where report_id in (from named)
), figure as materialized (
    select report_id, quantity_no, sentence_no, char_start, char_end, surface from quantity
    where report_id in (from named)
), spoken as materialized (
    select report_id, sentence_no, char_start, char_end from sentence where report_id in (from named)
)
select o.observation_id, o.report_id, o.ref_area, a.name as area_name, a.name_en as area_name_en, a.level,
       o.time_period, o.indicator, i.name_zh, i.name_en, i.domain_zh, i.domain_en, o.category, o.fact,
       o.obs_value::double as obs_value, o.unit_measure, o.obs_status, o.obs_status_all, o.qualifier, o.period,
       o.period_end, o.scope, o.method, o.charted, o.confidence, o.formula, o.comment, o.reason,
       r.title, r.issuer, r.source, r.sha256, coalesce(s.report_id, o.report_id) as evidence_report,
       coalesce(q.char_start, w.char_start) as char_start, coalesce(q.char_end, w.char_end) as char_end,
       q.surface, substring(r.text, w.char_start + 1, w.char_end - w.char_start) as sentence
from picked o
join ref_area a on a.ref_area = o.ref_area
join indicator i on i.indicator = o.indicator
left join spot s on s.observation_id = o.observation_id
join told r on r.report_id = coalesce(s.report_id, o.report_id)
left join figure q on q.report_id = s.report_id and q.quantity_no = s.quantity_no
left join spoken w on w.report_id = r.report_id
    and w.sentence_no = coalesce(q.sentence_no, o.sentence_no)
order by i.position, o.category, o.ref_area, o.time_period, o.charted desc, char_start
"""


def _frame(con: Cursor, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> pd.DataFrame:
    return con.execute(sql, values if isinstance(values, dict) else list(values)).df()


def _record(con: Cursor, sql: str, values: Sequence[Any] = ()) -> dict[str, Any] | None:
    done = con.execute(sql, list(values))
    row = done.fetchone()
    return None if row is None else dict(zip([c[0] for c in done.description], row, strict=True))


def _among(column: str, values: Sequence[str] | None) -> tuple[str, list[Any]]:
    """A condition that any of the values is met; None means no condition, empty means nothing."""
    if values is None:
        return "true", []
    return f"{column} in (select unnest(?::varchar[]))", [list(values)]


def build(con: Cursor) -> dict[str, Any]:
    """The one row about this build, with how many charted values a person has reviewed."""
    found = _record(
        con,
        """select b.*, c.charted, c.reviewed from build b, (
            select count(*) as charted,
                   count(*) filter (not list_contains(string_split(obs_status_all, ';'), 'V')) as reviewed
            from observation where charted) c""",
    )
    return found or {}


def areas(con: Cursor) -> pd.DataFrame:
    """Areas that have a published report, with how many."""
    return _frame(
        con,
        """select a.ref_area, a.name, a.name_en, a.initials, a.level, a.parent, a.path, count(*)::int as reports
        from ref_area a join report r on r.ref_area = a.ref_area and r.status = 'published'
        group by all order by a.ref_area""",
    )


def indicators(con: Cursor) -> pd.DataFrame:
    """The catalogue in its order, with the number of area-years that have a charted value."""
    return _frame(
        con,
        """select i.*, coalesce(c.cells, 0)::int as cells from indicator i left join (
            select indicator, count(*) as cells from (
                select distinct indicator, ref_area, time_period[:4] from observation where charted)
            group by indicator) c using (indicator)
        order by i.position""",
    )


def codes(con: Cursor) -> pd.DataFrame:
    """Code lists: categories, statuses, periods."""
    return _frame(con, "select code_list, code, zh, en from code order by code_list, code")


def divisions(con: Cursor, table: Path, words: str, limit: int = 50) -> pd.DataFrame:
    """Divisions of the national table whose name, chain of names or code holds the words, nearest first."""
    return _frame(
        con,
        """with named as materialized (
            select code, name from read_parquet(?)
            where name not in ('市辖区', '县') and name not like '%直辖县级行政区划'
        ), above as (
            select code, name, unnest([2, 4, 6, 9]) as digits from named
        ), chain as (
            select d.code as ref_area, d.name, string_agg(u.name, '/' order by d.digits) as path
            from above d join named u on u.code = left(d.code, d.digits)
            where d.digits <= length(d.code)
            group by all
        )
        select ref_area, path from chain
        where contains(replace(path, '/', ''), ?) or ref_area = ?
        order by name <> ?, not starts_with(name, ?), length(ref_area), ref_area limit ?""",
        [str(table), words, words, words, words, limit],
    )


def years(con: Cursor) -> list[str]:
    """Years that have a published report or a charted value."""
    rows = con.execute(
        """select distinct time_period[:4] as y from (
            select time_period from report where status = 'published'
            union all select time_period from observation where charted) order by y"""
    ).fetchall()
    return [row[0] for row in rows]


def reports(
    con: Cursor,
    areas: Sequence[str] | None = None,
    years: Sequence[str] | None = None,
    ids: Sequence[str] | None = None,
    *,
    published: bool = False,
    limit: int | None = None,
) -> pd.DataFrame:
    """Files that were read, the unused ones last with their reason; without the texts."""
    where, values = _reports_of(areas, years)
    (named, some) = _among("r.report_id", ids)
    return _frame(
        con,
        f"""with picked as materialized (
            select r.* exclude (text), length(r.text)::int as characters from report r
            where {where} and {named} and (not ? or r.status = 'published')
            order by r.status <> 'published', r.ref_area, r.time_period, r.source limit ?
        ), numerals as (
            select report_id, count(*)::int as quantities from quantity
            where report_id in (select report_id from picked) group by all
        ), stated as (
            select report_id, count(*)::int as observations from observation
            where report_id in (select report_id from picked) group by all
        )
        select p.* exclude (characters), a.name as area_name, a.name_en as area_name_en, a.level, a.path,
            coalesce(n.quantities, 0) as quantities, coalesce(s.observations, 0) as observations, p.characters
        from picked p left join ref_area a using (ref_area) left join numerals n using (report_id)
            left join stated s using (report_id)
        order by p.status <> 'published', p.ref_area, p.time_period, p.source""",
        [*values, *some, published, limit],
    )


def files(con: Cursor, hashes: Sequence[str], *, imported: bool = False) -> pd.DataFrame:
    """Files by their hash, with `imported` all that were added in the browser; what is published comes last."""
    where, values = _among("sha256", hashes)
    return _frame(
        con,
        f"""select report_id, sha256, source, status, reason, ref_area, time_period from report
        where {where} or (? and starts_with(source, 'imported/'))
        order by status = 'published', ref_area desc, time_period desc, source desc""",
        [*values, imported],
    )


def known_reports(con: Cursor, ids: Sequence[str]) -> frozenset[str]:
    """Those of the ids that a file has."""
    where, values = _among("report_id", ids)
    found = (
        con.execute(f"select report_id from report where {where}", values).fetchall() if ids else []
    )
    return frozenset(row[0] for row in found)


def count_reports(
    con: Cursor,
    areas: Sequence[str] | None = None,
    years: Sequence[str] | None = None,
    *,
    published: bool = False,
) -> int:
    """How many files were read."""
    where, values = _reports_of(areas, years)
    row = con.execute(
        f"select count(*) from report r where {where} and (not ? or r.status = 'published')",
        [*values, published],
    ).fetchone()
    return 0 if row is None else int(row[0])


def areas_called(con: Cursor, typed: str, level: str | None, limit: int) -> list[str]:
    """Areas whose name, chain of names, pinyin or initials hold what was typed, the nearest and best covered first."""
    rows = con.execute(
        """with typed as (select lower(replace(?, ' ', '')) as word), called as (
            select a.ref_area, a.name, a.initials, a.level,
                lower(split_part(a.name_en, ' ', 1)) as pinyin, replace(a.path, '/', '') as path, count(*) as reports
            from ref_area a join report r on r.ref_area = a.ref_area and r.status = 'published'
            group by all
        )
        select ref_area from called, typed
        where (? is null or level = ?) and (contains(path, word) or contains(pinyin, word)
            or contains(initials, word) or ref_area = word)
        order by name <> word, not (starts_with(name, word) or starts_with(pinyin, word) or starts_with(initials, word)),
            not contains(name, word), reports desc, length(ref_area), ref_area limit ?""",
        [typed, level, level, limit],
    ).fetchall()
    return [row[0] for row in rows]


def report(con: Cursor, report_id: str) -> dict[str, Any] | None:
    """One report with its text."""
    return _record(
        con,
        """select r.*, a.name as area_name, a.name_en as area_name_en, a.level, a.path
        from report r left join ref_area a using (ref_area) where r.report_id = ?""",
        [report_id],
    )


def observations(
    con: Cursor,
    areas: Sequence[str] | None = None,
    indicators: Sequence[str] | None = None,
    years: Sequence[str] | None = None,
    *,
    charted: bool | None = True,
) -> pd.DataFrame:
    """Observations with names and the place in the text they rest on; `charted=None` for all of them."""
    parts = [
        _among("ref_area", areas),
        _among("indicator", indicators),
        _among("time_period[:4]", years),
        ("true", []) if charted is None else ("charted = ?", [charted]),
    ]
    where = " and ".join(sql for sql, _ in parts)
    return _frame(
        con, _OBSERVATIONS.format(where=where), [value for _, values in parts for value in values]
    )


def evidence(con: Cursor, report_id: str, start: int, end: int) -> pd.DataFrame:
    """Observations that rest on the quantity standing at this place of the text: they are of the same report."""
    where = """report_id = ? and observation_id in (
        select oq.observation_id from observation_quantity oq
        join quantity q using (report_id, quantity_no)
        where q.report_id = ? and q.char_start = ? and q.char_end = ?)"""
    return _frame(con, _OBSERVATIONS.format(where=where), [report_id, report_id, start, end])


def worded(con: Cursor, report_id: str, sentence_no: int) -> pd.DataFrame:
    """Observations that a sentence states without a numeral: none, all."""
    where = "method = 'worded' and report_id = ? and sentence_no = ?"
    return _frame(con, _OBSERVATIONS.format(where=where), [report_id, sentence_no])


def decision(con: Cursor, observation_id: str) -> dict[str, Any] | None:
    """What a reviewer decided about an observation."""
    return _record(con, "select * from correction where observation_id = ?", [observation_id])


def inputs(con: Cursor, report_id: str, observation_id: str) -> pd.DataFrame:
    """What a derived observation of a report was computed from."""
    where = """report_id = ? and observation_id in (
        select input_id from observation_input where observation_id = ?)"""
    return _frame(con, _OBSERVATIONS.format(where=where), [report_id, observation_id])


def coverage(
    con: Cursor, areas: Sequence[str], years: Sequence[str], indicators: Sequence[str]
) -> pd.DataFrame:
    """What each area's report of each year says about the indicators: a kind for every cell of the grid.

    `reported`, `zero` (a stated zero), `bound` (approximate or a bound), `implied` (known from another
    year's report), `not_stated`, `not_applicable` (to this level or year), `no_report`, `unreadable`.
    `stated` counts the indicators with a value.
    """
    return _frame(
        con,
        """with cell as (
            select a.ref_area, y.time_period
            from (select unnest(?::varchar[]) as ref_area) a, (select unnest(?::varchar[]) as time_period) y
        ), held as (
            select ref_area, time_period[:4] as time_period, count(distinct indicator)::int as stated,
                   bool_and(obs_value = 0) as zero, bool_and(qualifier <> 'exact') as bound,
                   bool_and(method = 'implied') as implied
            from observation where charted and indicator in (select unnest(?::varchar[]))
                and ref_area in (select unnest(?::varchar[])) group by all
        ), apt as (
            select c.ref_area, c.time_period from cell c join ref_area a using (ref_area), indicator i
            where list_contains(?, i.indicator)
                and (i.applies_levels = '' or list_contains(string_split(i.applies_levels, ';'), a.level))
                and coalesce(i.applies_from, 0) <= c.time_period::int
                and coalesce(i.applies_to, 9999) >= c.time_period::int
            group by all
        ), had as (
            select ref_area, time_period[:4] as time_period, bool_or(status = 'published') as published,
                   bool_or(status = 'unreadable') as unreadable
            from report where ref_area in (select unnest(?::varchar[])) group by all
        )
        select c.ref_area, c.time_period, coalesce(h.stated, 0) as stated,
               case when h.implied then 'implied' when h.zero then 'zero' when h.bound then 'bound'
                    when h.stated > 0 then 'reported' when p.ref_area is null then 'not_applicable'
                    when r.published then 'not_stated'
                    when r.unreadable then 'unreadable' else 'no_report' end as kind
        from cell c left join held h using (ref_area, time_period) left join had r using (ref_area, time_period)
            left join apt p using (ref_area, time_period)
        order by c.ref_area, c.time_period""",
        [
            list(areas),
            list(years),
            list(indicators),
            list(areas),
            list(indicators),
            list(areas),
        ],
    )


def medians(
    con: Cursor,
    indicator: str,
    years: Sequence[str],
    comparable: bool = False,  # noqa: FBT001, FBT002 - one by one as `filters.conditions` gives them
    sure: bool = False,  # noqa: FBT001, FBT002
    reviewed: bool = False,  # noqa: FBT001, FBT002
) -> pd.DataFrame:
    """Of an indicator's whole-area full-year values that meet the conditions: the median by level, category and year,
    with its n."""
    return _frame(
        con,
        """select a.level, o.category, o.time_period[:4] as time_period, count(*)::int as n,
            median(o.obs_value)::double as middle
        from observation o join ref_area a using (ref_area)
        where o.charted and o.indicator = ? and list_contains(?, o.time_period[:4]) and o.scope = 'whole'
            and o.period in ('full_year', 'point_in_time')
            and (not ? or (o.qualifier = 'exact' and o.obs_status in ('A', 'V')))
            and (not ? or o.confidence >= 0.8)
            and (not ? or not list_contains(string_split(o.obs_status_all, ';'), 'V'))
        group by all""",
        [indicator, list(years), comparable, sure, reviewed],
    )


def ratios(con: Cursor) -> dict[str, dict[str, int]]:
    """What each indicator may be divided by and per how many, only where the data hold such a denominator."""
    found: dict[str, dict[str, int]] = {}
    for indicator, denominator, factor in con.execute(
        """select p.indicator, p.denominator, p.factor from per p
        where exists (select 1 from observation o where o.charted and o.indicator = p.denominator and o.category = '{}')
            or exists (select 1 from denominator d where d.concept = p.denominator)
        order by p.factor, p.indicator, p.denominator"""
    ).fetchall():
        found.setdefault(indicator, {})[denominator] = factor
    return found


def denominators(con: Cursor, concept: str, areas: Sequence[str]) -> pd.DataFrame:
    """Figures from outside the reports, with the columns of an observation that a ratio needs."""
    return _frame(
        con,
        """select ref_area, time_period, '{}' as category, obs_value::double as obs_value, 'exact' as qualifier,
            'point_in_time' as period, null as period_end, 'A' as obs_status, 'A' as obs_status_all, 'whole' as scope,
            '分母出处：' || source || ' | source of the denominator: ' || source as comment
        from denominator where concept = ? and list_contains(?, ref_area) order by ref_area, time_period""",
        [concept, list(areas)],
    )


def breaks(con: Cursor) -> dict[str, list[tuple[date, str, str]]]:
    """Of each indicator the days from which it is counted otherwise, and why in both languages."""
    found: dict[str, list[tuple[date, str, str]]] = {}
    for indicator, *entry in con.execute(
        "select indicator, starts_on, zh, en from regime_break order by indicator, starts_on"
    ).fetchall():
        found.setdefault(indicator, []).append((entry[0], entry[1], entry[2]))
    return found


def partner(con: Cursor, indicator: str, areas: Sequence[str], years: Sequence[str]) -> str | None:
    """The indicator that most often has a value where this one has."""
    row = con.execute(
        """select b.indicator from observation a join observation b
            on (a.ref_area, a.time_period[:4]) = (b.ref_area, b.time_period[:4])
        where a.charted and b.charted and a.indicator = ? and b.indicator <> a.indicator
            and list_contains(?, a.ref_area) and list_contains(?, a.time_period[:4])
        group by b.indicator order by count(distinct (a.ref_area, a.time_period[:4])) desc, b.indicator limit 1""",
        [indicator, list(areas), list(years)],
    ).fetchone()
    return None if row is None else str(row[0])


def uncharted(con: Cursor, areas: Sequence[str], years: Sequence[str], indicator: str) -> int:
    """How many observations of an indicator no chart shows."""
    row = con.execute(
        """select count(*) from observation where not charted and indicator = ?
            and list_contains(?, ref_area) and list_contains(?, time_period[:4])""",
        [indicator, list(areas), list(years)],
    ).fetchone()
    return 0 if row is None else int(row[0])


def sections(con: Cursor, report_id: str) -> pd.DataFrame:
    """Sections of a report in order."""
    return _frame(con, "select * from section where report_id = ? order by section_no", [report_id])


def sentences(con: Cursor, report_id: str) -> pd.DataFrame:
    """Sentences of a report in order, with their section."""
    return _frame(
        con,
        """select w.*, s.kind, s.title from sentence w join section s using (report_id, section_no)
        where w.report_id = ? order by w.sentence_no""",
        [report_id],
    )


def quantities(con: Cursor, report_id: str) -> pd.DataFrame:
    """Every numeral of a report in order of the text, with the indicators it states."""
    return _frame(
        con,
        """select q.* replace (q.value::double as value, q.value_max::double as value_max),
            coalesce((select string_agg(distinct o.indicator, ';' order by o.indicator)
                from observation_quantity oq join observation o using (observation_id)
                where oq.report_id = q.report_id and oq.quantity_no = q.quantity_no), '') as indicators
        from quantity q where q.report_id = ? order by q.char_start""",
        [report_id],
    )


def findings(con: Cursor, report_id: str | None = None) -> pd.DataFrame:
    """What does not add up, most severe first."""
    return _frame(
        con,
        """select f.*, r.source, r.ref_area, r.time_period, a.name as area_name, a.name_en as area_name_en
        from finding f join report r using (report_id) left join ref_area a using (ref_area)
        where ? is null or f.report_id = ?
        order by list_position(['error', 'warning', 'info'], f.severity), f.finding_id""",
        [report_id, report_id],
    )


def search(
    con: Cursor, phrase: str, words: Sequence[str], limit: int = 100, reports: int = 50
) -> pd.DataFrame:
    """Sentences of all reports that hold the words: those of the best reports, best sentences first.

    Reports are ranked by how many of the words they hold, then by BM25 over the inverted table. A sentence with the
    phrase as typed comes before one that holds its words apart. What is no word of the index (a part of a word, a
    single character) is looked for as typed.
    """
    best = _best(con, words, reports) if words else []
    if not best:
        return _containing(con, phrase, limit)
    return _frame(
        con,
        """with best as (
            select unnest(?::varchar[]) as report_id, unnest(?::integer[]) as place
        ), spoken as (
            select r.report_id, r.ref_area, r.time_period, b.place, w.char_start, w.char_end,
                substring(r.text, w.char_start + 1, w.char_end - w.char_start) as text
            from best b join report r using (report_id) join sentence w using (report_id)
            where list_contains(?, r.report_id) and list_contains(?, w.report_id)
        )
        select *, contains(lower(text), ?) as whole,
            len(list_filter(?::varchar[], lambda word: contains(lower(text), word))) as held
        from spoken where held > 0
        order by held = ? desc, whole desc, place, held desc, char_start limit ?""",
        [best, [*range(len(best))], best, best, phrase.lower(), list(words), len(words), limit],
    )


def _best(con: Cursor, words: Sequence[str], limit: int) -> list[str]:
    """Reports that hold the words, the best first."""
    marks = ", ".join("?" for _ in words)
    rows = con.execute(
        f"""with hit as (
            select word, report_no, count from posting where word in ({marks})
        ), rare as (
            select word, count(*) as reports from hit group by word
        ), whole as (
            select count(*) as reports, avg(words) as mean from document
        )
        select d.report_id, count(*) as held,
            sum(ln(1 + (w.reports - r.reports + 0.5) / (r.reports + 0.5))
                * h.count * 2.2 / (h.count + 1.2 * (0.25 + 0.75 * d.words / w.mean))) as score
        from hit h join rare r using (word) join document d using (report_no), whole w
        group by d.report_id order by held desc, score desc, d.report_id limit ?""",
        [*words, limit],
    ).fetchall()
    return [row[0] for row in rows]


def _containing(con: Cursor, phrase: str, limit: int) -> pd.DataFrame:
    """Sentences with the characters as typed."""
    return _frame(
        con,
        """select r.report_id, r.ref_area, r.time_period, w.char_start, w.char_end,
            substring(r.text, w.char_start + 1, w.char_end - w.char_start) as text
        from report r join sentence w using (report_id)
        where r.status = 'published' and contains(r.text, ?)
            and contains(substring(r.text, w.char_start + 1, w.char_end - w.char_start), ?)
        order by r.ref_area, r.time_period, w.char_start limit ?""",
        [phrase, phrase, limit],
    )


def spread(con: Cursor, level: str, words: Sequence[str]) -> dict[str, int]:
    """In how many reports of a level each of the words stands."""
    rows = con.execute(
        "select word, reports from word where level = ? and list_contains(?, word)",
        [level, list(words)],
    ).fetchall()
    return dict(rows)


def neighbours(con: Cursor, report_id: str, limit: int = 30) -> pd.DataFrame:
    """Reports to lay beside one, with their texts: its area's other years, then its neighbours, then its level and year."""
    return _frame(
        con,
        """with mine as (
            select r.ref_area, r.time_period, a.parent, a.level from report r join ref_area a using (ref_area)
            where r.report_id = $report
        )
        select r.report_id, r.ref_area, r.time_period, r.source, r.issuer, r.text, a.level, a.path,
            r.ref_area = mine.ref_area as same_area
        from report r join ref_area a using (ref_area), mine
        where r.status = 'published' and r.report_id <> $report and (r.ref_area = mine.ref_area
            or (a.level = mine.level and (a.parent = mine.parent or r.time_period = mine.time_period)))
        order by same_area desc, a.parent = mine.parent desc,
            abs(r.time_period[:4]::integer - mine.time_period[:4]::integer), r.ref_area, r.report_id
        limit $limit""",
        {"report": report_id, "limit": limit},
    )


def reports_of_level(con: Cursor, level: str) -> int:
    """How many reports are published for a level."""
    row = con.execute(
        """select count(*) from report join ref_area using (ref_area)
        where status = 'published' and level = ?""",
        [level],
    ).fetchone()
    return 0 if row is None else int(row[0])


def schema(con: Cursor) -> pd.DataFrame:
    """The data dictionary: every column with its comment."""
    return _frame(
        con,
        """select c.table_name, c.column_name, c.data_type, c.comment, t.comment as table_comment
        from duckdb_columns() c join duckdb_tables() t using (database_name, schema_name, table_name)
        where c.database_name = current_database() and not c.internal
        order by t.table_oid, c.column_index""",
    )


def keys(con: Cursor) -> dict[str, list[tuple[str, list[str], str, list[str]]]]:
    """Primary and foreign keys of each table: kind, own columns, the other table and its columns."""
    rows = con.execute(
        """select table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
        from duckdb_constraints() where database_name = current_database()
            and constraint_type in ('PRIMARY KEY', 'FOREIGN KEY')"""
    ).fetchall()
    found: dict[str, list[tuple[str, list[str], str, list[str]]]] = {}
    for table, *key in rows:
        found.setdefault(table, []).append((key[0], key[1], key[2], key[3]))
    return found


def row_counts(con: Cursor) -> pd.DataFrame:
    """Tables with their number of rows."""
    return _frame(
        con,
        """select table_name, estimated_size::bigint as rows from duckdb_tables()
        where database_name = current_database() order by table_oid""",
    )


def category_pairs(text: str) -> list[tuple[str, str]]:
    """The keys and codes of a category, which is stored as a JSON object."""
    return sorted((str(key), str(code)) for key, code in json.loads(text).items())


# --- the quality page --------------------------------------------------------------------------------


def _reports_of(areas: Sequence[str] | None, years: Sequence[str] | None) -> tuple[str, list[Any]]:
    """A condition on a report's area and year; None for all."""
    (area, first), (year, second) = (
        _among("r.ref_area", areas),
        _among("r.time_period[:4]", years),
    )
    return f"{area} and {year}", [*first, *second]


def finding_counts(
    con: Cursor, areas: Sequence[str] | None, years: Sequence[str] | None
) -> pd.DataFrame:
    """How many findings of each severity and rule."""
    where, values = _reports_of(areas, years)
    return _frame(
        con,
        f"""select f.severity, f.rule, count(*)::int as count from finding f join report r using (report_id)
        where {where} group by all order by count desc, f.rule""",
        values,
    )


def finding_spots(
    con: Cursor,
    areas: Sequence[str] | None,
    years: Sequence[str] | None,
    severities: Sequence[str],
    limit: int,
) -> pd.DataFrame:
    """Findings, most severe first, with the place of the first numeral they speak of."""
    where, values = _reports_of(areas, years)
    return _frame(
        con,
        f"""select f.severity, f.rule, f.message, f.report_id, r.ref_area, r.time_period,
            q.char_start, q.char_end
        from finding f join report r using (report_id) left join quantity q
            on q.report_id = f.report_id and q.quantity_no = (f.quantities::integer[])[1]
        where {where} and list_contains(?, f.severity)
        order by list_position(['error', 'warning', 'info'], f.severity), r.ref_area, r.time_period, f.finding_id
        limit ?""",
        [*values, list(severities), limit],
    )


def comparability(
    con: Cursor, areas: Sequence[str] | None, years: Sequence[str] | None
) -> pd.DataFrame:
    """How many charted values of each indicator and year may be compared, and how many not, by the first reason."""
    (area, first), (year, second) = (
        _among("ref_area", areas),
        _among("time_period[:4]", years),
    )
    return _frame(
        con,
        f"""select indicator, time_period[:4] as time_period, case when scope <> 'whole' then 'scope'
                when period not in ('full_year', 'point_in_time') then 'period'
                when qualifier <> 'exact' then 'qualifier'
                when obs_status in ('A', 'V') then 'comparable' else 'status' end as kind, count(*)::int as count
        from observation where charted and {area} and {year} group by all""",
        [*first, *second],
    )


_QUEUES = {
    "headline": """charted and list_contains(string_split(obs_status_all, ';'), 'V')
        and indicator in (select indicator from indicator where headline)""",
    "unsure": "charted and confidence < 0.8",
}


def queue(
    con: Cursor,
    kind: str,
    areas: Sequence[str] | None,
    years: Sequence[str] | None,
    limit: int,
) -> pd.DataFrame:
    """Observations that wait for a reviewer, the least sure first."""
    (area, first), (year, second) = (
        _among("ref_area", areas),
        _among("time_period[:4]", years),
    )
    where = f"{_QUEUES[kind]} and {area} and {year} order by confidence, observation_id limit ?"
    found = _frame(con, _OBSERVATIONS.format(where=where), [*first, *second, limit])
    return found.sort_values("confidence", kind="stable")


def unclassified(
    con: Cursor, areas: Sequence[str] | None, years: Sequence[str] | None, limit: int
) -> pd.DataFrame:
    """Figures without an indicator, with their sentence."""
    where, values = _reports_of(areas, years)
    return _frame(
        con,
        f"""with picked as materialized (
            select q.report_id, r.ref_area, r.time_period, q.char_start, q.char_end, q.surface, q.sentence_no
            from quantity q join report r using (report_id)
            where q.role = 'metric' and not q.classified and {where}
            order by r.ref_area, r.time_period, q.char_start limit ?
        )
        select p.*, substring(r.text, w.char_start + 1, w.char_end - w.char_start) as sentence
        from picked p join report r using (report_id)
        join sentence w on w.report_id = p.report_id and w.sentence_no = p.sentence_no
        order by p.ref_area, p.time_period, p.char_start""",
        [*values, limit],
    )


def waiting(
    con: Cursor, areas: Sequence[str] | None, years: Sequence[str] | None
) -> dict[str, int]:
    """How long each queue is."""
    (area, first), (year, second) = (
        _among("ref_area", areas),
        _among("time_period[:4]", years),
    )
    counts = [f"count(*) filter ({where}) as {kind}" for kind, where in _QUEUES.items()]
    found = _record(
        con,
        f"select {', '.join(counts)} from observation where charted and {area} and {year}",
        [*first, *second],
    )
    where, values = _reports_of(areas, years)
    homeless = _record(
        con,
        f"""select count(*) as unclassified from quantity q join report r using (report_id)
        where q.role = 'metric' and not q.classified and {where}""",
        values,
    )
    return (found or {}) | (homeless or {})


# --- the evidence, profile and data pages ------------------------------------------------------------


def derived(con: Cursor, report_id: str, start: int, end: int) -> pd.DataFrame:
    """Observations computed from one that rests on the quantity standing at this place."""
    where = """report_id = ? and observation_id in (
        select i.observation_id from observation_input i
        join observation_quantity oq on oq.observation_id = i.input_id
        join quantity q using (report_id, quantity_no)
        where q.report_id = ? and q.char_start = ? and q.char_end = ?)"""
    return _frame(con, _OBSERVATIONS.format(where=where), [report_id, report_id, start, end])


def reported(con: Cursor) -> pd.DataFrame:
    """Area-years that have a published report: rows of the wide frame even where nothing is charted."""
    return _frame(
        con,
        """select r.ref_area, a.name as area_name, a.name_en as area_name_en, r.time_period,
            string_agg(r.source, '; ' order by r.source) as source
        from report r join ref_area a using (ref_area)
        where r.status = 'published' group by all order by r.ref_area, r.time_period""",
    )


def peers(con: Cursor, area: str) -> pd.DataFrame:
    """Charted full-year values of the other areas of the same level, for each indicator, category and year of this one."""
    return _frame(
        con,
        """select o.indicator, o.category, o.time_period[:4] as time_period, count(*)::int as n,
            median(o.obs_value)::double as middle, min(o.obs_value)::double as low,
            max(o.obs_value)::double as high
        from observation o join ref_area a using (ref_area) join (
            select distinct indicator, category, time_period[:4] as year from observation where charted and ref_area = ?
        ) own on (own.indicator, own.category, own.year) = (o.indicator, o.category, o.time_period[:4])
        where o.charted and o.scope = 'whole' and o.ref_area <> ? and o.period in ('full_year', 'point_in_time')
            and a.level = (select level from ref_area where ref_area = ?)
        group by all""",
        [area, area, area],
    )


def peer_gaps(con: Cursor, area: str, year: str, limit: int) -> pd.DataFrame:
    """Indicators that other areas of the level state for a year and this one does not, most stated first.

    `peers` of `reports` areas state it; `observation_ids` of `report_ids` are up to three of them, the surest first.
    """
    return _frame(
        con,
        """with peer as (
            select distinct r.ref_area from report r join ref_area a using (ref_area)
            where r.status = 'published' and r.ref_area <> $area and r.time_period = $year
                and a.level = (select level from ref_area where ref_area = $area)
        ), mine as (
            select indicator from observation where ref_area = $area and charted and time_period[:4] = $year
        ), most as materialized (
            select i.indicator, i.headline, i.position, count(distinct o.ref_area)::int as peers
            from observation o join peer using (ref_area) join indicator i using (indicator)
            where o.charted and o.time_period[:4] = $year and i.indicator not in (from mine)
                and (i.applies_levels = '' or list_contains(string_split(i.applies_levels, ';'),
                    (select level from ref_area where ref_area = $area)))
            group by all order by peers desc, i.headline desc, i.position limit $limit
        ), surest as (
            select m.indicator, o.observation_id, o.report_id,
                row_number() over (partition by m.indicator order by o.confidence desc, o.ref_area, o.observation_id) as place
            from most m join observation o using (indicator) join peer using (ref_area)
            where o.charted and o.time_period[:4] = $year
            qualify place <= 3
        )
        select indicator, peers, (select count(*) from peer)::int as reports,
            list(observation_id order by place) as observation_ids, list(report_id order by place) as report_ids
        from most join surest using (indicator)
        group by indicator, peers, headline, position order by peers desc, headline desc, position""",
        {"area": area, "year": year, "limit": limit},
    )


def said(con: Cursor, report_ids: Sequence[str], observation_ids: Sequence[str]) -> pd.DataFrame:
    """The sentences of some observations, and the first numeral each rests on; only those reports are read."""
    return _frame(
        con,
        """with picked as materialized (
            select observation_id, report_id, ref_area, time_period, sentence_no from observation
            where report_id in (select unnest($reports::varchar[]))
                and observation_id in (select unnest($ids::varchar[]))
        ), first as materialized (
            select observation_id, min(quantity_no) as quantity_no from observation_quantity
            where report_id in (select unnest($reports::varchar[]))
                and observation_id in (select unnest($ids::varchar[]))
            group by observation_id
        ), numeral as materialized (
            select f.observation_id, q.char_start, q.char_end, q.surface, q.sentence_no
            from first f join picked p using (observation_id)
            join quantity q on q.report_id = p.report_id and q.quantity_no = f.quantity_no
            where list_contains($reports, q.report_id)
        )
        select p.observation_id, p.report_id as report, p.ref_area, p.time_period, n.surface,
            coalesce(n.char_start, w.char_start) as char_start, coalesce(n.char_end, w.char_end) as char_end,
            substring(r.text, w.char_start + 1, w.char_end - w.char_start) as text
        from picked p join report r using (report_id) left join numeral n using (observation_id)
        join sentence w on w.report_id = p.report_id and w.sentence_no = coalesce(n.sentence_no, p.sentence_no)
        where list_contains($reports, r.report_id) and list_contains($reports, w.report_id)""",
        {"reports": list(report_ids), "ids": list(observation_ids)},
    )


def benchmarks(con: Cursor) -> pd.DataFrame:
    """Norms and means with their sources."""
    return _frame(con, "select * from benchmark order by indicator, per, year desc")


def area_years(con: Cursor) -> int:
    """How many rows the wide frame has: area-years with a report or a charted value."""
    row = con.execute(
        """select count(*) from (
            select ref_area, time_period from report where status = 'published'
            union select ref_area, time_period from observation where charted)"""
    ).fetchone()
    return 0 if row is None else int(row[0])


def totals(con: Cursor) -> dict[str, Any]:
    """The data in numbers."""
    found = _record(
        con,
        """select
            (select count(*) from report where status = 'published') as reports,
            (select count(*) from report where status <> 'published') as rejected,
            (select count(*) from quantity) as quantities,
            (select count(*) from quantity where role = 'metric') as figures,
            (select count(*) from quantity where classified) as classified,
            (select count(*) from observation) as observations,
            (select count(*) from observation where charted) as charted,
            (select count(*) from finding) as findings""",
    )
    return found or {}


def code_counts(con: Cursor) -> pd.DataFrame:
    """How many observations carry each status, period, qualifier and method."""
    return _frame(
        con,
        """select 'obs_status' as code_list, s as code, count(*)::int as count
        from (select unnest(string_split(obs_status_all, ';')) as s from observation) group by all
        union all select 'period', period, count(*)::int from observation group by all
        union all select 'qualifier', qualifier, count(*)::int from observation group by all
        union all select 'method', method, count(*)::int from observation group by all""",
    )
