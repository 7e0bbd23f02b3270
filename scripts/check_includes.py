#!/usr/bin/env python3
"""Checks the rules between the folders of src/ and models/.

Who may include whom, which library belongs to which folder, and which calls are made in one place
only or nowhere. Prints every violation as `file:line: message` and exits 1 if there is one.

    scripts/check_includes.py [--root DIR]
"""

import argparse
import re
import sys
from pathlib import Path

# The folders that a folder may include besides itself. An entry with a slash is a single header.
FOUNDATION = ["core", "config", "ops"]
BELOW_EVAL = FOUNDATION + ["data", "models", "loss", "metrics", "checkpoint", "weights", "dist"]
MAY_INCLUDE = {
    "core": [],
    "config": ["core"],
    "ops": ["core"],
    "data": ["core", "config"],
    "models": ["core", "config", "ops"],
    "loss": ["core", "config", "ops"],
    "optim": ["core", "config"],
    "selftest": ["core", "config", "ops", "loss", "optim"],
    "metrics": ["core", "config"],
    "dist": ["core", "config"],
    "checkpoint": ["core"],
    "weights": ["core", "checkpoint"],
    "report": ["core", "config", "data/images/image_io.h", "data/images/picture.h"],
    "eval": BELOW_EVAL,
    "onnx": BELOW_EVAL + ["eval"],
    "train": BELOW_EVAL + ["eval", "optim", "report"],
    "analysis": BELOW_EVAL + ["eval", "report"],
    "cli": BELOW_EVAL + ["eval", "optim", "selftest", "report", "onnx", "train",
            "analysis"],
}

# The same between the folders of a folder; "" is the folder itself.
WITHIN = {
    "data": {
        "files": [],
        "images": ["files"],
        "": ["files", "images"],
        "masks": ["images"],
        "pixels": ["", "images"],
        "splits": ["", "files"],
        "shards": ["", "files", "images", "masks", "pixels"],
        "formats": ["", "files", "images", "masks", "splits", "shards"],
        "recognition": ["files", "images"],
        "checks": ["", "files", "images", "pixels"],
        "generated": ["", "files", "images"],
        "transforms": ["", "images", "pixels"],
        "loading": ["", "images", "transforms"],
    },
    "analysis": {"embedding": [], "": ["embedding"], "labels": [""]},
}

# Headers of other projects that belong to one place: (header, where allowed, why).
OWNED_HEADERS = [
    (r"opencv2/imgcodecs", r"src/data/images/image_io\w*\.cpp",
     "data/images/image_io reads and writes pictures for everyone"),
    (r"yaml-cpp/", r"src/config/.*", "YAML is read by config only"),
    (r"(spdlog|fmt)/", r"src/core/log\.cpp", "spdlog clashes with torch's fmt; use core/log.h"),
    (r"(torch|ATen|c10|opencv2)/", r"(?!src/core/).*", "core knows no torch and no OpenCV"),
]

SEAM = r"src/core/(file_system|input_file)\.cpp"
SEAM_REASON = "use the FileSystem of core/file_system.h"

# How a call may be written to be the system's own: fsync(fd), the same but only where the file
# includes a header of C (others may have a rename() of theirs), or behind a qualifier: ::open().
BARE, BARE_IN_C, GLOBAL = "bare", "bare where C is included", "::"
C_HEADERS = re.compile(r"(fcntl|unistd|stdio|stdlib|sys/\w+)\.h|cstdio|cstdlib")

# Calls that change the file system.
FILE_CALLS = [
    (r"fopen|freopen|fdopen|fsync|fdatasync|mkstemp|mkdtemp", {BARE, GLOBAL, "std"}),
    (r"open|openat|creat|unlink|ftruncate|flock|renameat|mkdir|truncate|symlink",
     {BARE_IN_C, GLOBAL}),
    (r"rename", {BARE_IN_C, GLOBAL, "std", "fs", "filesystem"}),
    (r"remove|remove_all|create_(?:directory|directories|symlink|hard_link)|resize_file|copy_file",
     {"fs", "filesystem"}),
]

# Names that are not used anywhere: (pattern, why).
BANNED_NAMES = [
    (r"\btorch::load\b", "torch::load takes wrong shapes in silence; read safetensors"),
    (r"\bpickle_load\b", "pickle_load fails on every state_dict; read safetensors"),
    (r"\bjit::load\b", "jit::load runs code of the file; read safetensors"),
]
BANNED_CALLS = [
    (r"exit|quick_exit", {BARE, GLOBAL, "std"}, "throw a carica::Error; main picks the exit code"),
    (r"system", {BARE, GLOBAL, "std"}, "no shell commands"),
]

SOURCE_SUFFIXES = {".h", ".hpp", ".cpp", ".cu", ".cuh"}
TOKEN = re.compile(
    r'(?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)'
    r'|(?P<string>R"(?P<mark>[^()\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<!\w)'(?:\\.|[^'\\\n])*')",
    re.DOTALL)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]*)"|<([^>\n]*)>)', re.MULTILINE)


