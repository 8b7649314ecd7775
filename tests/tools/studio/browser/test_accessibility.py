"""WCAG 2.2 AA: what axe-core finds, and what it does not look at, on every page in both themes."""

import importlib.util
from pathlib import Path

import pytest

PAGES = ["person", "film", "song", "song/{song}", "dance/{dance}", "video/{video}", "queue"]
NARROWEST = 320  # CSS pixels, WCAG 1.4.10
AXE = importlib.util.find_spec("axe_playwright_python")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

SHOWN = """
const shown = (each) => each.checkVisibility({ checkVisibilityCSS: true })
  && each.getBoundingClientRect().width > 1 && getComputedStyle(each).opacity !== '0';
const kinds = 'a[href], button, input, select, summary, audio[controls], video[controls]';
const controls = [...document.querySelectorAll(kinds)].filter(shown);
const told = (each) => each.outerHTML.slice(0, 120);
const key = (each) => each.id || each.getAttribute('aria-label') || told(each);
"""
NAMELESS = """
return controls.filter((each) => !(each.ariaLabel || each.innerText?.trim()
  || [...(each.labels || [])].some((label) => label.innerText.trim()))).map(told);
"""
SMALL = """
// A box may be small where the label that it is ticked by is not; links within a line are exempt.
return controls.filter((each) => {
  const of = each.labels?.[0]?.contains(each) ? each.labels[0] : each;
  const { width, height } = of.getBoundingClientRect();
  const inLine = each.matches('p > a:not(.button), li > a:not([id])');
  return !inLine && (width < 24 || height < 24);
}).map(told);
"""
FAINT = """
const parts = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
const light = (colour) => {
  const [r, g, b] = parts(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (one, other) => {
  const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
const grounds = (each) => {
  for (let at = each; at; at = at.parentElement) {
    const style = getComputedStyle(at), painted = style.backgroundImage.match(/rgba?\\([^)]+\\)/g);
    if (style.backgroundImage.includes('gradient') && painted) return painted;
    const ground = style.backgroundColor, alpha = parts(ground)[3] ?? 1;
    if (ground !== 'transparent' && alpha > 0.99) return [ground];
  }
  return ['rgb(255, 255, 255)'];
};
const out = [];
for (const each of document.querySelectorAll('body *')) {
  const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!own || !shown(each) || each.closest(':disabled, option, noscript')) continue;
  const style = getComputedStyle(each), big = parseFloat(style.fontSize);
  const needed = big >= 24 || (big >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
  const found = Math.min(...grounds(each).map((ground) => ratio(style.color, ground)));
  if (found < needed) out.push(`${found.toFixed(2)}: ${told(each)}`);
}
return out;
"""
OUTLINE = """
const ranks = [...document.querySelectorAll('h1, h2, h3, h4')].filter(shown)
  .map((each) => Number(each.tagName[1]));
const count = (each) => document.querySelectorAll(`body ${each}`).length;
return {
  lang: document.documentElement.lang,
  title: document.title,
  landmarks: ['header', 'nav', 'main'].map(count),
  first: ranks[0], ones: ranks.filter((rank) => rank === 1).length,
  skips: ranks.some((rank, place) => place && rank > ranks[place - 1] + 1),
  moves: document.getAnimations().length,
};
"""
FOCUS = """
const each = document.activeElement, label = each.labels?.[0];
const own = each.matches('audio, video'); // the browser's own controls within show it themselves
if (each === document.body) return null;
const seen = [each, label].filter(Boolean).some((one) => {
  const style = getComputedStyle(one);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
});
const box = (label?.contains(each) ? label : each).getBoundingClientRect();
const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
return { key: key(each), told: told(each), seen: seen || own, inside };
"""


def found(page, script):
    return page.evaluate(f"() => {{ {SHOWN} {script} }}")


def opened(page, studio, path):
    """Go to a page and show all that can be unfolded on it."""
    names = {"song": studio.song, "dance": studio.dance, "video": studio.video}
    page.goto(f"{studio.address}/{path.format(**names)}", wait_until="load")
    page.locator("#step-song .mark", has_text="✓").wait_for()
    if path.startswith("dance"):
        page.locator(".step").nth(1).click()
    if "{song}" in path:
        page.locator(".boundary").first.wait_for()
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


@pytest.fixture(params=["light", "dark"])
def page(browser, filled, request):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, color_scheme=request.param, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_every_control_has_a_name_and_a_size_and_every_word_can_be_read(page, filled, path):
    opened(page, filled, path)
    assert found(page, NAMELESS) == []
    assert found(page, SMALL) == []
    assert found(page, FAINT) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_language_title_landmarks_and_headings_in_order_and_lies_still(
    page, filled, path
):
    opened(page, filled, path)
    told = found(page, OUTLINE)
    assert told["lang"] == "en"
    assert told["title"].endswith("– stickdance")
    assert told["landmarks"] == [1, 1, 1]
    assert (told["first"], told["ones"], told["skips"], told["moves"]) == (1, 1, False, 0)


@pytest.mark.parametrize("path", PAGES)
def test_keys_reach_everything_where_it_is_seen(page, filled, path):
    opened(page, filled, path)
    page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        if (focus := found(page, FOCUS)) is None:  # the browser's own bar, then the page again
            continue
        reached.add(focus["key"])
        assert focus["seen"], focus["told"]
        assert focus["inside"], focus["told"]
    # Arrow keys go on from one of a group of radio buttons.
    reachable = "each.tabIndex >= 0 && !each.disabled && each.type !== 'radio'"
    there = found(page, f"return controls.filter((each) => {reachable}).map(key);")
    assert set(there) - reached == set()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_cut_off_on_the_narrowest_phone(page, filled, path):
    page.set_viewport_size({"width": NARROWEST, "height": 600})
    opened(page, filled, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST


@pytest.mark.skipif(AXE is None, reason="axe-playwright-python is not installed")
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page, filled, path):
    opened(page, filled, path)
    page.evaluate((Path(AXE.origin).parent / "axe.min.js").read_text())
    result = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    assert [(each["id"], each["nodes"][0]["html"]) for each in result["violations"]] == []
