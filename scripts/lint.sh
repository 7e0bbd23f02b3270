#!/usr/bin/env bash
# Lints shell scripts (shellcheck) and Python helpers (ruff).
set -euo pipefail
cd "$(dirname "$0")/.."
shellcheck -x scripts/*.sh .ci/run
# shellcheck source=scripts/venv.sh
source scripts/venv.sh
if "$venv/bin/python" -c "import ruff" 2>/dev/null; then
  "$venv/bin/python" -m ruff check --quiet --isolated --select F,E9,B scripts tests/golden tests/cuda_on_cpu
fi
