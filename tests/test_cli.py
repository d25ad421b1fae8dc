"""The command line as a user calls it: exit codes, what goes to stdout, what to stderr."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest

from pipeline import inspection
from pipeline.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
SEED = SEEDS / "000_28d38b68794d00bb.txt"
TITLE = "法治政府建设年度情况报告"


def test_inspect_prints_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(SEED), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == ["report", "text", "quantities", "observations", "findings"]
    assert printed["text"] == SEED.read_bytes().decode()
    report = printed["report"]
    assert (report["ref_area"], report["level"], report["time_period"]) == (
        "120111001",
        "township",
        2022,
    )
    assert report["ref_area_path"] == ["天津市", "西青区", "西营门街道"]
    for one in printed["quantities"]:
        assert printed["text"][one["start"] : one["end"]] == one["surface"]
        start, end = one["sentence"]
        assert start <= one["start"] < one["end"] <= end
    for one in printed["observations"]:
        assert set(one["quantities"]) <= set(range(len(printed["quantities"])))


def test_inspect_names_candidates_where_the_place_is_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.txt"
    path.write_text(f"城西街道2022年{TITLE}\n我街道调解矛盾纠纷42件。", encoding="utf-8")
    assert main(["inspect", str(path), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["report"]["ref_area"] is None
    assert any("500114003" in warning for warning in printed["report"]["warnings"])
    assert any(one["surface"] == "42件" for one in printed["quantities"])


def test_inspect_without_a_year_still_lists_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.txt"
    path.write_text(f"西营门街道{TITLE}\n我街道调解矛盾纠纷42件。", encoding="utf-8")
    assert main(["inspect", str(path), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["report"]["time_period"] is None
    assert printed["observations"] == []
    assert any(one["surface"] == "42件" for one in printed["quantities"])


def test_inspect_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(SEED)]) == 0
    assert "mediation_success_rate" in capsys.readouterr().out


def test_explain_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "全年调解矛盾纠纷1000余件"]) == 0
    printed = capsys.readouterr().out
    assert "1000余件" in printed
    assert "mediation_cases" in printed


def test_score_prints_a_row_for_each_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:6] == ["report", "gold", "pred", "prec", "rec", "F1"]
    assert "all" in [line.split()[0] for line in lines[1:]]
    assert any(line.startswith("mediation_cases ") for line in lines)  # and one for each indicator


def test_check_lists_findings(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--data", str(published)]) == 0
    assert "sum_of_parts" in capsys.readouterr().out


def test_build_reports_what_is_not_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reports = copytree(SEEDS, tmp_path / "reports")
    (reports / "empty.txt").write_bytes(b"")
    data = ["--data", str(tmp_path / "data")]
    for _ in ("read", "reused"):
        assert main(["build", str(reports), *data]) == 1
        told = capsys.readouterr()
        assert told.out == ""
        assert [line for line in told.err.splitlines() if "empty.txt" in line]
    assert main(["status", *data]) == 0
    assert "empty.txt" in capsys.readouterr().out


def test_nothing_usable_is_exit_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    data = ["--data", str(tmp_path / "data")]
    assert main(["build", str(tmp_path / "empty.txt"), *data]) == 3
    assert "empty.txt" in capsys.readouterr().err
    assert main(["status", *data]) == 3
    assert main(["check", *data]) == 3


@pytest.mark.parametrize(
    "wrong", [["build", "no/such/folder"], ["inspect", "no/such/file"], ["score", "no/such/folder"]]
)
def test_a_wrong_call_is_exit_2(wrong: list[str], tmp_path: Path) -> None:
    assert main([*wrong, "--data", str(tmp_path)]) == 2


def test_an_unknown_command_is_exit_2() -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["nonsense"])


def test_the_data_folder_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAZHI_DATA", str(tmp_path / "data"))
    assert main(["build", str(SEEDS)]) == 0
    assert (tmp_path / "data" / "CURRENT").is_file()


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_up_serves_on_a_free_port_and_ends_with_ctrl_c(published: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "pipeline", "up", "--port", str(port)]
        with subprocess.Popen(
            [*command, "--data", str(published)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdout
            address = process.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:")
            assert address != f"http://127.0.0.1:{port}"
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
                assert answer.status == 200
            os.killpg(process.pid, signal.SIGINT)
            assert process.wait(timeout=20) == 0
            assert process.stdout.read() == ""


@pytest.mark.parametrize(("value", "printed"), [("42", 42), ("85.7", 85.7), ("1E+3", 1000)])
def test_numbers_are_whole_where_they_are_whole(value: str, printed: float) -> None:
    assert json.dumps(inspection.number(Decimal(value))) == json.dumps(printed)


def test_a_port_that_does_not_exist_is_one_line(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--port", "99999", "--data", str(published)]) == 3
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_comma_in_places_csv_names_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = copytree(SEEDS, tmp_path / "reports")
    (reports / "places.csv").write_text(
        "file,ref_area,time_period,why\nx.txt,500114003,2024,because, of a comma\n",
        encoding="utf-8",
    )
    assert main(["build", str(reports), "--data", str(tmp_path / "data")]) == 3
    assert "line 2" in capsys.readouterr().err
