"""What Python asks of an operator: gradients by finite differences, torch's own checks, torch.compile and compiled autograd.

Usage: check_from_python.py LIBRARY
"""

import sys

import torch
from torch._dynamo import compiled_autograd
from torch._subclasses import FakeTensorMode
from torch.autograd import gradcheck, gradgradcheck


def samples():
    """Names of operators and arguments to call them with, in double."""
    torch.manual_seed(0)
    rows = torch.randn(4, 5, dtype=torch.double, requires_grad=True)
    maps = torch.randn(2, 3, 4, 5, dtype=torch.double, requires_grad=True)
    labels, masks = torch.randint(0, 5, (4,)), torch.randint(0, 3, (2, 4, 5), dtype=torch.uint8)
    large = torch.randint(0, 3, (2, 9, 11), dtype=torch.int32)
    weight = torch.rand(3, dtype=torch.double) + 0.1
    yield "softmax", (rows, 1), {}
    yield "softmax", (maps, 1), {}
    yield "log_softmax", (rows, 0), {}
    yield "log_softmax", (maps, -1), {}
    yield "cross_entropy", (rows, labels), {}
    for reduction in ("none", "mean", "sum"):
        options = {"weight": weight, "ignore_index": 1, "label_smoothing": 0.1, "reduction": reduction}
        yield "cross_entropy", (maps, masks), options
        yield "upsample_cross_entropy", (maps, large), options
    yield "upsample_cross_entropy", (maps, large), {"align_corners": True}
    yield "upsample_argmax", (maps.detach(), 9, 11), {}


def layouts():
    """Operators and inputs without a dense layout, or with one of their own: compiled code takes strides from the Meta kernels."""
    cut = torch.randn(2, 3, 8, 8).to(memory_format=torch.channels_last)[..., :5]
    turned, labels = torch.randn(7, 5).t(), torch.randint(0, 7, (5,))
    yield "softmax", cut, (1,)
    yield "log_softmax", turned, (1,)
    yield "_softmax_backward", torch.randn(2, 3, 8, 5), (cut, 1)
    yield "_cross_entropy_backward", torch.ones(5), (turned, labels, None, -100, 0.0, "none")


def main():
    torch.ops.load_library(sys.argv[1])
    for name, arguments, options in samples():
        op = getattr(torch.ops.carica, name)

        def call(x, op=op, rest=arguments[1:], options=options):
            return op(x, *rest, **options)

        print(name, options, flush=True)
        torch.library.opcheck(op, arguments, options)
        if arguments[0].requires_grad:
            assert gradcheck(call, arguments[0])
        if name in ("softmax", "log_softmax"):
            assert gradgradcheck(call, arguments[0])

        torch.compiler.reset()
        x = arguments[0].detach().clone()
        compiled = torch.compile(call, fullgraph=True, backend="aot_eager")
        torch.testing.assert_close(compiled(x), call(x))
        if arguments[0].requires_grad:
            leaf, other = x.clone().requires_grad_(), x.clone().requires_grad_()
            compiled(leaf).square().sum().backward()
            call(other).square().sum().backward()
            torch.testing.assert_close(leaf.grad, other.grad)
            leaf.grad = None
            with compiled_autograd._enable(torch.compile(backend="eager")):
                call(leaf).square().sum().backward()
            torch.testing.assert_close(leaf.grad, other.grad)

    for name, x, rest in layouts():
        op = getattr(torch.ops.carica, name)
        with FakeTensorMode() as mode:
            fake = op(mode.from_tensor(x), *(mode.from_tensor(r) if isinstance(r, torch.Tensor) else r for r in rest))
        assert fake.stride() == op(x, *rest).stride(), (name, x.shape, x.stride())

    logits, labels = torch.randn(3, 4), torch.tensor([0, 3, 1])
    for loss in (lambda x: torch.ops.carica.cross_entropy(x, labels), lambda x: torch.ops.carica.softmax(x, 1)):
        try:
            torch.func.jvp(loss, (logits,), (torch.ones_like(logits),))
        except RuntimeError:
            continue
        raise AssertionError("forward mode gave something")

    x = torch.randn(3, 4, dtype=torch.bfloat16)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.ops.carica.softmax(x, 1).dtype == torch.float32
    leaf = x.clone().requires_grad_()
    for name in ("softmax", "log_softmax"):
        op = getattr(torch.ops.carica, name)
        torch.library.opcheck(op, (leaf, 1), {"dtype": torch.float32})
        torch.testing.assert_close(op(x, 1, dtype=torch.float32), getattr(torch, name)(x, 1, dtype=torch.float32))
    try:
        torch.ops.carica.cross_entropy(torch.randn(2, 3), torch.tensor([0, 5]))
    except RuntimeError as error:
        assert "target 5 at [1]" in str(error), error
    else:
        raise AssertionError("a target that is no class went through")


if __name__ == "__main__":
    main()