def blank(text, groups):
    """`text` with the tokens of these groups (comment, string) replaced by blanks, lines kept."""
    def replace(match):
        if any(match.group(group) is not None for group in groups):
            return re.sub(r"[^\n]", " ", match.group(0))
        return match.group(0)
    return TOKEN.sub(replace, text)


def form_of_call(code, start):
    """How the name at `start` is written: BARE, GLOBAL, its qualifier, or "" for a member or a
    declaration."""
    before = code[:start].rstrip()
    if before.endswith("::"):
        return re.search(r"([\w>]*)$", before[:-2]).group(1) or GLOBAL
    if before.endswith((".", "->")):
        return ""
    type_or_word = re.search(r"(\w*[\w>*]|(?<!&)&)?$", before).group(0)
    return BARE if type_or_word in {"", "return", "else", "do", "co_return"} else ""


def calls(code, names, forms):
    for match in re.finditer(rf"(?<!\w)(?:{names})(?=\s*\()", code):
        if form_of_call(code, match.start()) in forms:
            yield match


def check_inner_include(name, folder, header):
    """Why the file `name` of `folder` may not include `header` of the same folder, or None."""
    rules = WITHIN.get(folder)
    if rules is None:
        return None
    inner, target = ("/".join(path.split("/")[1:-1])
                     for path in (name.removeprefix("src/"), header))
    if inner not in rules:
        return f"{folder}/{inner} is not in the table of scripts/check_includes.py"
    if target == inner or target in rules[inner]:
        return None
    listed = ", ".join(f"{folder}/{other}".rstrip("/") for other in rules[inner]) or "nothing"
    return f"{folder}/{inner} may not include {header}; of {folder} it may include: {listed}"


def check_own_include(name, folder, header):
    """Why the file `name` of `folder` may not include our `header`, or None."""
    target = header.split("/")[0]
    if "/" not in header or ".." in header.split("/") or target not in MAY_INCLUDE:
        return f'includes "{header}"; write it from src/ or the root: "core/error.h"'
    allowed = MAY_INCLUDE[folder]
    if target == folder:
        return check_inner_include(name, folder, header)
    if target in allowed or header in allowed:
        return None
    listed = ", ".join(allowed) or "nothing"
    return f"{folder} may not include {header}; it may include: {listed}"


def check_file(name, folder, text):
    """Yields (offset, message) for the file `name` (relative to the root) of `folder`."""
    directives = blank(text, ["comment"])
    code = blank(text, ["comment", "string"])
    has_c_headers = False
    for match in INCLUDE.finditer(directives):
        own, foreign = match.groups()
        has_c_headers |= bool(foreign and C_HEADERS.fullmatch(foreign))
        header = own if own is not None else foreign
        if own is not None or foreign.split("/")[0] in MAY_INCLUDE:
            problem = check_own_include(name, folder, header)
            if problem:
                yield match.start(), problem
        for pattern, place, reason in OWNED_HEADERS:
            if re.match(pattern, header) and not re.fullmatch(place, name):
                yield match.start(), f"includes <{header}>: {reason}"

    if not re.fullmatch(SEAM, name):
        for match in re.finditer(r"\b(?:basic_)?(?:of|f)stream\b(?!\s*>)", code):
            yield match.start(), f"{match.group(0)}: {SEAM_REASON}"
        for names, forms in FILE_CALLS:
            if has_c_headers and BARE_IN_C in forms:
                forms = forms | {BARE}
            for match in calls(code, names, forms):
                yield match.start(), f"{match.group(0)}(): {SEAM_REASON}"
    for pattern, reason in BANNED_NAMES:
        for match in re.finditer(pattern, code):
            yield match.start(), f"{match.group(0)}: {reason}"
    for names, forms, reason in BANNED_CALLS:
        for match in calls(code, names, forms):
            yield match.start(), f"{match.group(0)}(): {reason}"


def sources(root):
    """(path, folder) of every source under src/ and models/."""
    for top in ("src", "models"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SOURCE_SUFFIXES and path.is_file():
                parts = path.relative_to(root).parts
                yield path, (parts[1] if top == "src" else "models")


def check_tree(root):
    """The number of sources under `root`, and the violations as `file:line: message`."""
    files, found = 0, []
    for path, folder in sources(root):
        files += 1
        name = path.relative_to(root).as_posix()
        if folder not in MAY_INCLUDE:
            found.append(f"{name}:1: {folder} is not in the table of scripts/check_includes.py")
            continue
        text = path.read_text(encoding="utf-8")
        for offset, message in sorted(check_file(name, folder, text)):
            line = text.count("\n", 0, offset) + 1
            found.append(f"{name}:{line}: {message}")
    return files, found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root
    files, found = check_tree(root)
    for violation in found:
        print(violation)
    if files == 0:
        print(f"{root}: no sources under src/ and models/")
    elif not found:
        print(f"The rules between the folders hold in {files} files.")
    return 1 if found or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
