#!/usr/bin/env bash
# From nothing to trained networks: installs what is missing, builds, generates papayas, trains a classifier and a segmenter, evaluates them,
# and predicts some pictures. Cheap to run again: what is done is not done twice (runs/quickstart is removed to start over).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
scripts/build.sh release carica
carica=build/release/src/cli/carica

[[ -f data/papaya/labels.csv ]] || "$carica" data make papaya --out data/papaya
for task in classify segment; do
  run="runs/quickstart/$task/papaya"
  if [[ -f $run/eval/test/metrics.json ]]; then
    "$carica" eval "$run/weights/best.safetensors"
  else
    rm -rf "$run"
    "$carica" train "configs/papaya/$task.yaml" run_dir=runs/quickstart name=papaya # evaluates at its end
  fi
  "$carica" predict "$run/weights/best.safetensors" 'data/papaya/images/000?.jpg' --overlay --out "$run/predictions"
done

echo
echo "Done. Look at:"
printf '  %s\n' runs/quickstart/*/papaya/report.html runs/quickstart/*/papaya/figures/*.png runs/quickstart/*/papaya/eval/test/confusion.png runs/quickstart/*/papaya/predictions/predictions.csv \
  runs/quickstart/segment/papaya/predictions/overlays
