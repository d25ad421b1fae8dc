"""The command line: `fazhi …` and `python -m pipeline …`.

Data on stdout; progress, summaries and complaints on stderr. Exit codes: 0 nothing lost, 1 published but
some input was not used, 2 wrong call, 3 nothing published (what was published before stands).
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline import (
    __version__,
    build,
    corrections,
    denominators,
    extract,
    imported,
    inspection,
    publish,
    score,
    server,
    sources,
)
from pipeline.errors import PipelineError, ReadError
from pipeline.model import Rejected, Report, both

FINE, LOST, WRONG_CALL, NOTHING = 0, 1, 2, 3
ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
GOLD = ROOT / "tests" / "gold"
HOST, PORT = "127.0.0.1", 8501

REPORTS = """SELECT r.status, r.source, r.ref_area, a.path, r.time_period, r.reason
    FROM report r LEFT JOIN ref_area a USING (ref_area)
    ORDER BY r.status <> 'published', r.source"""
FINDINGS = """SELECT f.severity, f.rule, r.source, f.message
    FROM finding f JOIN report r USING (report_id)
    ORDER BY array_position(['error', 'warning', 'info'], f.severity), r.source, f.finding_id"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    for stream in (
        sys.stdout,
        sys.stderr,
    ):  # Chinese, also where the console's own code is not UTF-8
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    args = parser().parse_args(argv)
    try:
        return COMMANDS[args.command](args)
    except PipelineError as error:
        say(str(error))
        return NOTHING
    except BrokenPipeError:  # `fazhi check | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except OSError as error:  # a port, a disk, a folder that refuses: the error says which
        say(str(error))
        return NOTHING
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument("--data", type=Path, default=argparse.SUPPRESS, help="data folder")
    building = argparse.ArgumentParser(add_help=False)
    building.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files, folders, zip")
    building.add_argument(
        "--again", action="store_true", help="the same paths as the published build"
    )
    building.add_argument("--fresh", action="store_true", help="read everything again")
    building.add_argument("--workers", type=int, default=None, help="processes, default all cores")
    serving = argparse.ArgumentParser(add_help=False)
    serving.add_argument("--host", default=HOST, help=f"address to listen on, default {HOST}")
    serving.add_argument(
        "--port", type=int, default=PORT, help=f"first port to try, default {PORT}"
    )
    top = argparse.ArgumentParser(prog="fazhi", parents=[everywhere, serving], description=__doc__)
    top.add_argument("--version", action="version", version=__version__)
    top.set_defaults(command="up", paths=[], again=False, fresh=False, workers=None, watch=False)
    commands = top.add_subparsers(title="commands")

    def command(
        name: str, help_text: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=help_text, parents=[everywhere, *parents])
        one.set_defaults(command=name)
        return one

    command("up", "build what is stale, then serve (default)", building, serving)
    one = command("build", "read reports and publish the database", building)
    one.add_argument("--watch", action="store_true", help="again whenever files change")
    one = command("inspect", "one report, nothing saved")
    one.add_argument("file", type=Path)
    one.add_argument("--json", action="store_true", help="the whole reading as JSON")
    command("explain", "why each indicator did or did not match").add_argument("text")
    command("check", "findings of the published database; exit 1 if any is an error")
    command("status", "what is published, from what, when, and what was not used")
    command("serve", "the dashboard", serving)
    one = command("score", "extraction against annotated reports")
    one.add_argument("gold", nargs="?", type=Path, default=GOLD, help="folder of annotations")
    one.add_argument("--reports", type=Path, default=None, help="folder of the reports")
    return top


def data_dir(args: argparse.Namespace) -> Path:
    """`--data` wins over FAZHI_DATA, which wins over the project's own folder."""
    return Path(getattr(args, "data", None) or os.environ.get("FAZHI_DATA") or ROOT / "data")


# --- commands -------------------------------------------------------------------------------------


def run_build(args: argparse.Namespace) -> int:
    return watch(args) if args.watch else build_once(args)


def watch(args: argparse.Namespace) -> int:
    """Build now and whenever the files have changed and come to rest, until Ctrl-C."""
    decided = [
        data_dir(args) / name for name in (corrections.FILE, denominators.FILE, imported.FILE)
    ]
    code = FINE
    try:
        for _ in sources.changes([*chosen(args), *decided]):
            code = build_once(args)
            if code == WRONG_CALL:
                break
            args.fresh = False
            say(both("等待文件变化，Ctrl-C 结束", "waiting for files to change, Ctrl-C ends"))
    except KeyboardInterrupt:
        say("")
    return code


def chosen(args: argparse.Namespace) -> list[Path]:
    return publish.kept_paths(data_dir(args)) if args.again else args.paths or [SEEDS]


def build_once(args: argparse.Namespace) -> int:
    paths = chosen(args)
    if not paths:
        say("no build to repeat here, name its paths | 没有可重复的构建，请写明路径：build PATH…")
        return WRONG_CALL
    missing = [path for path in paths if not path.exists()]
    if missing:
        say(*(f"no such file or folder | 找不到：{path}" for path in missing))
        return WRONG_CALL
    before = publish.current(data_dir(args))
    try:
        done = build.build(paths, data_dir(args), fresh=args.fresh, workers=args.workers)
    except PipelineError as error:
        refused = publish.kept_rejected(data_dir(args))
        say(*complaints(refused), str(error))
        say(f"still published | 仍为：{before.name}" if before else "nothing published | 尚未发布")
        return NOTHING
    say(*complaints(done.rejected))
    say(*(f"no longer among the files | 已移除：{source}" for source in done.removed))
    say(summed(done))
    return LOST if done.rejected else FINE


