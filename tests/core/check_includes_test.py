#!/usr/bin/env python3
"""Plants violations in a small tree and sees that scripts/check_includes.py finds each of them."""

import importlib.util
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check_includes.py"

# (file, line, a word of the message)
VIOLATIONS = [
    ("src/core/text.cpp", '#include "data/loading/loader.h"', "core may not include"),
    ("src/core/text.cpp", "#include <torch/types.h>", "core knows no torch"),
    ("src/config/config.cpp", '#include "ops/softmax.h"', "config may not include"),
    ("src/loss/loss.cpp", '#include "models/network.h"', "loss may not include"),
    ("src/checkpoint/reader.cpp", '#include "models/network.h"', "checkpoint may not include"),
    ("src/report/html.cpp", '#include "data/loading/loader.h"', "report may not include"),
    ("src/eval/evaluator.cpp", '#include "train/trainer.h"', "eval may not include"),
    ("models/unet.cpp", '#include "data/images/picture.h"', "models may not include"),
    ("models/unet.cpp", "#include <data/images/picture.h>", "models may not include"),
    ("src/data/loading/loader.cpp", '#include "sampler.h"', "write it from src/"),
    ("src/data/loading/loader.cpp", '#include "../core/error.h"', "write it from src/"),
    ("src/data/loading/loader.cpp", "#include <opencv2/imgcodecs.hpp>", "image_io"),
    ("src/data/images/image_io.h", "#include <opencv2/imgcodecs.hpp>", "image_io"),
    ("src/data/images/png.cpp", '#include "data/loading/loader.h"', "data/images may not include"),
    ("src/data/other/a.cpp", '#include "data/dataset.h"', "data/other is not"),
    ("src/train/run_directory.cpp", "#include <yaml-cpp/yaml.h>", "config only"),
    ("src/train/trainer.cpp", "#include <spdlog/spdlog.h>", "core/log.h"),
    ("src/train/trainer.cpp", "std::ofstream out(path);", "FileSystem"),
    ("src/train/trainer.cpp", 'FILE* f = fopen("a", "w");', "FileSystem"),
    ("src/train/trainer.cpp", "const int fd = ::open(path, O_RDONLY);", "FileSystem"),
    ("src/train/trainer.cpp", "if (fd >= 0 && fsync(fd) == 0) {}", "FileSystem"),
    ("src/train/trainer.cpp", "std::rename(a, b);", "FileSystem"),
    ("src/train/trainer.cpp", "std::filesystem::rename(a, b);", "FileSystem"),
    ("src/train/trainer.cpp", "fs::create_directories(a);", "FileSystem"),
    ("src/train/trainer.cpp", "#include <cstdio>\nvoid f() { rename(a, b); }", "FileSystem"),
    ("models/resnet.cpp", "torch::load(module, path);", "safetensors"),
    ("models/resnet.cpp", "auto v = torch::pickle_load(bytes);", "safetensors"),
    ("models/resnet.cpp", "auto m = torch::jit::load(path);", "safetensors"),
    ("src/cli/train.cpp", "std::exit(2);", "Error"),
    ("src/cli/train.cpp", "return exit(2);", "Error"),
    ("src/cli/train.cpp", 'system("ls");', "shell"),
    ("src/misc/things.cpp", "int x;", "not in the table"),
]

# (file, text) that is allowed, though it looks like the above.
ALLOWED = [
    ("src/core/file_system.cpp", "#include <fcntl.h>\nint f() { return ::open(p, 0); }"),
    ("src/core/file_system.h", "virtual void rename(const Path& from, const Path& to) = 0;"),
    ("src/core/log.cpp", "#include <spdlog/logger.h>"),
    ("src/config/parser.cpp", "#include <yaml-cpp/yaml.h>"),
    ("src/data/images/image_io_jpeg.cpp", "#include <opencv2/imgcodecs.hpp>"),
    ("src/report/pictures.cpp", '#include "data/images/image_io.h"\n#include "data/images/picture.h"'),
    ("src/eval/evaluator.cpp", '#include "checkpoint/reader.h"\n#include "models/registry.h"'),
    ("src/data/loading/loader.cpp", '#include "data/dataset.h"\n#include "data/images/window.h"'),
    ("src/cli/main.cpp", '#include "train/trainer.h"\n#include "analysis/embedding/tsne.h"'),
    ("src/train/a.cpp", "// std::ofstream, fopen(x) and std::exit(1) in a comment"),
    ("src/train/b.cpp", "/* #include \"cli/main.h\"\n system(x) */"),
    ("src/train/c.cpp", 'const char* s = "torch::load(x) /* ";\nconst auto r = R"(exit(1) " )";'),
    ("src/train/d.cpp", "file_system.rename(a, b); fs->open(a); v.erase(std::remove(a, b, c));"),
    ("src/train/e.cpp", "#include <fstream>\nstd::ifstream in(path); int code = exit_code(e);"),
    ("src/train/f.cpp", "const long n = 1'000'000; // ' exit(\nchar c = '\"'; int x;"),
    ("src/checkpoint/names.cpp", "std::string rename(std::string name);\nauto n = rename(name);"),
]


def load_checker():
    sys.dont_write_bytecode = True  # leave no cache in the source tree
    spec = importlib.util.spec_from_file_location("check_includes", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class CheckIncludes(unittest.TestCase):
    def setUp(self):
        self.checker = load_checker()
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def plant(self, files):
        """A tree of its own with these files; returns what the checker finds there."""
        root = Path(tempfile.mkdtemp(dir=self.folder.name))
        for name, text in files:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n", encoding="utf-8")
        return root, self.checker.check_tree(root)[1]

    def test_finds_every_planted_violation(self):
        for name, text, word in VIOLATIONS:
            with self.subTest(name=name, text=text):
                _, found = self.plant([(name, "// planted\n" + text)])
                self.assertEqual(len(found), 1, found)
                line = 1 if "table" in word else 2 + text.count("\n")
                self.assertTrue(found[0].startswith(f"{name}:{line}: "), found[0])
                self.assertIn(word, found[0])

    def test_lets_pass_what_only_looks_like_one(self):
        for name, text in ALLOWED:
            with self.subTest(name=name, text=text):
                self.assertEqual(self.plant([(name, text)])[1], [])

    def test_prints_the_violations_and_fails(self):
        planted = [(name, text) for name, text, _ in VIOLATIONS[1:3]]
        root, _ = self.plant(planted + ALLOWED)
        result = self.run_on(root)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(len(result.stdout.splitlines()), 2, result.stdout)

    def test_succeeds_only_where_there_is_something_to_check(self):
        root, _ = self.plant(ALLOWED)
        self.assertEqual(self.run_on(root).returncode, 0)
        root, _ = self.plant([])
        self.assertEqual(self.run_on(root).returncode, 1)

    def run_on(self, root):
        return subprocess.run([sys.executable, str(SCRIPT), "--root", str(root)], text=True,
                              stdout=subprocess.PIPE, check=False)


if __name__ == "__main__":
    unittest.main()
