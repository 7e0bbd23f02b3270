#!/usr/bin/env bash
# The study of docs/study.md, from pictures to reports:
#   scripts/study.sh DATA_ROOT WEIGHTS_ROOT    on the real data: DATA_ROOT/{wildlife,idd,cityscapes}, WEIGHTS_ROOT/*.pth*
#   scripts/study.sh --stand-in                on generated pictures of the same layouts, small networks, minutes on two cores
# Results: ${STUDY:-study}/report.html and index.csv say which file answers which question. What is done is not done again: remove
# the folder to start over.
set -euo pipefail
usage() {
  sed -n '2,4p' "$0" >&2
  exit 2
}
if [[ $* != --stand-in ]]; then
  [[ $# -eq 2 && $1 != -* && $2 != -* ]] || usage
  set -- "$(realpath -ms "$1")" "$(realpath -ms "$2")"
fi
[[ -z ${STUDY:-} ]] || STUDY=$(realpath -ms "$STUDY")
cd "$(dirname "$0")/.."
carica=build/release/src/cli/carica
[[ -x $carica ]] || { scripts/setup.sh && scripts/build.sh release carica; }
out="${STUDY:-study}"
mkdir -p "$out"

# Settings that differ between the real study and the small one.
wildlife=() pretrained=() augmented=() road=() unet=() city=()
network=deeplabv3plus_resnet101
if [[ $1 == --stand-in ]]; then
  data="$out/data"
  network=deeplabv3plus_mobilenet
  for set in wildlife idd_archive cityscapes; do
    [[ -d $data/$set ]] || { "$carica" data make "$set" --out "$data/$set.new" --quiet && mv "$data/$set.new" "$data/$set"; }
  done
  idd="$data/idd_archive"
  small='[{Resize: {size: [64, 64]}}, Normalize]'
  wildlife=("transforms.train=$small" "transforms.eval=$small" train.epochs=10)
  pretrained=(model.pretrained=null model.head=load optim.lr=1e-3)
  augmented=('transforms.train=[{RandomResizedCrop: {size: 64, scale: [0.5, 1.0]}}, RandomHorizontalFlip, {RandomRotation: {degrees: 15}}, {ColorJitter: {brightness: 0.3, contrast: 0.3}}, Normalize]')
  scene='[{Resize: {size: [128, 224]}}, Normalize]'
  road=("transforms.train=$scene" "transforms.eval=$scene")
  unet=("${road[@]}" train.epochs=6 model.encoder=resnet18)
else
  data=$1 weights=$2
  idd="$data/idd"
fi

# train TASK NAME CONFIG [key=value ...]: a run below $out/runs, once; one that was stopped goes on. report.html is written last.
run_of() { echo "$out/runs/$1/$2"; }
train() {
  local task=$1 name=$2 config=$3 run
  shift 3
  run=$(run_of "$task" "$name")
  [[ -f $run/report.html ]] && return
  if [[ -f $run/weights/last.safetensors ]]; then
    "$carica" train --resume "$run"
  else
    rm -rf "$run"
    "$carica" train "$config" run_dir="$out/runs" name="$name" "$@"
  fi
}
evaluate() {
  local name=$1 config=$2
  shift 2
  [[ -f $(run_of segment "$name")/report.html ]] && return
  rm -rf "$(run_of segment "$name")"
  "$carica" eval "$config" run_dir="$out/runs" name="$name" "$@"
}
analyze() {
  local run=$1
  shift
  [[ -f $run/analysis/run.json ]] || "$carica" analyze "$run" "$@"
}

# A: classification.
[[ -f $out/wildlife/stats.json ]] || "$carica" data stats configs/wildlife/cnn.yaml data.root="$data/wildlife" --out "$out/wildlife"
train classify cnn configs/wildlife/cnn.yaml data.root="$data/wildlife" "${wildlife[@]}"
train classify resnet18 configs/wildlife/resnet18.yaml data.root="$data/wildlife" "${wildlife[@]}" "${pretrained[@]}"
train classify resnet18-augmented configs/wildlife/resnet18_augmented.yaml data.root="$data/wildlife" "${wildlife[@]}" "${pretrained[@]}" "${augmented[@]}"
for run in cnn resnet18 resnet18-augmented; do analyze "$(run_of classify $run)"; done
"$carica" compare "$(run_of classify cnn)" "$(run_of classify resnet18)" "$(run_of classify resnet18-augmented)" --out "$out/classifiers"

# B: segmentation.
[[ -f $out/idd/stats.json ]] || "$carica" data stats configs/idd/unet.yaml data.root="$idd" --out "$out/idd"
if [[ $1 == --stand-in ]]; then
  # Weights of a network of Cityscapes' 19 classes, since the published ones are for real streets.
  train segment pretraining configs/cityscapes/unet.yaml data.root="$data/cityscapes" model.name=$network model.encoder=null "${road[@]}" loader.batch_size=4 train.epochs=10
  weights="$(run_of segment pretraining)/weights/best.safetensors"
  city=("model.weights=$weights" model.weights_key=null "${road[@]}")
else
  file=$(compgen -G "$weights/best_${network}_cityscapes_os16.pth*" | head -n 1) || {
    echo "error: $weights: holds no best_${network}_cityscapes_os16.pth.tar; docs/study.md says where it is from" >&2
    exit 4
  }
  city=("model.weights=$file")
fi
evaluate idd configs/idd/$network.yaml data.root="$idd" "${city[@]}"
evaluate cityscapes configs/cityscapes/$network.yaml data.root="$data/cityscapes" "${city[@]}"
train segment idd-unet configs/idd/unet.yaml data.root="$idd" "${unet[@]}"
analyze "$(run_of segment idd)"
analyze "$(run_of segment cityscapes)" --split val
analyze "$(run_of segment idd-unet)"
"$carica" compare "$(run_of segment idd)" "$(run_of segment cityscapes)" --across --out "$out/domains"
"$carica" compare "$(run_of segment idd)" "$(run_of segment idd-unet)" --out "$out/segmenters"

# C: theory.
"$carica" selftest --quick >"$out/selftest.txt"

# The closing table: item, what it asks for, file.
a="runs/classify" b="runs/segment"
cat >"$out/index.csv" <<END
item,question,file
A1,class distribution of train and val,wildlife/class_distribution.png
A1,which picture is in which split,$a/cnn/split.csv
A2,curves of the small network,$a/cnn/figures/loss.png
A2,does it overfit,$a/cnn/analysis/overfitting.txt
A3,accuracy and F1,$a/cnn/eval/test/metrics.json
A3,confusion matrix,$a/cnn/eval/test/confusion.png
A4,mistakes of each class,$a/cnn/analysis/mistakes.png
A5,curves of ResNet-18,$a/resnet18/figures/loss.png
A5,accuracy and F1 of ResNet-18,$a/resnet18/eval/test/metrics.json
A6,t-SNE of train,$a/resnet18/analysis/tsne_train_2d.png
A6,t-SNE of val,$a/resnet18/analysis/tsne_val_2d.png
A6,t-SNE of val in 3-D,$a/resnet18/analysis/tsne_val_3d.png
A7,curves with augmentation,$a/resnet18-augmented/figures/loss.png
A7,does the overfitting shrink,classifiers/overfitting.csv
A8,distances to centroids,classifiers/centroid_distances.csv
A9,the three runs,classifiers/report.html
A9,paired tests,classifiers/tests.csv
B1,pixels of the classes,idd/class_distribution.png
B1,two pictures of each class,$b/idd/analysis/classes.png
B2,weights of Cityscapes on IDD,$b/idd/eval/test/metrics.json
B3,metrics of each class,$b/idd/analysis/per_class.csv
B3,AP over IoU thresholds,$b/idd/analysis/ap.csv
B4,failures of each class,$b/idd/analysis/failures.png
B5,confusion matrix,$b/idd/analysis/confusion.png
B5,best and worst classes,$b/idd/analysis/best_and_worst.csv
B6,confusion matrix on Cityscapes,$b/cityscapes/analysis/confusion.png
B6,both matrices and their difference,domains/report.html
B6,difference of the matrices,domains/confusion_difference.csv
B6,largest shifts,domains/shifts.csv
B+,a trained U-Net,$b/idd-unet/report.html
B+,trained and taken over,segmenters/report.html
C,theory,selftest.txt
END
{
  echo '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Study</title>'
  echo '<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}'
  echo 'table{border-collapse:collapse}td,th{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8884}</style><h1>Study</h1><p>'
  for page in $a/cnn $a/resnet18 $a/resnet18-augmented classifiers $b/idd $b/cityscapes $b/idd-unet domains segmenters; do
    echo "<a href=\"$page/report.html\">$(basename "$page")</a> "
  done
  echo '<table><tr><th>Item<th>Question<th>Answer'
  tail -n +2 "$out/index.csv" | while IFS=, read -r item question file; do
    echo "<tr><td>$item<td>$question<td><a href=\"$file\">$file</a>"
  done
  echo '</table></html>'
} >"$out/report.html"

missing=0
while IFS=, read -r item question file; do
  [[ -s $out/$file ]] || { echo "missing: $item, $question: $out/$file" >&2; missing=1; }
done < <(tail -n +2 "$out/index.csv")
column -s, -t "$out/index.csv" 2>/dev/null || cat "$out/index.csv"
echo
echo "Report: $out/report.html"
exit $missing