def run_up(args: argparse.Namespace) -> int:
    code = build_once(args)
    if code == WRONG_CALL or publish.current(data_dir(args)) is None:
        return code
    return server.serve(data_dir(args), args.host, args.port) or code


def run_serve(args: argparse.Namespace) -> int:
    return server.serve(data_dir(args), args.host, args.port)


def run_inspect(args: argparse.Namespace) -> int:
    if not args.file.is_file():
        say(f"no such file | 找不到文件：{args.file}")
        return WRONG_CALL
    outcome = read(args.file)
    if isinstance(outcome, Rejected):
        say(*complaints([outcome]))
        return LOST
    shape = inspection.shape(outcome)
    if args.json:
        print(json.dumps(shape, ensure_ascii=False, separators=(",", ":")))
        return FINE
    print("\n".join(readable(shape)))
    return FINE


def run_explain(args: argparse.Namespace) -> int:
    known, _ = build.knowledge()
    layout, found = build.laid_out(args.text)
    print("\n".join(extract.explain(layout, found, known)))
    return FINE


def run_check(args: argparse.Namespace) -> int:
    database = publish.current(data_dir(args))
    if database is None:
        say("nothing published | 尚未发布")
        return NOTHING
    findings = publish.read(database, FINDINGS)
    for finding in findings:
        print("{severity:8} {rule:20} {source}  {message}".format(**finding))
    return LOST if any(finding["severity"] == "error" for finding in findings) else FINE


def run_status(args: argparse.Namespace) -> int:
    database = publish.current(data_dir(args))
    if database is None:
        say(*complaints(publish.kept_rejected(data_dir(args))), "nothing published | 尚未发布")
        return NOTHING
    (about,) = publish.read(database, "FROM build")
    print(f"published  {database.name}, {about['built_at']} UTC")
    print(f"from       {about['inputs']}")
    print(f"reports    {about['reports_published']}, not used {about['reports_rejected']}")
    for row in publish.read(database, REPORTS):
        where = "{ref_area} {path} {time_period}".format(**row)
        print(f"{row['status']:10} {row['source']}  {row['reason'] or where}")
    return FINE


def run_score(args: argparse.Namespace) -> int:
    files = sorted(args.gold.glob("*.jsonl"))
    if not files:
        say(f"no annotations | 没有标注文件：{args.gold}")
        return WRONG_CALL
    known = score.vocabulary(files)
    try:
        scores = [
            score.score(file.stem, *score.load(file), inspection.shape(report), known)
            for file, report in annotated(args.gold, args.reports)
        ]
    except ReadError as error:
        say(str(error))
        return LOST
    print(score.table(scores))
    print(score.by_indicator(score.total(scores)))
    return FINE


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "up": run_up,
    "build": run_build,
    "inspect": run_inspect,
    "explain": run_explain,
    "check": run_check,
    "status": run_status,
    "serve": run_serve,
    "score": run_score,
}


# --- what they share ------------------------------------------------------------------------------


def read(path: Path) -> Report | Rejected:
    """One file with the line that the places.csv beside it may have."""
    item = sources.Input(path.name, path, line=sources.places_csv(path.parent).get(path.name))
    return build.read_one(item)


def annotated(gold: Path, reports: Path | None = None) -> Iterator[tuple[Path, Report]]:
    """Annotation files of a folder, each with its report as it is read now. Raises ReadError for one that cannot be read."""
    for file in sorted(gold.glob("*.jsonl")):
        report = find_report(file, reports)
        outcome = read(report) if report else None
        if not isinstance(outcome, Report):
            raise ReadError(f"{file.name}: its report cannot be read | 报告读不到")
        yield file, outcome


def find_report(gold: Path, folder: Path | None) -> Path | None:
    """The report of an annotation file: where told, else beside it, else among the seeds."""
    folders = [folder] if folder else [gold.parent, gold.parent.parent, SEEDS]
    found = (path for where in folders for path in sorted(where.glob(f"{gold.stem}.*")))
    return next((path for path in found if path.suffix not in (".jsonl", ".json")), None)


def readable(shape: inspection.Json) -> Iterable[str]:
    """The same reading for people: who, when, then every figure with what it was taken for."""
    about = shape["report"]
    yield f"{about['title'] or about['source']}"
    yield f"{about['ref_area']} {'/'.join(about['ref_area_path'])} {about['time_period']}"
    yield from (f"  {reason}" for reason in about["how"].values() if reason)
    yield from (f"  ! {warning}" for warning in about["warnings"])
    for one in shape["quantities"]:
        if one["role"] == "metric":
            names = ", ".join(label(match) for match in one["indicators"]) or "–"
            yield f"{one['start']:6} {one['surface']:12} {one['period']:13} {names}"
    yield from (f"{f['severity']:8} {f['rule']:20} {f['message']}" for f in shape["findings"])


def label(match: Mapping[str, object]) -> str:
    category = match["category"]
    values = ",".join(category.values()) if isinstance(category, dict) else ""
    fact = "" if match["fact"] == "level" else f" {match['fact']}"
    return f"{match['indicator']}{f'[{values}]' if values else ''}{fact}"


def complaints(rejected: Iterable[Rejected]) -> list[str]:
    """One line for each file that was not used."""
    return [f"{one.status}: {one.source}: {one.reason}" for one in rejected]


def summed(done: build.Built) -> str:
    """What a build came to, in one line."""
    twice = sum(one.status == "duplicate" for one in done.rejected)
    unused = len(done.rejected) - twice
    return both(
        f"{done.database.name}：已发布报告 {done.published} 份；"
        f"本次读取 {done.computed}，未变 {done.unchanged}，未采用 {unused}，重复 {twice}",
        f"{done.database.name}: {done.published} reports published; "
        f"{done.computed} read now, {done.unchanged} unchanged, {unused} not used, {twice} duplicates",
    )


def say(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
