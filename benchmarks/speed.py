"""First chart and filter-to-chart, ours against the least Streamlit + Plotly app, interleaved: `python benchmarks/speed.py`.

Both servers, the browser and the data are on one machine and are measured in one run, in turn, so that the ratio means something
where the milliseconds do not. Times are the browser's own clock.
"""

import argparse
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from dashboard.text import t

ROOT = Path(__file__).resolve().parent.parent
DRAWN = "() => document.querySelector('.js-plotly-plot .main-svg :is(.trace, .hm)') ? performance.now() : 0"
# From the click on an option to the first frame in which the chart holds other data.
ARM = """() => {
  const plots = () => JSON.stringify([...document.querySelectorAll('.js-plotly-plot')].map(plot => plot.data));
  window.changed = new Promise(resolve => document.addEventListener('click', () => {
    const start = performance.now(), before = plots();
    const look = () => {
      const now = plots();
      now !== before && now !== '[]' ? resolve(performance.now() - start) : requestAnimationFrame(look);
    };
    look();
  }, {once: true, capture: true}));
}"""


@contextmanager
def serving(command: list[str], port: int) -> Iterator[str]:
    """A server of ours or of Streamlit's, up when its health check answers, gone afterwards."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            wait(f"{address}/_stcore/health", process)
            yield address
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def wait(health: str, process: subprocess.Popen[bytes]) -> None:
    """Until the server answers; a server that has ended never will."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(health, timeout=1):  # noqa: S310 - our own loopback address
                return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    sys.exit(f"no answer from {health}")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def first_chart(page: Page, address: str) -> float:
    """Milliseconds from navigation to the first mark."""
    page.goto(address, wait_until="commit")
    shown = float(page.wait_for_function(DRAWN, timeout=30_000).json_value())
    page.wait_for_timeout(700)
    return shown


def filter_to_chart(page: Page, label: str, turn: int) -> float:
    """Milliseconds from choosing another option to the chart that follows from it."""
    page.get_by_role("combobox", name=label).first.click()
    options = page.get_by_role("option")
    options.first.wait_for()
    page.evaluate(ARM)
    options.nth(1 + turn % 2).click()
    taken = float(page.evaluate("() => window.changed"))
    page.wait_for_timeout(500)
    return taken


def interval(
    ours: list[float],
    least: list[float],
    measure: Callable[[Sequence[float]], float] = statistics.median,
) -> tuple[float, float]:
    """95 % bootstrap interval of the ratio of medians, or of what else is measured."""
    draw = random.Random(0)  # noqa: S311 - a resampling, repeatable
    ratios = sorted(
        measure(draw.choices(ours, k=len(ours))) / measure(draw.choices(least, k=len(least)))
        for _ in range(2000)
    )
    return ratios[50], ratios[1949]


def report(name: str, ours: list[float], least: list[float]) -> None:
    """One row of the table in docs/performance.md."""
    low, high = interval(ours, least)
    a, b = statistics.median(ours), statistics.median(least)
    print(f"| {name} | {len(ours)} | {a:.0f} | {b:.0f} | {a / b:.2f} | {low:.2f}–{high:.2f} |")


def main() -> None:
    """Start both, measure in turn, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=25)
    options.add_argument(
        "--data", type=Path, default=Path(os.environ.get("FAZHI_DATA", ROOT / "data"))
    )
    options.add_argument(
        "--tuned",
        action="store_true",
        help="the minimal app does not collect garbage after every run, either; as shipped, Streamlit does",
    )
    chosen = options.parse_args()
    os.environ["FAZHI_DATA"] = str(chosen.data.resolve())
    browser = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if browser is None:
        sys.exit("install Chromium: bash tests/browser_setup.sh")
    ports = free_port(), free_port()
    python = sys.executable
    with (
        serving([python, "-m", "pipeline", "serve", "--port", str(ports[0])], ports[0]) as ours,
        serving(
            [
                python,
                "-m",
                "streamlit",
                "run",
                "benchmarks/minimal_app.py",
                "--server.port",
                str(ports[1]),
                f"--runner.postScriptGC={'false' if chosen.tuned else 'true'}",
            ],
            ports[1],
        ) as least,
        sync_playwright() as playwright,
    ):
        context = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-gpu"]
        ).new_context(viewport={"width": 1280, "height": 900})
        measure(context.new_page(), f"{ours}/compare?lang=en", least, chosen.rounds)


def measure(page: Page, ours: str, least: str, rounds: int) -> None:
    """Interleaved rounds; the first of each warms the caches and is not counted."""
    pages = {"ours": (ours, t("frame.to", "en")), "least": (least, "indicator")}
    first: dict[str, list[float]] = {name: [] for name in pages}
    change: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(rounds + 1):
        for name, (address, label) in pages.items():
            shown, changed = first_chart(page, address), filter_to_chart(page, label, turn)
            if turn:
                first[name].append(shown)
                change[name].append(changed)
    print("| | n | ours, ms | minimal, ms | ratio | 95 % |\n|---|---|---|---|---|---|")
    report("first chart, warm cache", first["ours"], first["least"])
    report("filter to chart", change["ours"], change["least"])


if __name__ == "__main__":
    main()
