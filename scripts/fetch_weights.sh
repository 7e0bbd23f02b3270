#!/usr/bin/env bash
# Downloads torchvision's published weights of a network into the folder where `model.pretrained` looks for them, and checks them.
#
#   scripts/fetch_weights.sh MODEL [WEIGHTS]   WEIGHTS: imagenet (default) or imagenet_v2
#
# `carica weights pretrained` lists what there is. CARICA names the program when it is not in build/release.
set -euo pipefail
cd "$(dirname "$0")/.."
model=${1:?"fetch_weights: name a network; 'carica weights pretrained' lists them"}
weights=${2:-imagenet}
carica=${CARICA:-build/release/src/cli/carica}
if ! command -v "$carica" >/dev/null; then
  echo "error: $carica: no such program; run scripts/build.sh first, or name one with CARICA" >&2
  exit 1
fi

# MODEL WEIGHTS FILE URL SHA-256-PREFIX FOLDER
line=$("$carica" weights pretrained "$model" --weights "$weights" --plain)
read -r _ _ file url checksum folder <<<"$line"
if [[ -e $folder/$file ]]; then
  echo "fetch_weights: $folder/$file is there"
  exit 0
fi
mkdir -p "$folder"
part=$(mktemp "$folder/.$file.XXXXXX")
trap 'rm -f "$part"' EXIT
echo "fetch_weights: $url"
curl --fail --location --silent --show-error --output "$part" "$url"
found=$(sha256sum "$part" | cut -d ' ' -f 1)
if [[ $found != "$checksum"* ]]; then
  echo "error: $url: SHA-256 $found; it should begin with $checksum" >&2
  exit 1
fi
chmod 644 "$part"
mv "$part" "$folder/$file"
echo "fetch_weights: $folder/$file"
