#!/usr/bin/env bash
# Does all the set-up, builds, and runs the unit tests. Cheap to run again. More: scripts/test.sh slow | gpu | all
set -euo pipefail
cd "$(dirname "$0")/.."
label="${1:-unit}"
case $label in
  slow | all)
    scripts/setup.sh --slow
    # shellcheck source=scripts/venv.sh
    source scripts/venv.sh
    [[ -n "${CARICA_PYTHON:-}" || ! -x $venv/bin/python ]] || export CARICA_PYTHON="$venv/bin/python"
    ;;
  *) scripts/setup.sh --test ;;
esac
scripts/build.sh release
[[ $label == all ]] && label=.
CTEST_COLOR_OUTPUT=0 ctest --test-dir build/release -L "$label" --output-on-failure --no-tests=error
