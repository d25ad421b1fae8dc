"""Runs the dashboard as a child process, on this machine only unless told otherwise.

The settings that matter are passed as flags: a configuration file in the folder a stranger happens to
stand in would otherwise be able to change them.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from types import FrameType

from pipeline.model import both

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds until a server that does not answer is given up
FLAGS = {
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.maxUploadSize": "20",  # megabytes, the limit of the readers
    "browser.gatherUsageStats": "false",
    "runner.postScriptGC": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "runner.magicEnabled": "false",
}


def serve(data_dir: Path, host: str, port: int) -> int:
    """Until Ctrl-C: the dashboard; prints its address once it answers."""
    port = free_port(host, port)
    flags = FLAGS | {"server.address": host, "server.port": str(port)}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "start_page.py")]
    command += [f"--{name}={value}" for name, value in flags.items()]
    environment = os.environ | {
        "FAZHI_DATA": str(data_dir.resolve()),
        "FAZHI_HOST": host,  # the Import page asks who can reach it
        "PYTHONPATH": str(ROOT),
    }
    signal.signal(signal.SIGTERM, _stop)
    with subprocess.Popen(  # noqa: S603 - our own interpreter and script
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    ) as child:
        try:
            if not _answers(child, host, port):
                sys.stderr.write(f"{both('看板没有启动', 'the dashboard did not start')}\n")
                return child.poll() or 3
            sys.stdout.write(f"http://{_local(host)}:{port}\n")
            sys.stdout.flush()
            return child.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            child.terminate()


def free_port(host: str, port: int) -> int:
    """The wanted port, else the next one nobody listens on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + 200, 65536)):
        with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            if os.name != "nt":  # a port whose last connection has just closed is free
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    raise OSError(both(f"{host} 上自 {port} 起没有空闲端口", f"no free port from {port} on {host}"))


def _answers(child: subprocess.Popen[bytes], host: str, port: int) -> bool:
    until = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < until:
        connection = http.client.HTTPConnection(_local(host).strip("[]"), port, timeout=1)
        try:
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return True
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()
    return False


def _local(host: str) -> str:
    """Where this machine reaches a server that listens on every address."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - recognised, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
