#!/usr/bin/env bash
# Lints shell scripts (shellcheck) and Python helpers (ruff).
set -euo pipefail
cd "$(dirname "$0")/.."
shellcheck scripts/*.sh .ci/run
venv="${CARICA_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/carica/venv-torch-2.11.0}"
if "$venv/bin/python" -c "import ruff" 2>/dev/null; then
  "$venv/bin/python" -m ruff check --quiet --isolated --select F,E9,B scripts tests/golden
fi
