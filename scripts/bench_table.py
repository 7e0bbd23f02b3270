"""Turns the results of ops_bench into the Markdown of docs/results/ops.md, or of ops_gpu.md.

Usage: bench_table.py FOLDER [GPU], with tuned.json and, if they are there, system.json (torch and carica on the system's allocator
settings) and one_thread.json. GPU: the name of the one that tuned.json was measured on.
"""

import json
import pathlib
import sys

HEADINGS = {
    "softmax": "softmax, forward",
    "softmax_backward": "softmax, backward",
    "log_softmax": "log_softmax, forward",
    "cross_entropy": "cross-entropy, forward",
    "cross_entropy_both": "cross-entropy, forward and backward",
    "upsample_cross_entropy": "bilinear upsampling and cross-entropy, forward",
    "upsample_cross_entropy_both": "bilinear upsampling and cross-entropy, forward and backward",
    "upsample_argmax": "bilinear upsampling and argmax to uint8",
}


GRAPH_COLUMNS = ["graph: ours, ms", "torch, ms", "ratio"]


def graph_cells(case):
    if "graph_ms" not in case:
        return ["", "", ""]
    return [milliseconds(case["graph_ms"]), milliseconds(case["graph_torch_ms"]), f"{case['graph_ratio']:.2f}"]


def read(path):
    """Cases by name, and what was measured on; nothing when there is no such file."""
    if not path.exists():
        return {}, {}
    data = json.loads(path.read_text())
    cases = {b["name"].removesuffix("/iterations:1/manual_time"): b for b in data["benchmarks"]}
    return cases, data["context"]


def milliseconds(value):
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def cpu_heading(context):
    print("# carica's operators against torch's\n")
    print(
        f"Written by `scripts/bench_ops.sh` on {context['date'][:10]}: {context['num_cpus']} CPU cores with AVX-512, no GPU, "
        "torch 2.11.0. Ours and torch's run in turn in one process; times are medians in milliseconds, and ratios are torch's time "
        "over ours: above 1, ours is faster. Results are allocated inside the timed region on both sides.\n"
    )
    print(
        "- **ratio**: both with the allocator settings of the program (`carica` has malloc keep what is freed, on huge pages).\n"
        "- **as shipped**: torch on glibc's own settings against carica on its own.\n- **one thread**: ratio on one "
        "thread.\n- **share**: bytes that must be read and written, over what a copy of a tensor moves in the same time. Small "
        "cases that stay in the caches pass 100 %.\n\nTargets are uint8 for ours and int64 for torch's, which knows no others "
        "for maps.\n"
    )


def gpu_heading(context, gpu):
    print("# carica's operators against torch's, on a GPU\n")
    print(
        f"Written from `ops_bench` (with CARICA_BENCH_DEVICE=cuda) on {context['date'][:10]}: {gpu}, torch 2.11.0+cu130. Ours and "
        "torch's run in turn in one process, as many calls as fill 2 ms and one wait at their end; times are medians in milliseconds "
        "of a call, with what the host needs to start it, and ratios are torch's time over ours: above 1, ours is faster. Results are "
        "allocated inside the timed region on both sides.\n"
    )
    print(
        "- **graph**: the same calls recorded in a CUDA graph and replayed: what the GPU does, without the host's part of each call.\n"
        "- **share**: bytes that must be read and written, over what a copy of a tensor moves in the same time; in a graph, if that was "
        "measured.\n- **bf16-autocast**: "
        "bf16 logits under autocast, where softmax gives float32 and torch computes losses in it.\n\nTargets are uint8 for ours and int64 for torch's, "
        "which knows no others for maps.\n"
    )


def main():
    folder = pathlib.Path(sys.argv[1])
    gpu = sys.argv[2] if len(sys.argv) > 2 else None
    tuned, context = read(folder / "tuned.json")
    system, _ = read(folder / "system.json")
    one, _ = read(folder / "one_thread.json")
    if gpu:
        gpu_heading(context, gpu)
    else:
        cpu_heading(context)
    groups = {}
    for name, case in tuned.items():
        operation, kind, *rest = name.split("/")
        groups.setdefault(operation, []).append((kind, " ".join(rest), name, case))
    for operation, rows in groups.items():
        print(f"## {HEADINGS[operation]}\n")
        columns = ["type", "shape", "ours, ms", "torch, ms", "ratio"] + (GRAPH_COLUMNS if gpu else ["as shipped", "one thread"]) + ["share"]
        print(f"| {' | '.join(columns)} |")
        print("|" + "---|" * len(columns))
        for kind, shape, name, case in rows:
            shipped = f"{system[name]['torch_ms'] / case['real_time']:.2f}" if name in system else ""
            single = f"{one[name]['ratio']:.2f}" if name in one else ""
            cells = [kind, shape, milliseconds(case["real_time"]), milliseconds(case["torch_ms"]), f"{case['ratio']:.2f}"]
            cells += graph_cells(case) if gpu else [shipped, single]
            print(f"| {' | '.join(cells)} | {100 * case.get('graph_share', case['share']):.0f} % |")
        print()
    slower = [(n, c["ratio"]) for n, c in tuned.items() if c["ratio"] < 1]
    print("## Where torch is faster\n")
    if slower:
        print("\n".join(f"- {name}: {ratio:.2f}" for name, ratio in sorted(slower, key=lambda item: item[1])))
    else:
        print("In none of the cases above.")


if __name__ == "__main__":
    main()
