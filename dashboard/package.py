"""The tables of the database as one archive: a Data Package (CSV with a description of every column), or Parquet.

The database describes itself: names, types, keys and meanings of columns are read from it, so that a new table needs no line
here. What belongs to the search of this program only stays out. Free of Streamlit.
"""

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import duckdb

from dashboard import queries

Format = Literal["csv", "parquet"]
OWN = ("document", "posting", "word")  # the full-text index
DESCRIPTION = "datapackage.json"
_TYPES = {
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "datetime",
}
_OPTIONS = {
    "csv": "FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ'",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}
_DAY = (2000, 1, 1, 0, 0, 0)  # a fixed date: equal data give equal bytes


def archive(con: duckdb.DuckDBPyConnection, build: Mapping[str, Any], form: Format) -> bytes:
    """Every table as a file of a zip; with CSV the description beside them."""
    held = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(held, "w") as archived:
        files = dict(_written(con, Path(folder), form))
        if form == "csv":
            told = json.dumps(description(con, build, files), ensure_ascii=False, indent=1)
            _add(archived, DESCRIPTION, told.encode())
        for table, path in files.items():
            _add(archived, f"data/{table}.{form}", path.read_bytes())
    return held.getvalue()


def description(
    con: duckdb.DuckDBPyConnection, build: Mapping[str, Any], files: Mapping[str, Path]
) -> dict[str, Any]:
    """`datapackage.json` for these CSV files."""
    columns = queries.schema(con)
    keys = queries.keys(con)
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "fazhi",
        "id": f"fazhi-{build['build_id']}",
        "title": "法治政府建设年度报告数据 · Figures of annual rule-of-law reports",
        "description": "按报告所述，未经独立核实 | as the reports state, not independently verified",
        "version": str(build["pipeline_version"]),
        "created": build["built_at"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "Creative Commons Attribution 4.0",
                "path": "https://creativecommons.org/licenses/by/4.0/",
            }
        ],
        "sources": [{"title": "各地政府公开的法治政府建设年度报告"}],
        "resources": [
            _resource(table, path, columns[columns["table_name"] == table], keys.get(table, []))
            for table, path in files.items()
        ],
    }


def _resource(
    table: str,
    path: Path,
    columns: Any,  # noqa: ANN401 - a frame
    keys: list[tuple[str, list[str], str, list[str]]],
) -> dict[str, Any]:
    data = path.read_bytes()
    schema: dict[str, Any] = {
        "fields": [
            {
                "name": name,
                "type": "number" if kind.startswith("DECIMAL") else _TYPES.get(kind, "string"),
                "description": comment,
            }
            for name, kind, comment in columns[["column_name", "data_type", "comment"]].itertuples(
                index=False
            )
        ],
        "missingValues": [""],
    }
    for kind, own, other, others in keys:
        if kind == "PRIMARY KEY":
            schema["primaryKey"] = own
        else:
            reference = {"resource": other, "fields": others}
            schema.setdefault("foreignKeys", []).append({"fields": own, "reference": reference})
    return {
        "name": table,
        "path": f"data/{table}.csv",
        "description": str(columns["table_comment"].iloc[0]),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": schema,
    }


def _written(
    con: duckdb.DuckDBPyConnection, folder: Path, form: Format
) -> Iterator[tuple[str, Path]]:
    """Each table in a file."""
    for table in dict.fromkeys(queries.schema(con)["table_name"]):
        if table not in OWN:
            path = folder / f"{table}.{form}"
            con.execute(
                f"COPY {table} TO '{str(path).replace(chr(39), chr(39) * 2)}' ({_OPTIONS[form]})"
            )
            yield table, path


def _add(archived: zipfile.ZipFile, name: str, data: bytes) -> None:
    archived.writestr(zipfile.ZipInfo(name, _DAY), data, zipfile.ZIP_DEFLATED)
