#!/usr/bin/env bash
# Makes a relocatable bundle that runs where only torch 2.11 is installed: scripts/bundle.sh OUT.tar.xz
#
# Inside: the stripped program, the programs with GPU tests, ops_bench where it was built, OpenCV and the libraries it needs, configs. Not inside: torch. The launcher finds
# it through TORCH_HOME_LIB (a folder with libtorch.so), the active python3, or a folder `torch` beside the bundle.
set -euo pipefail
if [[ $# -ne 1 || $1 == -* ]]; then
  echo "usage: scripts/bundle.sh OUT.tar.xz" >&2
  exit 2
fi
out=$(realpath -ms "$1")
[[ -z ${CARICA_BUILD:-} ]] || CARICA_BUILD=$(realpath -ms "$CARICA_BUILD")
cd "$(dirname "$0")/.."
build="${CARICA_BUILD:-build/release}"
[[ -x $build/src/cli/carica ]] || { echo "error: $build/src/cli/carica is missing; run scripts/test.sh, or set CARICA_BUILD" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root="$work/carica"
mkdir -p "$root"/{bin,lib,libexec,tests,scripts}
strip -o "$root/libexec/carica" "$build/src/cli/carica"
grep -rlE '^TEST(_F|_P)?\(Gpu' tests --include='*.cpp' | cut -d/ -f2 | sort -u | while read -r suite; do
  strip -o "$root/tests/${suite}_test" "$build/tests/$suite/${suite}_test"
done
[[ ! -x $build/tests/bench/ops_bench ]] || strip -o "$root/tests/ops_bench" "$build/tests/bench/ops_bench"
cp -r configs "$root/"
cp scripts/gpu_check.sh scripts/bench_table.py "$root/scripts/"

# Every library that the loader finds, except torch's own and the C and C++ runtimes of the machine it will run on.
ldd "$root/libexec/carica" "$root"/tests/* 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// {print $3}' | sort -u |
  grep -vE '/(torch|nvidia)/|/lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s|resolv|util)\.so|/ld-linux|libcud|libcuda' |
  while read -r library; do
    cp -L "$library" "$root/lib/"
  done
strip --strip-unneeded "$root"/lib/*.so* 2>/dev/null || true

cat >"$root/bin/carica" <<'LAUNCHER'
#!/usr/bin/env bash
# Finds torch's libraries, then starts the program (or, as `carica --exec FILE ...`, another one of the bundle).
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
torch="${TORCH_HOME_LIB:-}"
if [[ -z $torch ]]; then
  torch=$(python3 -c 'import importlib.util as u, os; print(os.path.join(os.path.dirname(u.find_spec("torch").origin), "lib"))' 2>/dev/null || true)
fi
[[ -e ${torch:-/nowhere}/libtorch.so ]] || torch="$root/../torch/lib"
if [[ ! -e $torch/libtorch.so ]]; then
  echo "error: no libtorch.so: set TORCH_HOME_LIB, activate a Python that has torch 2.11, or put torch beside the bundle" >&2
  exit 1
fi
# torch comes last: the bundle's own libraries win where names are equal. torch's libraries find CUDA's by their own run paths.
export LD_LIBRARY_PATH="$root/lib:$torch${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
if [[ ${1:-} == --exec ]]; then
  shift
  exec "$@"
fi
exec "$root/libexec/carica" "$@"
LAUNCHER
chmod +x "$root/bin/carica"
# The dictionary spans the whole folder: the kernels are in each program, and packed once.
tar -C "$work" -cf - carica | xz -T1 --lzma2=preset=4,dict=512MiB >"$out"
echo "$out: $(du -h "$out" | cut -f1), $(find "$root/lib" -type f | wc -l) libraries"
