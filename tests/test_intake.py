"""What the Import page does beside drawing: who may, safe names, reading in a process of its own, the list."""

import sys

import pandas as pd
import pytest
from filelock import FileLock

from dashboard import intake
from dashboard.intake import Choice, Refused

TEXT = "城西街道2022年法治政府建设年度情况报告\n我街道调解矛盾纠纷42件。".encode()


@pytest.mark.parametrize(
    ("server", "asked", "forwarded", "open_"),
    [
        ("127.0.0.1", "127.0.0.1:8501", "", True),
        ("localhost", "localhost:8501", "", True),
        ("::1", "[::1]:8501", "", True),
        ("127.0.0.1", "", "", True),
        ("", "localhost", "", False),
        ("0.0.0.0", "127.0.0.1:8501", "", False),  # noqa: S104 - recognised, not bound
        ("192.168.1.5", "192.168.1.5:8501", "", False),
        ("127.0.0.1", "evil.example:8501", "", False),
        ("127.0.0.1", "127.0.0.1.evil.example", "", False),
        ("127.0.0.1", "127.0.0.1", "203.0.113.9", False),
    ],
)
def test_only_this_machine_is_let_in(server, asked, forwarded, open_):
    assert intake.loopback(server, asked, forwarded) is open_


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("报告 2022.txt", "报告 2022.txt"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\\b|c<d>.TXT", "a_b_c_d_.TXT"),
        ("=cmd()\n.txt", "cmd().txt"),
        ("\u202etxt.exe\x00", "txt.exe"),
        (".hidden", "hidden"),
        ("places.csv", "report-places.csv"),
        ("...", "report"),
    ],
)
def test_a_name_is_made_harmless(name, safe):
    assert intake.dropped(name, b"").name == safe


def test_a_long_name_keeps_its_suffix():
    name = intake.dropped("报" * 300 + ".docx", b"").name
    assert len(name) == 80
    assert name.endswith(".docx")


def test_a_report_is_read_as_it_is_and_as_chosen():
    file = intake.dropped("城西.txt", TEXT)
    open_ = intake.inspect(file, Choice())
    assert not isinstance(open_, Refused)
    assert not intake.ready(open_)
    assert "500114003" in [one["ref_area"] for one in open_["report"]["candidates"]]
    chosen = intake.inspect(file, Choice("500114003"))
    assert not isinstance(chosen, Refused)
    assert intake.ready(chosen)
    assert chosen["report"]["ref_area_path"] == ["重庆市", "黔江区", "城西街道"]


def test_a_file_that_is_no_report_comes_back_with_its_reason(bilingual):
    refused = intake.inspect(intake.dropped("a: b.txt", b"\x89PNG\r\n\x1a\n"), Choice())
    assert isinstance(refused, Refused)
    assert refused.key == "reader"
    assert bilingual(refused.said)


def test_a_file_named_as_a_module_is_not_run(tmp_path):
    trap = tmp_path / "trapped"
    file = intake.dropped("json.py", f"open({str(trap)!r}, 'w')".encode())
    assert isinstance(intake.inspect(file, Choice()), Refused)
    assert not trap.exists()


def test_a_file_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(intake, "SECONDS", 0.05)
    assert intake.inspect(intake.dropped("a.txt", TEXT), Choice()) == Refused("time")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux sets another process's limits")
def test_a_file_that_eats_memory_costs_its_own_process(monkeypatch):
    monkeypatch.setattr(intake, "MEMORY", 20 * 1024**2)
    assert isinstance(intake.inspect(intake.dropped("a.txt", TEXT), Choice()), Refused)


def test_a_child_does_not_know_the_token(monkeypatch):
    monkeypatch.setenv("FAZHI_TOKEN", "secret")
    assert "secret" not in intake._environment().values()  # noqa: SLF001


def test_values_are_new_different_the_same_or_only_published():
    def value(indicator, number, **more):
        return {
            "time_period": "2022",
            "indicator": indicator,
            "category": {"b": "2", "a": "1"},
            "obs_value": number,
            "unit_measure": "件",
            "qualifier": "exact",
            "charted": True,
        } | more

    new = [value("one", 1), value("two", 2), value("three", 3), value("four", 4, charted=False)]
    old = [value("two", 2.0), value("three", 3.5), value("five", 5)]
    published = pd.DataFrame([one | {"category": '{"a": "1", "b": "2"}'} for one in old])
    rows = intake.compared({"observations": new}, published)
    assert {row["indicator"]: row["outcome"] for row in rows} == {
        "one": "new",
        "two": "same",
        "three": "different",
        "five": "missing",
    }


def test_what_is_added_stands_in_the_list_until_it_is_removed(tmp_path):
    file = intake.dropped("城西.txt", TEXT)
    line = intake.entry(file, Choice("500114003", "2022"), "=某某\n")
    assert line.who == "某某"
    intake.keep(file, tmp_path)
    intake.record([line], tmp_path)
    assert (tmp_path / intake.original(file.sha256, file.name)).read_bytes() == TEXT
    assert intake.entries(tmp_path) == [line]
    (tmp_path / intake.FILE).write_text(  # as an editor leaves it
        (tmp_path / intake.FILE).read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8"
    )
    intake.record([intake.removal(line, "")], tmp_path)
    assert intake.entries(tmp_path) == []
    assert len((tmp_path / intake.FILE).read_text(encoding="utf-8").splitlines()) == 3
    assert not list(tmp_path.rglob("*.part"))


def test_while_a_build_runs_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(intake, "PATIENCE", 0.1)
    line = intake.entry(intake.dropped("a.txt", TEXT), Choice(), "")
    with FileLock(tmp_path / ".lock"), pytest.raises(intake.BusyError):
        intake.record([line], tmp_path)
    assert not (tmp_path / intake.FILE).exists()


def test_a_build_that_cannot_be_repeated_says_so(tmp_path):
    done = intake.rebuild(tmp_path, lambda _: None)
    assert (done.code, len(done.lines)) == (2, 1)
    assert not list(tmp_path.iterdir())
