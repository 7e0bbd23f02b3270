"""Writes pages of invented runs for report_test.py: reports of every kind that carica makes.

    python tests/browser/make_fixture.py FOLDER [--json]

Needs Pillow, and CMake, which puts the pages together as for the program; with --json only the data are
written, for a program that makes the pages by itself.
"""

import argparse
import functools
import json
import pathlib
import re
import subprocess
import tempfile

from invented_labels import labels_comparison, several_labels
from invented_runs import ANIMALS, classifier, comparison, hostile, segmenter

ASSETS = pathlib.Path(__file__).parents[2] / "src/report/html"


@functools.cache
def shell():
    """The page with the markers of title and data left, as the program has it."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "page.html"
        subprocess.run(
            ["cmake", f"-DFOLDER={ASSETS}", f"-DOUT={file}", "-P", ASSETS / "embed.cmake"], check=True
        )
        return file.read_text()


def html_page(title, text):
    title = re.sub(r"[<>&\"']", lambda found: f"&#{ord(found[0])};", title)
    before, after = shell().split("@data@")
    return before.replace("@title@", title) + text.replace("<", "\\u003c") + after


PAGES = {
    "two": lambda: classifier(["not sweet", "sweet"], 1, points=300, right=0.95),
    "ten": lambda: classifier(ANIMALS, 2, points=5000),
    "many": lambda: classifier([f"{ANIMALS[i % 10]} {i}" for i in range(150)], 4, epochs=120, right=0.7),
    "segmenter": lambda: segmenter(5),
    "comparison": lambda: comparison(6),
    "labels": lambda: several_labels(7),
    "labels_comparison": lambda: labels_comparison(8),
    "hostile": hostile,
    "empty": lambda: {"format": 1, "title": "Nothing yet"},
}


def write_pages(folder, as_json=False):
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        page = make()
        text = json.dumps(page, ensure_ascii=False, separators=(",", ":"))
        if as_json:
            (folder / f"{name}.json").write_text(text)
        else:
            (folder / f"{name}.html").write_text(html_page(page["title"], text))


def main():
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    write_pages(options.folder, options.json)


if __name__ == "__main__":
    main()
