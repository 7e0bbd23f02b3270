"""Writes weights_golden.h: files as Python's torch.save makes them, and what Python reads of them.

    pip install torch safetensors timm
    python make_weights.py > weights_golden.h

The files are in base64. `kExpected` is a .safetensors file with the tensors of `kZip`, `kLegacy`,
`kProtocol4` and `kDeflated` as torch.load gave them, made contiguous.
"""

import argparse
import base64
import collections
import io
import textwrap
import zipfile

import safetensors.torch
import timm.models
import torch


def tensors():
    ramp = torch.arange(24, dtype=torch.float32)
    tied = torch.tensor([1.5, -2.5])
    return collections.OrderedDict(
        transposed=ramp[:6].reshape(2, 3).t(),  # of a storage of 24 that several show
        part=ramp[3:7],
        every_second=ramp[1:20:3],
        channels_last=torch.arange(16.0).reshape(1, 2, 2, 4).to(memory_format=torch.channels_last),
        tied_a=tied,
        tied_b=tied,
        parameter=torch.nn.Parameter(torch.tensor([[0.1]])),
        scalar=torch.tensor(7),
        empty=torch.zeros(0, 3),
        f64=torch.tensor([1e300]),
        f16=torch.tensor([0.5], dtype=torch.float16),
        bf16=torch.tensor([3.0], dtype=torch.bfloat16),
        i32=torch.tensor([-3], dtype=torch.int32),
        i16=torch.tensor([-2], dtype=torch.int16),
        i8=torch.tensor([-1], dtype=torch.int8),
        u8=torch.tensor([255], dtype=torch.uint8),
        flags=torch.tensor([True, False, True]),
    )


def saved(value, **how):
    file = io.BytesIO()
    torch.save(value, file, **how)
    return file.getvalue()


def deflated(data):
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, \
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in source.namelist():
            packed.writestr(name, source.read(name))
    return file.getvalue()


def unsigned():
    return {"u16": torch.tensor([65535], dtype=torch.uint16),
            "u32": torch.tensor([2**32 - 1], dtype=torch.uint32),
            "u64": torch.tensor([2**64 - 1], dtype=torch.uint64)}


def training_state():
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.BatchNorm1d(1))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [2, 5])
    network(torch.ones(3, 2)).sum().backward()
    optimizer.step()
    weights = {"module." + name: torch.full_like(tensor, index)
               for index, (name, tensor) in enumerate(network.state_dict().items())}
    return {"epoch": 3, "arch": "tiny", "best": 0.25, "state_dict": weights,
            "optimizer": optimizer.state_dict(), "schedule": schedule.state_dict(),
            "args": argparse.Namespace(lr=0.1, device=torch.device("cpu"), size=torch.Size([2])),
            "rng": torch.get_rng_state()[:8].clone()}


def adapted():
    """timm's first convolutions for other numbers of channels."""
    weights = torch.arange(12.0).reshape(2, 3, 1, 2) / 4 - 1
    print("// timm " + timm.__version__ + ": adapt_input_conv(C, weights), weights float[2,3,1,2].")
    print("inline const std::vector<float> kFirstLayer = {"
          + ", ".join("%g" % value for value in weights.flatten().tolist()) + "};")
    print("inline const std::map<int, std::vector<float>> kAdaptedFirstLayer = {")
    for channels in (1, 2, 4, 5, 7):
        result = timm.models.adapt_input_conv(channels, weights).flatten().tolist()
        lines = textwrap.wrap(", ".join("%.9g" % value for value in result), 88)
        print("    {%d,\n     {" % channels + "\n      ".join(lines) + "}},")
    print("};")


def main():
    files = {
        "Zip": saved(tensors()),
        "Legacy": saved(tensors(), _use_new_zipfile_serialization=False),
        "Protocol4": saved(tensors(), pickle_protocol=4),
        "Unsigned": saved(unsigned()),
        "Training": saved(training_state()),
    }
    files["Deflated"] = deflated(files["Zip"])
    loaded = torch.load(io.BytesIO(files["Zip"]), weights_only=True)
    files["Expected"] = safetensors.torch.save(
        {name: tensor.detach().contiguous().clone() for name, tensor in loaded.items()})
    print("// Made by make_weights.py with torch " + torch.__version__.split("+")[0] + ".")
    print("#pragma once\n\n#include <map>\n#include <vector>\n\nnamespace carica::golden {\n\n// clang-format off")
    for name, data in files.items():
        text = base64.b64encode(data).decode()
        print("inline constexpr const char* k" + name + " =")
        lines = [text[start:start + 92] for start in range(0, len(text), 92)]
        print("\n".join('    "' + line + '"' for line in lines) + ";")
    adapted()
    print("// clang-format on\n\n}  // namespace carica::golden")


main()
