#!/usr/bin/env bash
# Sets up and passes the tests: `bash tests/run.sh`. Arguments go to pytest. VENV names another folder for the environment.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${VENV:-.venv}
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed" >&2; exit 1; }
bash tests/browser_setup.sh
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
pip() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
pip --require-hashes -r requirements-test.lock
pip --no-deps --editable .

bin=$(cd "$venv/bin" && pwd)
PATH=$bin:$PATH
ruff format --check .
ruff check .
mypy
lint-imports
pytest "$@"
