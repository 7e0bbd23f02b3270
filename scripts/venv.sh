# shellcheck shell=bash disable=SC2034
# Sourced by the other scripts: which torch, and where its virtual environment lives. third_party/find_torch.cmake looks there, too.
torch_version=2.11.0
venv="${CARICA_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/carica/venv-torch-$torch_version}"
