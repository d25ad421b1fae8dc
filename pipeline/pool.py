"""Worker processes for files that may hang, eat memory or kill whoever reads them: such a file costs itself.

A worker answers file by file. When one dies or takes too long it is therefore known which file it was: that
file is lost, with the reason, and another worker goes on with the rest.
"""

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Generic, Literal, TypeVar

# A fork of this process could deadlock: DuckDB and Arrow have threads. A server that has loaded what a worker
# needs and then waits is forked instead: 10 ms for a new worker. Windows and macOS start from nothing.
if sys.platform == "linux":
    CONTEXT = get_context("forkserver")
else:
    CONTEXT = get_context("spawn")
START = 120.0  # seconds a worker has to come up
GRACE = 10  # seconds after which a worker whose parent is gone ends itself

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may use."""

    seconds: float = 60.0
    memory: int = 1 << 30  # bytes of address space beyond what a worker has when it starts


@dataclass(frozen=True, slots=True)
class Lost:
    """What became of a file that cost its worker."""

    reason: Literal["time", "memory", "crash"]
    exit_code: int | None = None  # negative: the signal


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def warm(module: str) -> None:
    """What the server that workers are forked from imports; counts before the first worker starts."""
    if sys.platform == "linux":
        CONTEXT.set_forkserver_preload([module])


def run(
    work: Callable[[T], R], chunks: Iterable[Sequence[T]], workers: int, limits: Limits
) -> Iterator[tuple[T, R | Lost]]:
    """`work` done on every item in worker processes, as results come in; raises what `work` raises."""
    waiting = iter(chunks)
    crew: list[_Worker[T, R]] = []
    try:
        crew.extend(_Worker(work, limits, chunk) for chunk in islice(waiting, max(1, workers)))
        while crew:
            pause = min(worker.deadline for worker in crew) - time.monotonic()
            wait([worker.link for worker in crew], timeout=max(0.0, pause))
            for worker in tuple(crew):
                yield from worker.answers()
                if not worker.left:
                    worker.give(next(waiting, ()))
                elif lost := worker.lost():
                    yield worker.left.popleft(), lost
                    crew.append(_Worker(work, limits, worker.left or next(waiting, ())))
                    worker.left.clear()
                if not worker.left:
                    worker.end()
                    crew.remove(worker)
    finally:
        for worker in crew:
            worker.end()


class _Worker(Generic[T, R]):
    """One process and the items it has not answered yet."""

    def __init__(self, work: Callable[[T], R], limits: Limits, chunk: Iterable[T]) -> None:
        self.seconds = limits.seconds
        self.ready = False
        self.deadline = time.monotonic() + START
        self.link, far = CONTEXT.Pipe()
        self.process = CONTEXT.Process(target=_serve, args=(far, work, limits), daemon=True)
        self.process.start()
        far.close()  # the worker's end is the worker's alone: when it dies, ours says so
        self.left: deque[T] = deque()
        self.give(chunk)

    def give(self, chunk: Iterable[T]) -> None:
        """Only ever to a worker that has nothing left: two that write to each other could wait for ever."""
        self.left.extend(chunk)
        if self.ready:  # its time begins now, however long it had nothing to do
            self.deadline = time.monotonic() + self.seconds
        if self.left:
            self.link.send(tuple(self.left))

    def answers(self) -> Iterator[tuple[T, R]]:
        """What has come in."""
        try:
            while self.left and self.link.poll():
                kind, answer = self.link.recv()
                self.deadline = time.monotonic() + self.seconds
                if kind == "failed":
                    raise answer
                if kind == "done":
                    yield self.left.popleft(), answer
                self.ready = True
        except (EOFError, ConnectionError):
            self.process.join()

    def lost(self) -> Lost | None:
        """Why no answer will come to the first item left; None while one may."""
        late = time.monotonic() > self.deadline
        if late:
            self.process.kill()
            self.process.join()
        code = self.process.exitcode
        if code is None:
            return None
        if not self.ready:
            raise ChildProcessError(f"a worker process did not start (exit code {code})")
        timed = late or (sys.platform != "win32" and code == -signal.SIGALRM)
        return Lost("time" if timed else "crash", None if late else code)

    def end(self) -> None:
        self.link.close()
        self.process.kill()
        self.process.join()


def _serve(link: Connection, work: Callable[[T], R], limits: Limits) -> None:
    """A worker's life: until its parent has no more, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    _restrict(limits.memory)
    link.send(("ready", None))
    while True:
        try:
            chunk = link.recv()
        except (EOFError, ConnectionError):
            return
        for item in chunk:
            _last_call(limits.seconds)
            try:
                answer: tuple[str, object] = "done", work(item)
            except MemoryError:
                answer = "done", Lost("memory")
            except Exception as error:  # noqa: BLE001 - raised again in the parent
                answer = "failed", error
            _last_call(0)
            try:
                link.send(answer)
            except ConnectionError:
                return


def _restrict(memory: int) -> None:
    """Linux only: elsewhere address space is not limited, and the time a file has bounds what it can take."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - there is none on Windows

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        allowed = pages * resource.getpagesize() + memory
        if most != resource.RLIM_INFINITY:
            allowed = min(allowed, most)
        resource.setrlimit(resource.RLIMIT_AS, (allowed, most))


def _last_call(seconds: float) -> None:
    """The parent ends a worker that takes too long; where the parent has been killed, the clock does."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds and seconds + GRACE)
