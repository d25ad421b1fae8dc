"""Fifty people at once, ours against a plain app with the same widgets: `python -m benchmarks.people`.

Each person is a websocket session that speaks the framework's own protocol, as a browser would: opens the page, then thinks
and chooses another last year, again and again. Counted is the time from the choice to the last message of the answer. The
servers take turns in one run, so that the ratio means something where the milliseconds do not.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.speed import ROOT, free_port, interval, serving

CHOSEN = "To"  # the widget that a person changes, in both apps
LOST = 60.0


class Person:
    """One session: what a browser keeps of it."""

    def __init__(self, socket: ClientConnection, page: str, query: str) -> None:
        self.socket, self.page, self.query = socket, page, query
        self.states: dict[str, WidgetState] = {}
        self.widget, self.options, self.figures = "", [""], 0

    async def ask(self) -> float:
        """Runs the page; the seconds until its last message."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        message.rerun_script.widget_states.widgets.extend(self.states.values())
        started, self.figures = perf_counter(), 0
        await self.socket.send(message.SerializeToString())
        while True:
            told = ForwardMsg()
            told.ParseFromString(bytes(await self.socket.recv(decode=False)))
            self._keep(told)
            if told.WhichOneof("type") == "script_finished":
                return perf_counter() - started

    def _keep(self, told: ForwardMsg) -> None:
        if told.WhichOneof("type") == "page_info_changed":
            self.query = told.page_info_changed.query_string
        if told.WhichOneof("type") != "delta" or told.delta.WhichOneof("type") != "new_element":
            return
        element = told.delta.new_element
        self.figures += element.WhichOneof("type") == "plotly_chart"
        if element.WhichOneof("type") == "selectbox" and element.selectbox.label == CHOSEN:
            self.widget, self.options = element.selectbox.id, list(element.selectbox.options)

    def choose(self, turn: int) -> None:
        """Another of the last two years; the first of the list must stay choosable."""
        year = sorted(self.options)[-1 - turn % 2]
        self.states = {self.widget: WidgetState(id=self.widget, string_value=year)}


async def person(address: str, page: str, query: str, think: float, turns: int) -> list[float]:
    """The milliseconds of each choice of one person."""
    found = []
    await asyncio.sleep(random.uniform(0, think))  # noqa: S311 - people do not come at once
    async with connect(
        address.replace("http", "ws") + "/_stcore/stream",
        max_size=None,
        subprotocols=[Subprotocol("streamlit")],
    ) as socket:
        one = Person(socket, page, query)
        await asyncio.wait_for(one.ask(), LOST)
        for turn in range(turns):
            await asyncio.sleep(random.uniform(0.5, 1.5) * think)  # noqa: S311
            one.choose(turn + 1)
            found.append(1000 * await asyncio.wait_for(one.ask(), LOST))
            if one.figures != 1:
                sys.exit(f"{address}{one.page} answered with {one.figures} figures to {one.states}")
    return found


async def crowd(address: str, page: str, query: str, chosen: argparse.Namespace) -> list[float]:
    """All people at once."""
    each = (person(address, page, query, chosen.think, chosen.turns) for _ in range(chosen.people))
    return [one for found in await asyncio.gather(*each) for one in found]


def p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def main() -> None:
    """Start both, measure in turn, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=50)
    options.add_argument("--think", type=float, default=8.0)
    options.add_argument(
        "--turns", type=int, default=4, help="choices of each person in each round"
    )
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument(
        "--data", type=Path, default=Path(os.environ.get("FAZHI_DATA", ROOT / "data"))
    )
    chosen = options.parse_args()
    os.environ["FAZHI_DATA"] = str(chosen.data.resolve())
    first, second = free_port(), free_port()
    plain = [
        "-m",
        "streamlit",
        "run",
        "benchmarks/same_widgets.py",
        "--server.port",
        str(second),
        "--runner.postScriptGC=true",
    ]
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    with (
        serving([sys.executable, "-m", "pipeline", "serve", "--port", str(first)], first) as ours,
        serving([sys.executable, *plain], second) as least,
    ):
        asked = {"ours": (ours, "compare", "lang=en"), "plain": (least, "", "")}
        for _ in range(chosen.rounds):
            for name, (address, page, query) in asked.items():
                times[name] += asyncio.run(crowd(address, page, query, chosen))
    print("| | n | median, ms | p95, ms |\n|---|---|---|---|")
    for name, one in times.items():
        print(f"| {name} | {len(one)} | {statistics.median(one):.0f} | {p95(one):.0f} |")
    low, high = interval(times["ours"], times["plain"], p95)
    print(f"ratio of p95 {p95(times['ours']) / p95(times['plain']):.2f} ({low:.2f}–{high:.2f})")


if __name__ == "__main__":
    main()
