"""From a fresh clone to the running program with Python alone: `python3 -m pipeline.start`.

Makes `.venv` from the lock, once, and starts `fazhi` in it. Standard library only, because nothing else is there yet.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
BIN = HOME / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = HOME / "installed.txt"  # what was installed last; differs after an update of the lock


def main() -> int:
    """Install what is missing, then become the program."""
    if sys.version_info < (3, 11):
        print("fazhi needs Python 3.11 or newer / 需要 Python 3.11 或更新版本")
        return 2
    wanted = hashlib.sha256(
        (ROOT / "requirements.lock").read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    ).hexdigest()
    if not (PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="ascii") == wanted):
        try:
            install()
        except (subprocess.CalledProcessError, OSError) as failure:
            print(f"not installed / 安装未完成: {failure}")
            print("on Debian and Ubuntu: apt-get install python3-venv")
            return 3
        STAMP.write_text(wanted, encoding="ascii")
    command = [str(PYTHON), "-m", "pipeline", *sys.argv[1:]]
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - the program takes over: one process, one Ctrl-C
    return subprocess.call(command)


def install() -> None:
    """Make the environment and fill it from the lock; half a minute on a fast line."""
    print("first start: installing into .venv / 首次启动：正在安装到 .venv …", flush=True)
    if not PYTHON.exists():
        venv.create(HOME, with_pip=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.check_call([*pip, "--require-hashes", "-r", str(ROOT / "requirements.lock")])
    subprocess.check_call([*pip, "--no-deps", "--editable", str(ROOT)])


if __name__ == "__main__":
    sys.exit(main())
