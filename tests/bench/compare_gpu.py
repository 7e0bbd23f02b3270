"""Compares builds of libcarica_ops.so on a GPU with each other and with torch, in turn.

Usage: compare_gpu.py LIBRARY[,LIBRARY...][,torch] CASE...

CASE: operation/type/shape[:dim], with the operation one of softmax, log_softmax, softmax_backward, cross_entropy, cross_entropy_both (with
its gradient) and copy; the type one of f32, bf16 and f16; the shape as 16x21x512x512. Each library has a process of its own, since two of
them cannot be loaded into one, and these take turns. Calls are recorded in a CUDA graph and replayed: times are of the GPU alone.
"""

import json
import math
import subprocess
import sys

TRAFFIC = {"softmax": 2, "log_softmax": 2, "softmax_backward": 3, "cross_entropy": 1, "cross_entropy_both": 2, "copy": 2}  # of the tensor
ROUNDS, REPLAYS = 4, 5


def make(torch, ours, case):
    """What is to be timed."""
    operation, kind, shape, dim = case
    ops = torch.ops.carica if ours else torch
    draw = torch.Generator(device="cuda").manual_seed(1)
    dtype = {"f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16}[kind]
    x = torch.randn(shape, generator=draw, device="cuda").to(dtype)
    if operation == "copy":
        y = torch.empty_like(x)
        return lambda: y.copy_(x)
    if operation in ("softmax", "log_softmax"):
        return lambda: getattr(ops, operation)(x, dim)
    if operation == "softmax_backward":
        y = ops.softmax(x.requires_grad_(), dim)
        upstream = torch.randn(shape, generator=draw, device="cuda").to(dtype)
        return lambda: torch.autograd.grad(y, x, upstream, retain_graph=True)
    targets = torch.randint(0, shape[1], [shape[0]] + shape[2:], generator=draw, device="cuda")
    if ours and len(shape) > 2 and shape[1] < 256:
        targets = targets.to(torch.uint8)  # which torch's does not take
    loss = torch.ops.carica.cross_entropy if ours else torch.nn.functional.cross_entropy
    if operation == "cross_entropy":
        return lambda: loss(x, targets)
    x.requires_grad_()
    return lambda: torch.autograd.grad(loss(x, targets), x)


def work(library):
    """Answers each line of stdin, a case, with the median time of a call in microseconds."""
    import torch

    if library != "torch":
        torch.ops.load_library(library)
    last, graph, calls = None, None, 1
    for line in sys.stdin:
        case = json.loads(line)
        if case != last:
            graph = None
            torch.cuda.empty_cache()
            stream = torch.cuda.Stream()
            with torch.cuda.stream(stream):
                run = make(torch, library != "torch", case)
                torch.cuda.synchronize()
                run()
            torch.cuda.synchronize()
            calls = max(1, min(20, int(2e8 / math.prod(case[2]))))
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph, stream=stream):
                for _ in range(calls):
                    run()
            graph.replay()
            last = case
        times = []
        for _ in range(REPLAYS):
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            begin.record()
            graph.replay()
            end.record()
            end.synchronize()
            times.append(1e3 * begin.elapsed_time(end) / calls)
        print(sorted(times)[len(times) // 2], flush=True)


def parse(text):
    operation, kind, shape = text.split("/")
    shape, _, dim = shape.partition(":")
    return operation, kind, [int(size) for size in shape.split("x")], int(dim or 1)


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--work":
        return work(sys.argv[2])
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    libraries = sys.argv[1].split(",")
    workers = [
        subprocess.Popen([sys.executable, __file__, "--work", library], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for library in libraries
    ]
    for text in sys.argv[2:]:
        case = parse(text)
        times = [[] for _ in workers]
        for _ in range(ROUNDS):
            for worker, own in zip(workers, times):
                worker.stdin.write(json.dumps(case) + "\n")
                worker.stdin.flush()
                answer = worker.stdout.readline()
                if not answer:
                    sys.exit(f"{text}: {libraries[times.index(own)]} failed")
                own.append(float(answer))
        moved = TRAFFIC[case[0]] * math.prod(case[2]) * (4 if case[1] == "f32" else 2)
        medians = [sorted(own)[len(own) // 2] for own in times]
        print(f"{text:40}" + "".join(f" | {us:9.2f} us {moved / us / 1e6:5.2f} TB/s" for us in medians), flush=True)


if __name__ == "__main__":
    main()
