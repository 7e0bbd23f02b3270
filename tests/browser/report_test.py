"""Tries report.html in headless Chromium: every view with pointer and keyboard, no error, no request, any width.

    python tests/browser/report_test.py [FILE.html | FOLDER] [--screenshots FOLDER]

Without a file the pages of make_fixture.py are made and tried. Needs Chromium, its driver and selenium (Pillow for
the pages); exits with 77 and the reason where one is missing.
"""

import argparse
import base64
import json
import pathlib
import re
import shutil
import sys
import tempfile
import time
import unittest

SKIPPED = 77
SCREENSHOTS = None


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


try:
    from report_page import CONTRAST, PAGES, PageCase, on_pages
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    skip("Python has no selenium")


class Report(PageCase):
    """A view that a page does not have is skipped."""

    @on_pages()
    def test_there_are_no_errors_and_no_requests(self, page):
        self.browser.get_log("browser"), self.browser.get_log("performance")
        self.open(page)
        time.sleep(0.3)
        self.assertEqual([entry["message"] for entry in self.browser.get_log("browser")], [])
        messages = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        asked = [
            m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"
        ]
        outside = [
            url[:80]
            for url in asked
            if not url.startswith("data:") and not url.startswith(page.resolve().as_uri())
        ]
        self.assertEqual(outside, [])
        self.assertEqual(self.all(".problem"), [])
        self.assertNotEqual(self.browser.title, "broken")
        self.assertTrue(self.one("h1").text)

    @on_pages()
    def test_nothing_is_wider_than_a_phone(self, page):
        for width in (320, 375, 768, 1400):
            self.open(page, width)
            self.assertLessEqual(
                self.script("return document.documentElement.scrollWidth"), width, f"{width} px"
            )

    @on_pages()
    def test_no_frame_is_empty(self, page):
        bare = self.script("""return [...document.querySelectorAll("main section, figure, table, svg")]
            .filter((one) => !one.children.length || one.getBoundingClientRect().height < 4).map((one) => one.outerHTML.slice(0, 100))""")
        self.assertEqual(bare, [])

    @on_pages()
    def test_dark_mode_follows_the_system_and_the_toggle(self, page):
        color = (
            "return getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color"
        )
        light = self.script(color)
        self.open(page, theme="dark")
        dark = self.script(color)
        self.assertNotEqual(light, dark)
        self.one(".theme").click()
        self.assertEqual(self.script(color), light)
        self.one(".theme").click()
        self.assertEqual(self.script(color), dark)

    @on_pages(".scatter > canvas")
    def test_canvases_follow_the_theme(self, page):
        picture = "return document.querySelector('.scatter > canvas').toDataURL()"
        light = self.script(picture)
        self.one(".theme").click()
        self.settle()
        self.assertNotEqual(self.script(picture), light)

    @on_pages(".panel .legend")
    def test_curves_tell_their_values_to_pointer_and_keys(self, page):
        chart, legend = self.one(".panel:has(.legend) .chart"), self.one(".panel .legend")
        self.script("document.activeElement.blur()")
        values = lambda: [one.text for one in legend.find_elements(By.TAG_NAME, "b")]
        rest = values()
        self.hover(chart, -chart.size["width"] // 4)
        self.assertNotEqual(values(), rest)
        self.assertEqual(
            len(set(one.text for one in self.all(".panel .position"))), 1, "all panels move together"
        )
        self.assertTrue(
            self.script("return getComputedStyle(document.querySelector('.crosshair')).display") != "none"
        )
        self.focus(chart)
        self.press(Keys.HOME)
        self.assertIn("epoch 1", legend.text)
        self.assertIn("epoch 1:", chart.get_attribute("aria-valuetext"))
        self.press(Keys.ARROW_RIGHT)
        self.assertIn("epoch 2", legend.text)

    @on_pages(".panel .legend")
    def test_a_value_every_few_epochs_makes_a_line(self, page):
        values = [i / 50 if i % 5 == 4 else None for i in range(50)]
        panel = {"title": "mIoU", "lines": [{"name": "val", "values": values}]}
        self.open_with(page, curves={"epochs": list(range(1, 51)), "panels": [panel]})
        chart = self.browser.find_element(By.XPATH, "//figure[figcaption='mIoU']")
        path = chart.find_element(By.CSS_SELECTOR, "path.curve").get_attribute("d")
        self.assertEqual((path.count("M"), path.count("L")), (1, 9))
        dots = chart.find_elements(By.CSS_SELECTOR, ".chart > svg > circle")
        self.assertEqual(len(dots), 10)

    @on_pages(".sortable")
    def test_columns_sort_both_ways(self, page):
        column = """return [...document.querySelector('.sortable').querySelectorAll(`tbody tr > :nth-child(${arguments[0]})`)]
            .map((td) => td.textContent)"""
        for place, head in enumerate(
            self.one(".sortable").find_elements(By.CSS_SELECTOR, "thead th + th"), 2
        ):
            for direction in ("descending", "ascending"):
                self.focus(head.find_element(By.CLASS_NAME, "sort"))
                self.press(Keys.ENTER)
                self.assertEqual(head.get_attribute("aria-sort"), direction)
                texts = self.script(column, place)
                values = [float(text.replace("\u202f", "").split("(")[0]) for text in texts if text != "n/a"]
                self.assertEqual(values, sorted(values, reverse=direction == "descending"))
                self.assertEqual(["n/a"] * (len(texts) - len(values)), texts[len(values) :])

    @on_pages(".heat")
    def test_a_cell_of_the_confusion_matrix_tells_its_count(self, page):
        box, line = self.one(".heat"), self.one(".heat-map .readout")
        rest = line.text
        self.hover(
            self.one(".heat td, .heat .cells canvas"), *([0, 0] if self.all(".heat td") else [-300, -100])
        )
        self.assertNotEqual(line.text, rest)
        self.focus(box)
        self.press(Keys.HOME, Keys.PAGE_UP, Keys.ARROW_RIGHT)
        first = line.text
        self.press(Keys.ARROW_DOWN)
        self.assertNotEqual(line.text, first)

    @on_pages(".heat td.has-pictures")
    def test_a_cell_opens_its_pictures_and_escape_returns_the_focus(self, page):
        cell, box = self.one(".heat td.has-pictures"), self.one(".heat")
        self.hover(cell)
        cell.click()
        self.assertTrue(self.one("dialog").is_displayed())
        self.assertTrue(self.all("dialog figure"))
        self.press(Keys.ESCAPE)
        self.assertFalse(self.one("dialog").is_displayed())
        self.assertTrue(self.focused(box))
        self.press(Keys.ENTER)
        self.assertTrue(self.one("dialog").is_displayed())
        self.one("dialog button").click()
        self.assertFalse(self.one("dialog").is_displayed())

    @on_pages(".heat.large")
    def test_a_cell_of_a_large_matrix_opens_its_pictures(self, page):
        box = self.one(".heat.large")
        self.focus(box)
        self.press(Keys.HOME)
        if "pictures" not in self.one(".heat-map .readout").text:
            self.skipTest("its first cell has no pictures")
        self.press(Keys.ENTER)
        self.assertTrue(self.one("dialog").is_displayed())
        self.assertTrue(self.all("dialog figure"))
        self.press(Keys.ESCAPE)
        self.assertTrue(self.focused(box))

    @on_pages(".heat.large")
    def test_a_large_matrix_shows_as_a_whole(self, page):
        self.one(".heat-map > .plain").click()
        self.assertLessEqual(
            *self.script(
                "const box = document.querySelector('.heat.large'); return [box.scrollWidth + box.scrollHeight, box.clientWidth + box.clientHeight]"
            )
        )

    @on_pages(".runs")
    def test_two_matrices_stand_above_their_difference(self, page):
        data = self.data_of(page)["comparison"].get("confusion_difference", {})
        if not data.get("of_a"):
            self.skipTest("it has no matrices of two runs")
        a, b = data["a"], data["b"]
        part = self.one(".part:has(.beside)")
        titles = [one.text for one in part.find_elements(By.CSS_SELECTOR, "h4")]
        self.assertEqual(titles, [a, b, f"{a} − {b}", "Largest shifts"])
        maps = part.find_elements(By.CSS_SELECTOR, ".heat-map")
        left, right, below = (one.rect for one in maps)
        fit = left["width"] + right["width"] + 40 <= part.rect["width"]
        self.assertEqual((left["x"] < right["x"], left["y"] < right["y"]), (fit, not fit))
        self.assertLess(right["y"], below["y"])
        for one, key in zip(maps, ("of_a", "of_b", "shares"), strict=True):
            line = one.find_element(By.CLASS_NAME, "readout")
            self.focus(one.find_element(By.CLASS_NAME, "heat"))
            self.press(Keys.HOME)
            for row in data[key][:4]:
                if row is None or row[0] is None:
                    self.assertRegex(line.text, "^No sample is|no samples")
                else:
                    value = re.search(r"([+−]?)([\d.]+)(\u202f%| percentage points)\.$", line.text)
                    signed = float(value[2]) * (-1 if value[1] == "−" else 1)
                    self.assertAlmostEqual(signed, 100 * row[0], delta=0.11)
                self.press(Keys.ARROW_DOWN)
        self.open(page, 375)
        left, right, below = (one.rect for one in self.all(".part:has(.beside) .heat-map"))
        self.assertTrue(left["x"] == right["x"] and left["y"] < right["y"] < below["y"])

    @on_pages(".runs")
    def test_a_comparison_of_400_classes_is_shown(self, page):
        shares = [[0.25 if r == c else -0.25 / 399 for c in range(400)] for r in range(400)]
        names = [f"class {i}" for i in range(400)]
        change = {"a": "a", "b": "b", "classes": names, "shares": shares}
        self.open_with(page, comparison={**self.data_of(page)["comparison"], "confusion_difference": change})
        self.assertEqual([len(self.all(one)) for one in (".runs", ".heat canvas", ".problem")], [1, 1, 0])
        self.assertEqual(
            self.one(".confusions li").text, f"{names[0]}, predicted {names[0]}: +25.0 percentage points."
        )

    @on_pages(".runs")
    def test_a_broken_part_of_a_comparison_leaves_the_others(self, page):
        comparison = self.data_of(page)["comparison"]
        parts = {"runs": ".runs", "tests": ".tests", "curves": ".curve", "confusion_difference": ".heat"}
        parts = {key: selector for key, selector in parts.items() if comparison.get(key)}
        for key, broken in parts.items():
            wrong = [None] if isinstance(comparison[key], list) else {"panels": [None]}
            self.open_with(page, comparison={**comparison, key: wrong})
            gone = [one for one in parts.values() if not self.all(f"section[id$=comparison] {one}")]
            self.assertEqual((gone, len(self.all(".problem"))), ([broken], 1))

    @on_pages(".distances")
    def test_distances_name_what_each_run_predicted(self, page):
        data = self.data_of(page)
        if "run_predicted" not in data["distances"]["rows"][0]:
            self.skipTest("it does not say what each run predicted")
        names = [one["name"] for one in data["classes"]]
        lines = self.all(".distances tbody tr")
        for line, row in zip(lines, data["distances"]["rows"], strict=True):
            cells = [one.text for one in line.find_elements(By.TAG_NAME, "td")][4::2]
            for cell, label, distance in zip(cells, row["run_predicted"], row["to_predicted"], strict=True):
                self.assertRegex(
                    cell, "^NA$" if distance is None else rf"^[\d.]+\s+{re.escape(names[label])}$"
                )

    @on_pages(".viewer")
    def test_the_best_and_the_worst_class_of_a_segmenter_are_those_of_its_iou(self, page):
        sentence = self.one("[data-title='Per class'] .statement")
        self.assertRegex(sentence.text, r"^IoU is highest for .+ \(0\.\d{3}\) and lowest for .+\.$")
        self.assertEqual(self.one(".sortable thead th:nth-child(2)").text.rstrip("↕"), "IoU")

    @on_pages(".card")
    def test_mistakes_filter_by_class(self, page):
        if self.evaluation_of(page).get("label_mistakes"):
            self.skipTest("its pictures have several labels")
        part = self.one(".part:has(.card)")
        part.find_elements(By.CSS_SELECTOR, "select")[0].find_elements(By.CSS_SELECTOR, "option")[1].click()
        wanted = (
            part.find_elements(By.CSS_SELECTOR, "select")[0].find_elements(By.CSS_SELECTOR, "option")[1].text
        )
        cards = part.find_elements(By.CSS_SELECTOR, ".card")
        self.assertTrue(cards)
        for card in cards:
            self.assertEqual(card.text.split("truth ")[-1].split(), wanted.split())
        cards[0].click()
        self.assertTrue(self.one("dialog img, dialog .no-picture").is_displayed())
        self.press(Keys.ESCAPE)
        self.assertTrue(self.focused(cards[0]))

    def evaluation_of(self, page):
        return (self.data_of(page).get("evaluations") or [{}])[0]

    @on_pages(".card")
    def test_mistakes_of_labels_filter_by_label_and_kind(self, page):
        found = self.evaluation_of(page).get("label_mistakes")
        if not found:
            self.skipTest("its pictures have one label each")
        part = self.one(".part:has(.card)")
        label, kind = part.find_elements(By.CSS_SELECTOR, "select")[:2]
        label.find_elements(By.CSS_SELECTOR, "option")[1].click()
        kind.find_element(By.XPATH, "option[.='missed']").click()
        wanted = min(one["label"] for one in found)
        count = sum(one["label"] == wanted and one["missing"] for one in found)
        cards = part.find_elements(By.CSS_SELECTOR, ".card")
        self.assertEqual(len(cards), min(count, 24))
        self.assertIn(f"{count} of ", part.find_element(By.CSS_SELECTOR, ".readout").text)
        name = self.data_of(page)["classes"][wanted]["name"]
        for card in cards:
            self.assertIn(f"missed {name}", card.text)
        cards[0].click()
        self.assertIn("predicted: ", self.one("dialog figcaption").text)
        self.press(Keys.ESCAPE)
        self.assertTrue(self.focused(cards[0]))

    @on_pages(".scatter")
    def test_points_of_several_labels_take_the_colours_of_one(self, page):
        embedding = self.data_of(page)["embeddings"][0]
        if "label_sets" not in embedding:
            self.skipTest("its pictures have one label each")
        figure = self.one("figure.embedding")
        picture = "return arguments[0].querySelector('canvas').toDataURL()"
        before = self.script(picture, figure)
        figure.find_elements(By.CSS_SELECTOR, "select option")[1].click()
        self.settle()
        self.assertNotEqual(self.script(picture, figure), before)
        label = min(label for labels in embedding["label_sets"] for label in labels)
        found = sum(
            label in own and label in guess
            for own, guess in zip(embedding["label_sets"], embedding["predicted_sets"], strict=True)
        )
        keys = [one.text.split() for one in figure.find_elements(By.CSS_SELECTOR, ".key")]
        self.assertEqual(keys[0], ["found", str(found)])
        self.assertEqual(sum(int(key[-1]) for key in keys), len(embedding["points"]))

    @on_pages(".scatter")
    def test_a_point_under_the_pointer_shows_its_name(self, page):
        box = self.one(".scatter")
        self.script("arguments[0].scrollIntoView({block: 'center'})", box)
        self.focus(box)
        self.press(Keys.ARROW_RIGHT)
        name, place = (
            box.find_element(By.CSS_SELECTOR, ".tip").text,
            "return ['--x', '--y'].map((one) => parseFloat(arguments[0].querySelector('.tip').style.getPropertyValue(one)))",
        )
        x, y = self.script(place, box)
        self.script("document.activeElement.blur()")
        self.assertFalse(box.find_element(By.CSS_SELECTOR, ".tip").is_displayed())
        self.hover(box, round(x - box.size["width"] / 2) + 1, round(y - box.size["height"] / 2) + 1)
        self.assertEqual(box.find_element(By.CSS_SELECTOR, ".tip").text, name)

    @on_pages(".scatter")
    def test_embeddings_tell_points_and_filter_classes(self, page):
        for box in self.all(".scatter"):
            self.focus(box)
            self.press(Keys.PAGE_DOWN)
            tip = box.find_element(By.CSS_SELECTOR, ".tip")
            self.assertTrue(tip.is_displayed() and tip.text)
            picture = "return arguments[0].querySelector('canvas').toDataURL()"
            before = self.script(picture, box)
            self.press(Keys.ARROW_LEFT)
            self.assertNotEqual(self.script(picture, box), before)
            key = self.script("return arguments[0].closest('figure').querySelector('.key')", box)
            before = self.script(picture, box)
            key.click()
            self.settle()
            self.assertEqual(key.get_attribute("aria-pressed"), "false")
            self.assertNotEqual(self.script(picture, box), before)

    @on_pages(".scatter")
    def test_turning_points_takes_less_than_50_ms_of_work_a_frame(self, page):
        box = self.all(".scatter")[-1]
        self.script("""window.frames = 0; const ask = requestAnimationFrame;
            requestAnimationFrame = (act) => ask(() => { act(); ++window.frames; })""")
        self.script("arguments[0].scrollIntoView({block: 'center'})", box)
        drag = ActionChains(self.browser, duration=20).move_to_element(box).click_and_hold()
        for _ in range(20):
            drag.move_by_offset(6, 3)
        before = self.processor_seconds()
        drag.release().perform()
        self.settle()
        spent, frames = self.processor_seconds() - before, self.script("return window.frames")
        self.assertGreater(frames, 5)
        self.assertLess(spent / frames, 0.05)
        print(f"{page.stem}: {frames} frames, {1000 * spent / frames:.1f} ms each")

    def processor_seconds(self):
        """What the page's main thread has used, waiting for other programs left out."""
        metrics = self.browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "TaskDuration")

    @on_pages(".viewer")
    def test_the_slider_leads_from_picture_to_error(self, page):
        slider = self.one(".viewer input")
        shown = (
            "return [...document.querySelectorAll('.layers > *')].map((one) => getComputedStyle(one).opacity)"
        )
        self.focus(slider)
        self.press(Keys.HOME)
        self.assertEqual(set(self.script(shown)[1:]), {"0"})
        self.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        self.assertEqual(self.script(shown)[1], "0.5")
        self.press(Keys.END)
        self.assertEqual(set(self.script(shown)), {"1"})
        self.all(".sample")[-1].click()
        self.assertEqual(self.all(".sample")[-1].get_attribute("aria-pressed"), "true")

    @on_pages()
    def test_the_tab_key_reaches_everything(self, page):
        wanted = """return [...document.querySelectorAll("a, button, select, input, [tabindex='0']")]
            .filter((one) => one.getClientRects().length && !one.disabled).length"""
        if page.stat().st_size > 400_000 and len(PAGES) > 1:
            return  # hundreds of buttons, nothing new
        self.script("document.activeElement.blur(); scrollTo(0, 0)")
        count, reached = self.script(wanted), 0
        keys = ActionChains(self.browser, duration=0)
        self.script("""window.reached = new Set(); window.hidden = [];
            addEventListener("focusin", (event) => {
                window.reached.add(event.target);
                if (event.target.matches(":focus-visible") && getComputedStyle(event.target).outlineStyle === "none") window.hidden.push(event.target.className);
            })""")
        for _ in range(count + 2):
            keys.send_keys(Keys.TAB)
        keys.perform()
        reached, hidden = self.script("return [window.reached.size, window.hidden]")
        self.assertGreaterEqual(reached, count)
        self.assertEqual(hidden, [])

    @on_pages()
    def test_everything_has_a_name(self, page):
        nameless = self.script("""return [...document.querySelectorAll("button, a, input, select, [role='slider'], [role='region']")].filter((one) =>
            !(one.getAttribute("aria-label") || one.textContent.trim() || one.closest("label")?.textContent.trim() ||
              one.querySelector("img[alt]:not([alt=''])"))).map((one) => one.outerHTML.slice(0, 100))""")
        self.assertEqual(nameless, [])

    @on_pages()
    def test_text_has_enough_contrast(self, page):
        for theme in ("light", "dark"):
            self.open(page, theme=theme)
            poor = self.script(CONTRAST)
            self.assertEqual(poor, [], theme)

    @on_pages()
    def test_paper_has_no_sticky_parts(self, page):
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        stuck = self.script("""return [...document.querySelectorAll("*")].filter((one) => getComputedStyle(one).position === "sticky" &&
            one.getClientRects().length).map((one) => one.outerHTML.slice(0, 80))""")
        cut = self.script("""return [...document.querySelectorAll(".scroller, .keys")].filter((one) => one.scrollHeight > one.clientHeight + 1 &&
            getComputedStyle(one).overflowY !== "visible").length""")
        self.assertEqual((stuck, cut), ([], 0))
        self.assertGreater(
            len(
                base64.b64decode(
                    self.browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"]
                )
            ),
            5000,
        )

    def test_screenshots(self):
        if not SCREENSHOTS:
            self.skipTest("not asked for")
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for page in PAGES:
            for width in (1400, 375):
                for theme in ("light", "dark"):
                    self.open(page, width, theme)
                    time.sleep(0.5)
                    height = min(16000, self.script("return document.documentElement.scrollHeight"))
                    shot = self.browser.execute_cdp_cmd(
                        "Page.captureScreenshot",
                        {
                            "captureBeyondViewport": True,
                            "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1},
                        },
                    )
                    (SCREENSHOTS / f"{page.stem}_{width}_{theme}.png").write_bytes(
                        base64.b64decode(shot["data"])
                    )


def main():
    global SCREENSHOTS
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("page", nargs="?", type=pathlib.Path)
    arguments.add_argument("--screenshots", type=pathlib.Path)
    arguments.add_argument("--only", default="", help="tests whose names hold this")
    options = arguments.parse_args()
    SCREENSHOTS = options.screenshots
    for program in ("chromium", "chromedriver"):
        if not shutil.which(program):
            skip(f"there is no {program}")
    with tempfile.TemporaryDirectory() as folder:
        pages = options.page
        if pages is None:
            try:
                import make_fixture
            except ImportError as error:
                skip(str(error))
            pages = pathlib.Path(folder)
            if not shutil.which("cmake"):
                skip("there is no cmake")
            make_fixture.write_pages(pages)
        PAGES.extend(sorted(pages.glob("*.html")) if pages.is_dir() else [pages])
        if not PAGES:
            sys.exit(f"{pages}: no page")
        tests = unittest.defaultTestLoader.loadTestsFromTestCase(Report)
        tests = unittest.TestSuite(test for test in tests if options.only in test.id())
        sys.exit(not unittest.TextTestRunner(verbosity=2).run(tests).wasSuccessful())


if __name__ == "__main__":
    main()
