"""Any files, hostile ones too: each has its row and its reason, the good ones are published, and what is published stays."""

import io
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import duckdb
import hostile
import pytest

from pipeline import build, pool, publish, sources
from pipeline.model import Rejected

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
COMMAND = [sys.executable, "-m", "pipeline", "build"]
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals, links and limits of Unix")


# --- hostile files --------------------------------------------------------------------------------


def test_every_hostile_file_has_a_reason_and_none_stops_the_build(
    tmp_path: Path, bilingual: Callable[[str], bool]
) -> None:
    names = hostile.write(tmp_path / "all" / "bad", len(hostile.KINDS))
    copytree(SEEDS, tmp_path / "all" / "good")
    done = build.build([tmp_path / "all"], tmp_path / "data", limits=pool.Limits(seconds=30))
    assert len(names) >= 60
    assert done.published == 5
    rows = [f"{one.source}/" for one in done.rejected]
    assert [name for name in names if not any(row.startswith(f"bad/{name}/") for row in rows)] == []
    assert [one for one in done.rejected if not bilingual(one.reason)] == []
    assert [one for one in done.rejected if "\n" in f"{one.source}{one.reason}"] == []
    stored = publish.read(done.database, "SELECT source FROM report WHERE status <> 'published'")
    assert sorted(row["source"] for row in stored) == sorted(one.source for one in done.rejected)


# --- workers --------------------------------------------------------------------------------------


def behave(how: str) -> str:
    """What a file may do to the process that reads it."""
    if how == "hangs":
        time.sleep(60)
    if how == "is killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "exits":
        os._exit(3)
    if how == "eats memory":
        return str(len(bytes(2 << 30)))
    if how == "fails":
        raise FileNotFoundError(how)
    return how


def outcomes(*items: str, workers: int = 2, seconds: float = 2) -> dict[str, str | pool.Lost]:
    chunks = [items[start : start + 3] for start in range(0, len(items), 3)]
    pool.warm("pipeline.warm")
    return dict(pool.run(behave, chunks, workers, pool.Limits(seconds, 1 << 30)))


@POSIX
def test_a_file_that_costs_its_worker_costs_itself_only() -> None:
    good = [f"good {number}" for number in range(12)]
    bad = ["hangs", "is killed", "exits"]
    items = [*good[:4], bad[0], *good[4:7], bad[1], bad[2], *good[7:]]
    found = outcomes(*items)
    assert {name: found[name] for name in good} == {name: name for name in good}
    assert found["hangs"] == pool.Lost("time")
    assert found["is killed"] == pool.Lost("crash", -signal.SIGKILL)
    assert found["exits"] == pool.Lost("crash", 3)


def test_time_a_worker_waits_for_work_is_not_its_own() -> None:
    def slowly() -> Iterator[list[str]]:
        for number in range(3):
            time.sleep(1.5 * bool(number))
            yield [f"good {number}"]

    pool.warm("pipeline.warm")
    found = dict(pool.run(behave, slowly(), 1, pool.Limits(1, 1 << 30)))
    assert found == {f"good {number}": f"good {number}" for number in range(3)}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere address space is not limited")
def test_a_file_may_take_so_much_memory_and_no_more() -> None:
    found = outcomes("eats memory", "good", workers=1, seconds=30)
    assert found == {"eats memory": pool.Lost("memory"), "good": "good"}


def test_what_no_file_is_to_blame_for_is_raised() -> None:
    with pytest.raises(FileNotFoundError):
        outcomes("good", "fails", seconds=30)


def test_a_refusal_is_remembered_until_a_fresh_build(tmp_path: Path) -> None:
    item = sources.hashed(sources.Input("one.txt", SEEDS / "000_28d38b68794d00bb.txt"))
    job = build.Job(tmp_path, tmp_path / "cache", {})
    refusal = build.keep_refusal(job, item, build.lost(item, pool.Lost("time"), build.LIMITS))
    assert "--fresh" in refusal.reason
    assert build.recall(job, item) == refusal


# --- archives and folders -------------------------------------------------------------------------


def test_chinese_names_in_an_archive_are_read_whoever_packed_it(tmp_path: Path) -> None:
    name = "报告/西营门街道2022年度.txt"
    packed = zipfile.ZipInfo("x" * len(name.encode("gb18030")))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(packed, (SEEDS / "000_28d38b68794d00bb.txt").read_bytes())
        archive.writestr(f"utf-8/{name}", "从前有一座山")
    raw = target.getvalue().replace(packed.filename.encode(), name.encode("gb18030"))
    (tmp_path / "all.zip").write_bytes(raw)
    inputs, refused = sources.discover([tmp_path])
    assert [one.source for one in inputs] == [f"all.zip/utf-8/{name}", f"all.zip/{name}"]
    assert not refused
    assert sources.load(inputs[1]) == (SEEDS / "000_28d38b68794d00bb.txt").read_bytes()


def test_archives_in_archives_are_read_three_deep(tmp_path: Path) -> None:
    for depth in range(5):
        (tmp_path / f"{depth}.zip").write_bytes(hostile.nested(depth))
    inputs, refused = sources.discover([tmp_path])
    assert [one.source.count(".zip") for one in inputs] == [1, 2, 3]
    assert [one.source[0] for one in refused] == ["3", "4"]
    assert {sources.load(one) for one in inputs} == {hostile.NO_PLACE}


