"""How a browser lays the page out: nothing is wider than a phone, all text is readable in both colour schemes.

Needs Chromium.
"""

import html
import json
import re
import shutil
import subprocess

import pytest

from grader.formats.html import to_html
from grader.result import Diagnosis, Outcome

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MIN_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, for text of any size

# Opens the page in a frame of a given width. Reports what is wider, and the least contrast between text and background.
PROBE = """<!DOCTYPE html><html><body>
<iframe id="frame" src="page.html" style="border:0;width:WIDTHpx;height:900px"></iframe><script>
const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
const light = (c) => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
const behind = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const colour = numbers(getComputedStyle(e).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return null;
};
window.onload = () => {
  const page = document.getElementById("frame").contentDocument;
  page.querySelectorAll("details").forEach((d) => { d.open = true; });
  const all = [...page.body.querySelectorAll("*")];
  const texts = all.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  const contrast = (e) => {
    const [a, b] = [luminance(numbers(getComputedStyle(e).color)), luminance(behind(e))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const wide = all.filter((e) => e.getBoundingClientRect().right > WIDTH + 0.5).map((e) => e.tagName);
  document.title = JSON.stringify({
    width: page.documentElement.scrollWidth, wide, texts: texts.length,
    contrast: Math.min(...texts.map(contrast)), scheme: getComputedStyle(page.body).backgroundColor,
  });
};
</script></body></html>"""


@pytest.fixture
def measure(tmp_path, report, result):
    """Lay a report with everything in it out: (width in px, scheme) to what the probe found."""
    if not BROWSER:
        pytest.skip("there is no Chromium on this machine")
    results = [
        result(outcome, public=True, detail="framework/nn/linear.py, line 3", hint="Look.", message="x" * 500)
        for outcome in Outcome
    ]
    belief = Diagnosis("It is half of what it should be.", "You believe " + "b" * 200, "Is it so?")
    told = [result(component=f"{'C' * 30}{i}", diagnosis=belief) for i in range(9)]
    made = report(*results, *told, result(Outcome.PASSED, component="A" * 80), result(), notices=("n" * 200,))
    (tmp_path / "page.html").write_text(to_html(made), encoding="utf-8")

    def run(width: int, scheme: str) -> dict:
        (tmp_path / "probe.html").write_text(PROBE.replace("WIDTH", str(width)), encoding="utf-8")
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--allow-file-access-from-files",
            f"--user-data-dir={tmp_path}/profile",
        ]
        flags += [
            f"--blink-settings=preferredColorScheme={int(scheme == 'light')}",
            "--virtual-time-budget=3000",
            "--dump-dom",
        ]
        done = subprocess.run(
            [BROWSER, *flags, str(tmp_path / "probe.html")], capture_output=True, text=True, timeout=60
        )
        title = re.search(r"<title>(.*?)</title>", done.stdout)
        assert title, done.stderr
        return json.loads(html.unescape(title[1]))

    return run


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_is_wider_than_the_screen(measure, width):
    found = measure(width, "light")

    assert (found["width"] <= width, found["wide"]) == (True, [])


@pytest.mark.parametrize(("scheme", "page"), [("light", "rgb(247, 246, 243)"), ("dark", "rgb(21, 23, 27)")])
def test_every_text_stands_out_from_what_is_behind_it(measure, scheme, page):
    found = measure(768, scheme)

    assert found["scheme"] == page
    assert found["texts"] > 40
    assert found["contrast"] >= MIN_CONTRAST
