"""A page in headless Chromium, and what tests do with it: open, hover, press keys, run scripts."""

import functools
import json
import pathlib
import shutil
import tempfile
import unittest

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

PAGES = []  # files that the tests try


def on_pages(selector="body"):
    """The test tries every page that has an element of the selector, opened 1400 px wide."""

    def decorate(test):
        @functools.wraps(test)
        def run(self):
            tried = 0
            for page in PAGES:
                self.open(page)
                if self.all(selector):
                    tried += 1
                    with self.subTest(page=page.stem):
                        test(self, page)
            if not tried:
                self.skipTest(f"no page has {selector}")

        return run

    return decorate


class PageCase(unittest.TestCase):
    """One page in one browser; a view that the page does not have is skipped."""

    @classmethod
    def setUpClass(cls):
        options = webdriver.ChromeOptions()
        for word in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--force-device-scale-factor=1",
        ):
            options.add_argument(word)
        options.binary_location = shutil.which("chromium")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        cls.browser = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        cls.browser.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()

    def open(self, page, width=1400, theme="light"):
        self.browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {
                "media": "",
                "features": [
                    {"name": "prefers-color-scheme", "value": theme},
                    {"name": "prefers-reduced-motion", "value": "reduce"},
                ],
            },
        )
        self.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        self.browser.get(page.resolve().as_uri())
        if self.script("const stored = localStorage.length; localStorage.clear(); return stored"):
            self.browser.refresh()
        self.settle()

    def data_of(self, page):
        return json.loads(self.parts(page)[1])

    def open_with(self, page, **changes):
        """Opens the page with other data under these keys."""
        before, text, after = self.parts(page)
        text = json.dumps({**json.loads(text), **changes}, separators=(",", ":")).replace("<", "\\u003c")
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / page.name
            file.write_text(before + text + after)
            self.open(file)

    def parts(self, page):
        """The file before the data, the data and what follows."""
        before, mark, rest = page.read_text().partition('id="data">')
        text, end, after = rest.partition("</script>")
        return before + mark, text, end + after

    def settle(self):
        self.browser.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))"
        )

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def script(self, text, *arguments):
        return self.browser.execute_script(text, *arguments)

    def hover(self, element, dx=0, dy=0):
        self.script("arguments[0].scrollIntoView({block: 'center'})", element)
        ActionChains(self.browser).move_to_element_with_offset(element, dx, dy).perform()
        self.settle()

    def press(self, *keys):
        for key in keys:
            ActionChains(self.browser).send_keys(key).perform()
        self.settle()

    def focus(self, element):
        self.script("arguments[0].focus()", element)

    def focused(self, element):
        return self.browser.switch_to.active_element == element


# Texts on a plain background with less than 4.5 : 1 (WCAG 2.1, contrast of relative luminances).
CONTRAST = """
const context = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
const rgb = (color) => { context.clearRect(0, 0, 1, 1); context.fillStyle = color; context.fillRect(0, 0, 1, 1); return [...context.getImageData(0, 0, 1, 1).data]; };
const luminance = (color) => { const [r, g, b] = rgb(color).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const behind = (one) => { for (; one; one = one.parentElement) { const color = getComputedStyle(one).backgroundColor; if (rgb(color)[3] === 255) return color; } return "white"; };
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const seen = new Map();
while (walker.nextNode()) {
  const one = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !one.getClientRects().length || one.closest("script, noscript, [aria-pressed='false'].key, .skip")) continue;
  const style = getComputedStyle(one);
  const pair = (one instanceof SVGElement ? style.fill : style.color) + " on " + behind(one);
  if (!seen.has(pair)) seen.set(pair, one.className?.baseVal ?? (one.className || one.tagName));
}
return [...seen].map(([pair, where]) => {
  const [a, b] = pair.split(" on ").map(luminance);
  return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), where + ": " + pair];
}).filter(([ratio]) => ratio < 4.5).map(([ratio, text]) => ratio.toFixed(2) + " " + text);
"""