def test_places_csv_in_an_archive_counts_for_its_files(tmp_path: Path) -> None:
    data = hostile.packed(("a/one.txt", b"1"), ("a/places.csv", b"file,ref_area\none.txt,120111\n"))
    (tmp_path / "all.zip").write_bytes(data)
    ((one,), refused) = sources.discover([tmp_path])
    assert not refused
    assert one.line is not None
    assert one.line["ref_area"] == "120111"


def test_hidden_files_are_left_alone(tmp_path: Path) -> None:
    hidden = (".git/one.txt", "__MACOSX/._one.txt", "~$report.txt")
    (tmp_path / "all.zip").write_bytes(hostile.packed(*((name, b"1") for name in hidden)))
    for name in (*hidden, "seen.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    inputs, refused = sources.discover([tmp_path])
    assert [one.source for one in inputs] == ["seen.txt"]
    assert [one.source for one in refused] == ["all.zip"]  # has nothing to read


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("年报.txt", "年报.txt"),
        (os.fsdecode("年报.txt".encode("gb18030")), "年报.txt"),
        (os.fsdecode(b"a\xff\xfe.txt"), r"a\xff\xfe.txt"),
        ("a\x1b[2Jb\n\u202etxt", r"a\u001b[2Jb\u000a\u202etxt"),
    ],
)
@POSIX
def test_file_names_of_any_bytes_can_be_shown(name: str, shown: str) -> None:
    assert sources.readable(name) == shown


def test_a_file_still_being_copied_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_bytes(b"half")
    item = sources.hashed(sources.Input("one.txt", path))
    path.write_bytes(b"half and the rest")
    assert isinstance(build.opened(item), Rejected)


# --- what is published stays ----------------------------------------------------------------------


@pytest.fixture
def published_here(tmp_path: Path) -> Iterator[Path]:
    """A data folder with the seeds published, and reports with other bytes beside it."""
    data, reports = tmp_path / "data", tmp_path / "reports"
    build.build([SEEDS], data)
    reports.mkdir()
    for seed in SEEDS.glob("*.txt"):
        (reports / seed.name).write_bytes(seed.read_bytes() + b"\n")
    yield data
    data.chmod(0o755)


def stands(data: Path) -> None:
    """The published database opens and passes the gate."""
    current = publish.current(data)
    assert current
    with duckdb.connect(current, read_only=True) as con:
        publish.gate(con)
        assert con.execute("SELECT reports_published FROM build").fetchone() == (5,)


@POSIX
@pytest.mark.parametrize("room", [0, 5_000, 100_000, 4_000_000])
def test_a_full_disk_leaves_what_was_published(published_here: Path, room: int) -> None:
    """No file may grow beyond `room` bytes: to a program that is a disk without space."""
    reports, before = published_here.with_name("reports"), publish.current(published_here)
    limited = (
        f"import resource, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}));"
        "runpy.run_module('pipeline', run_name='__main__', alter_sys=True)"
    )
    command = [sys.executable, "-c", limited, "build", str(reports), "--data", str(published_here)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, publish.current(published_here)) == (3, before), ended.stderr
    assert "Traceback" not in ended.stderr
    stands(published_here)
    assert build.build([reports], published_here).published == 5


@POSIX
def test_a_folder_that_cannot_be_written_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bilingual: Callable[[str], bool]
) -> None:
    blocked = tmp_path / "data"
    blocked.write_bytes(b"a file where the folder should be")
    with pytest.raises(build.PublishError) as caught:
        build.build([SEEDS], blocked)
    assert bilingual(str(caught.value))
    assert capsys.readouterr().err == ""


@POSIX
def test_kills_at_random_moments_lose_nothing(published_here: Path) -> None:
    draw = random.Random(0)  # noqa: S311 - repeatable, nothing secret
    reports = published_here.with_name("reports")
    extra = reports / "000_28d38b68794d00bb.txt"
    for number in range(20):
        extra.write_bytes(extra.read_bytes() + f"第{number}次。".encode())
        with subprocess.Popen(
            [*COMMAND, str(reports), "--data", str(published_here)], cwd=ROOT, stderr=subprocess.DEVNULL
        ) as process:  # fmt: skip
            deadline = time.monotonic() + 20
            while (
                not (published_here / ".lock-holder").exists()
                and process.poll() is None
                and time.monotonic() < deadline
            ):
                time.sleep(0.005)  # the time before the build begins is not of interest
            time.sleep(draw.uniform(0, 0.6))
            process.kill()
        stands(published_here)
    assert build.build([reports], published_here).published == 5
    left = [path for path in published_here.rglob("*") if publish.UNFINISHED in path.name]
    assert left == []


# --- watching -------------------------------------------------------------------------------------


def test_a_folder_is_read_again_when_it_has_come_to_rest(tmp_path: Path) -> None:
    looks = sources.changes([tmp_path], every=0.05)
    next(looks)  # at once
    (tmp_path / "one.txt").write_bytes(b"1")
    next(looks)
    (tmp_path / "one.txt").unlink()
    next(looks)


@POSIX
def test_watch_builds_what_is_dropped_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    reports, data = tmp_path / "reports", tmp_path / "data"
    reports.mkdir()
    first, second = sorted(SEEDS.glob("*.txt"))[:2]
    (reports / first.name).write_bytes(first.read_bytes())
    command = [*COMMAND, str(reports), "--watch", "--data", str(data)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        said = (line for line in process.stderr if "reports published" in line)
        assert "1 reports published" in next(said)
        (reports / second.name).write_bytes(second.read_bytes())
        assert "2 reports published" in next(said)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
