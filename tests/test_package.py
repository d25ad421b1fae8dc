"""The archive says of itself what it holds, and what it holds resolves to the sentences without this program."""

import csv
import hashlib
import io
import json
import zipfile

import duckdb
import pytest

from dashboard import export, package, queries


@pytest.fixture
def archive(db) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(package.archive(db, queries.build(db), "csv")))


def rows(archive: zipfile.ZipFile, table: str) -> list[dict[str, str]]:
    usual = csv.field_size_limit(1 << 24)  # a report is one cell
    try:
        written = archive.read(f"data/{table}.csv").decode("utf-8")
        return list(csv.DictReader(io.StringIO(written, newline="")))
    finally:
        csv.field_size_limit(usual)


def test_every_file_is_described_with_its_bytes_hash_columns_and_keys(archive, db):
    told = json.loads(archive.read(package.DESCRIPTION))
    paths = [one["path"] for one in told["resources"]]
    assert sorted([package.DESCRIPTION, *paths]) == sorted(archive.namelist())
    for one in told["resources"]:
        data = archive.read(one["path"])
        assert not data.startswith(b"\xef\xbb\xbf")
        assert (one["bytes"], one["hash"]) == (
            len(data),
            f"sha256:{hashlib.sha256(data).hexdigest()}",
        )
        held = rows(archive, one["name"])
        fields = [field["name"] for field in one["schema"]["fields"]]
        assert all(list(row) == fields for row in held[:1])
        assert len(held) == db.execute(f"SELECT count(*) FROM {one['name']}").fetchone()[0]  # noqa: S608
        key = one["schema"].get("primaryKey", [])
        assert not key or len({tuple(row[k] for k in key) for row in held}) == len(held)
        for foreign in one["schema"].get("foreignKeys", []):
            assert f"data/{foreign['reference']['resource']}.csv" in paths


def test_a_number_is_found_in_its_report_with_the_archive_alone(archive):
    texts = {row["report_id"]: row["text"] for row in rows(archive, "report")}
    for row in rows(archive, "quantity"):
        assert (
            texts[row["report_id"]][int(row["char_start"]) : int(row["char_end"])] == row["surface"]
        )


def test_equal_data_give_equal_bytes(db):
    build = queries.build(db)
    assert package.archive(db, build, "csv") == package.archive(db, build, "csv")


def test_parquet_holds_the_same_rows(db, tmp_path):
    with zipfile.ZipFile(io.BytesIO(package.archive(db, queries.build(db), "parquet"))) as archived:
        archived.extract("data/observation.parquet", tmp_path)
    with duckdb.connect() as con:
        path = str(tmp_path / "data" / "observation.parquet")
        found = con.execute("SELECT count(*) FROM read_parquet(?)", [path]).fetchone()
    assert found == db.execute("SELECT count(*) FROM observation").fetchone()


def test_sdmx_names_each_charted_value_once(db):
    rows = export.long(queries.observations(db, charted=None), "0123abcd", "zh", lambda _: "")
    told = export.sdmx_csv(rows).decode("utf-8")
    held = list(csv.DictReader(io.StringIO(told, newline="")))
    assert told.startswith(
        "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,INDICATOR,CATEGORY,TIME_PERIOD,OBS_VALUE,"
    )
    assert len(held) == rows["charted"].sum()
    keys = {(r["REF_AREA"], r["INDICATOR"], r["CATEGORY"], r["TIME_PERIOD"]) for r in held}
    assert len(keys) == len(held)
    assert {r["ACTION"] for r in held} == {"R"}
    assert all(r["OBS_VALUE"] and r["OBS_STATUS"] for r in held)
