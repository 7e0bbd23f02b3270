"""Writes safetensors_golden.h: a file as Python's safetensors makes it, with every type.

    pip install safetensors torch
    python make_safetensors.py > safetensors_golden.h
"""

import safetensors
import safetensors.torch
import torch


def tensors():
    ramp = torch.arange(6).reshape(2, 3)
    named = {
        "f64": torch.float64, "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16,
        "i64": torch.int64, "i32": torch.int32, "i16": torch.int16, "i8": torch.int8,
        "u64": torch.uint64, "u32": torch.uint32, "u16": torch.uint16, "u8": torch.uint8,
    }
    result = {name: ramp.to(dtype) for name, dtype in named.items()}
    result["bool"] = ramp % 2 == 1
    result["scalar"] = torch.tensor(2.5)
    result["empty"] = torch.zeros(0, 3)
    result["näme.weight"] = torch.tensor([-1.0])
    return result


def main():
    data = safetensors.torch.save(tensors(), metadata={"format": "pt", "note": "from Python"})
    print("// Made by make_safetensors.py with safetensors " + safetensors.__version__ + ".")
    print("#pragma once\n\nnamespace carica::golden {\n\n// clang-format off")
    print("inline constexpr unsigned char kSafetensors[] = {")
    for start in range(0, len(data), 16):
        print("    " + " ".join("0x%02x," % byte for byte in data[start:start + 16]))
    print("};\n// clang-format on\n\n}  // namespace carica::golden")


main()
