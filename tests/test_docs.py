"""What is documented is what exists, and the other way round."""

import ast
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCRIPTS = [ROOT / "app.py", *sorted((ROOT / "dashboard").rglob("*.py"))]
STRINGS = sorted((ROOT / "dashboard" / "strings").glob("*.toml"))


def strings() -> dict[str, dict[str, str]]:
    """Every entry of every strings file under its dotted key."""
    found: dict[str, dict[str, str]] = {}
    for path in STRINGS:
        for table, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found.update({f"{table}.{name}": entry for name, entry in entries.items()})
    return found


def keys_used(path: Path) -> set[str]:
    """First arguments of t("…") that are written out."""
    calls = (
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )
    return {
        call.args[0].value
        for call in calls
        if (getattr(call.func, "id", None) or getattr(call.func, "attr", None)) == "t"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def test_every_command_is_in_the_readme() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "pipeline", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    commands = re.search(r"\{([a-z,]+)\}", answer.stdout)
    assert commands
    documented = set(re.findall(r"`fazhi ([a-z]+)", README)) - {"status`"}
    assert set(commands[1].split(",")) == documented


def test_every_table_and_column_is_documented() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "dictionary.py"))["page"]()
    written = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == page, "run: python docs/dictionary.py"
    bare = [
        line for line in page.splitlines() if line.startswith("| `") and re.search(r"\|\s*\|", line)
    ]
    assert not bare, "columns without a comment in both languages"


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    assert len(README.splitlines()) < 200
    links = re.findall(r"\]\(([^):]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_modules_named_in_the_readme_exist() -> None:
    named = re.findall(r"`((?:pipeline|dashboard|tests|benchmarks|seeds)/[\w./]*)`", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("key", strings())
def test_every_string_speaks_both_languages(key: str) -> None:
    entry = strings()[key]
    assert set(entry) == {"zh", "en"}
    assert all(entry.values())
    zh, en = (set(re.findall(r"\{(\w+)", words)) - {"gap"} for words in entry.values())
    assert zh == en


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_key_used_exists(path: Path) -> None:
    assert keys_used(path) - set(strings()) == set()


@pytest.mark.parametrize(
    "path",
    [ROOT / "app.py", *sorted((ROOT / "dashboard" / "pages").glob("*.py"))],
    ids=lambda path: path.stem,
)
def test_a_page_knows_neither_pipeline_nor_sql(path: Path) -> None:
    """Pages and app.py are scripts outside the import contracts."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"^(?:from|import) (pipeline|duckdb)\b", text, re.MULTILINE) == []


def test_every_lint_exception_has_its_reason() -> None:
    config = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    ignores = config[config.index("[tool.ruff.lint]") : config.index("[tool.mypy]")]
    entries = re.findall(r'^\s+"[A-Z]+\d*",.*$', ignores, re.MULTILINE)
    assert entries
    assert [line for line in entries if "#" not in line] == []
