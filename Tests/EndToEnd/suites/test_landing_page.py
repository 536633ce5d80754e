"""The landing page in a real browser, served as the site's own configuration says."""

import html
import unittest

import html5lib

from harness import landing
from harness.browser import Browser
from harness.web_servers import Nginx

WIDTHS = (360, 768, 1440)

# Visible text whose contrast with what is behind it is below what WCAG 2.2, 1.4.3 asks for: 4.5, or 3 when large.
LOW_CONTRAST = """
(() => {
  const parse = text => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    return {r, g, b, a};
  };
  const over = (top, below) => ({
    r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a),
    b: top.b * top.a + below.b * (1 - top.a), a: 1});
  const light = ({r, g, b}) => {
    const [x, y, z] = [r, g, b].map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), matchMedia("(prefers-color-scheme: dark)").matches
      ? {r: 0, g: 0, b: 0, a: 1} : {r: 255, g: 255, b: 255, a: 1});
  };
  const low = [];
  let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility()) continue;
    if (element.closest("script, style, .announcement, legend, .skip")) continue;
    const style = getComputedStyle(element), back = behind(element), front = over(parse(style.color), back);
    const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05), size = parseFloat(style.fontSize);
    seen += 1;
    if (ratio < (size >= 24 || size >= 18.66 && style.fontWeight >= 700 ? 3 : 4.5)) {
      low.push([ratio.toFixed(2), node.data.trim().slice(0, 40), style.color, element.className]);
    }
  }
  return [seen, low];
})()
"""

GUIDES = "[...document.querySelectorAll('.guide')]"
NAME = "e => e.closest('.product').getAttribute('aria-labelledby') + ' ' + e.dataset.guide"

# Everything that reaches out of the window sideways, whether the page scrolls then or it is cut off; what scrolls in
# its own box may.
OVERFLOW = """
[...document.querySelectorAll("body *")]
  .filter(e => e.checkVisibility() && !e.parentElement.closest("pre, .table") && !e.matches(".skip, .announcement"))
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map(e => e.tagName + "." + e.className)
  .concat(document.scrollingElement.scrollWidth > innerWidth ? [document.scrollingElement.scrollWidth] : [])
"""


class Page:
    """What holds for every page; a class of tests says of which site."""

    @classmethod
    def site(cls):
        """The directory with `public` and `nginx.conf`."""
        raise NotImplementedError

    @classmethod
    def setUpClass(cls):
        site = cls.site()
        cls.server = cls.enterClassContext(Nginx(site))
        cls.browser = cls.enterClassContext(Browser())
        cls.url = f"{cls.server.url}/"
        cls.browser.call("Browser.grantPermissions", origin=cls.url[:-1],
                         permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        cls.source = (site / "public/index.html").read_text()

    def opened(self, fragment="", url=None, **emulation):
        page = self.browser.page(**emulation)
        self.addCleanup(page.close)
        page.open((url or self.url) + fragment)
        return page

    @staticmethod
    def choices(page):
        """The radio buttons in the order of the page: each with its ID, and the ID of the one that its tab is in."""
        return page.run("""[...document.querySelectorAll("input[type=radio]")].map(input => {
            const outer = input.closest(".panel");
            return [input.id, outer ? outer.previousElementSibling.previousElementSibling.id : null];
        })""")

    def each_choice(self, page):
        """Goes through all tabs, by the mouse's way: a click on the label. Yields the ID of each."""
        for choice, outer in self.choices(page):
            for name in filter(None, (outer, choice)):
                page.run(f"document.querySelector('label[for=\"{name}\"]').click()")
            yield choice

    def test_nothing_else_is_asked_for_and_nothing_is_amiss(self):
        with Nginx(self.site()) as server:
            page = self.opened(url=server.url + "/")
            page.run("new Promise(f => setTimeout(f, 500))")
            self.assertEqual([url for url in page.requests() if not url.startswith("data:")], [server.url + "/"])
            self.assertEqual(page.complaints(), [])
            self.assertTrue(page.run("document.querySelector('link[rel=icon]').href").startswith("data:"))
            self.assertEqual([line.split('"')[1] for line in server.log.splitlines()], ["GET / HTTP/1.1"])

    def test_only_its_own_script_runs(self):
        page = self.opened()
        page.run("""(() => { const script = document.createElement("script"); script.textContent = "window.foreign = 1";
                 document.body.append(script); })()""")
        self.assertIsNone(page.run("window.foreign"))
        self.assertTrue(any("Content Security Policy" in text for text in page.complaints()), page.complaints())

    def test_the_copy_buttons_copy_exactly_what_is_shown(self):
        page = self.opened()
        blocks = page.run("document.querySelectorAll('.command, .digest').length")
        self.assertGreater(blocks, 20)
        self.assertEqual(page.run("document.querySelectorAll('.copy').length"), blocks)
        wrong = page.run("""(async () => {
            const wrong = [];
            for (const button of document.querySelectorAll(".copy")) {
                button.click();
                const code = button.parentNode.querySelector("code").textContent;
                for (let i = 0; i < 4000 && button.textContent !== "Copied"; i++) {
                    await new Promise(f => setTimeout(f, 5));
                }
                const copied = await navigator.clipboard.readText();
                if (copied !== code || button.textContent !== "Copied") wrong.push([code, copied, button.textContent]);
            }
            return wrong;
        })()""")
        self.assertEqual(wrong, [])

    def test_a_copy_is_announced_and_the_button_comes_back(self):
        page = self.opened()
        button = page.find(".command .copy")[0]
        label = page.attributes(button)["aria-label"]
        self.assertTrue(label.startswith("Copy Commands: "), label)
        page.click(button)
        said = page.until("document.getElementById('announcement').textContent && "
                          "[document.getElementById('announcement').textContent, document.activeElement.className]")
        self.assertEqual(said, [f"Copied: {label[5:]}", "copy done"])
        said = page.until("document.activeElement.textContent === 'Copy' && "
                          "[document.getElementById('announcement').textContent, document.activeElement.className]")
        self.assertEqual(said, ["", "copy"])

    def test_copying_works_without_https(self):
        reader = self.opened()
        page = self.opened(url=f"http://dist.example.test:{self.server.port}/")
        self.assertFalse(page.run("isSecureContext"))
        button = page.find(".command .copy")[0]
        page.click(button)
        page.until("document.activeElement.textContent === 'Copied'")
        shown = page.run("document.querySelector('.command code').textContent")
        self.browser.call("Target.activateTarget", targetId=reader.target)
        self.assertEqual(reader.run("navigator.clipboard.readText()"), shown)

    def test_tabs_show_their_own_panel_only(self):
        page = self.opened()
        seen = set()
        for choice in self.each_choice(page):
            with self.subTest(tab=choice):
                shown = page.run(f"""(() => {{
                    const input = document.getElementById("{choice}");
                    const panels = [...input.parentNode.children].filter(e => e.className === "panel");
                    return panels.filter(e => e.checkVisibility()).map(e => e.previousElementSibling.htmlFor);
                }})()""")
                self.assertEqual(shown, [choice])
                seen |= set(page.run(f"{GUIDES}.filter(e => e.checkVisibility()).map({NAME})"))
        self.assertEqual(seen, set(page.run(f"{GUIDES}.map({NAME})")))

    def test_tabs_by_mouse(self):
        page = self.opened()
        for label in page.find(".product:first-of-type .tabs > label"):
            page.click(label)
            name = page.attributes(label)["for"]
            self.assertTrue(page.run(f"document.getElementById('{name}').nextElementSibling.nextElementSibling"
                                     ".checkVisibility()"), name)

    def test_tabs_by_keyboard(self):
        page = self.opened()
        names = page.run("[...document.querySelector('.tabs').children].filter(e => e.type === 'radio').map(e => e.id)")
        page.focus(page.find(f"#{names[0]}")[0])
        for name in [*names[1:], names[0]]:
            page.press("ArrowRight")
            self.assertEqual(page.run("document.activeElement.id"), name)
            state = page.run(f"""(() => {{
                const label = document.querySelector('label[for="{name}"]');
                return [label.nextElementSibling.checkVisibility(), getComputedStyle(label).outlineStyle];
            }})()""")
            self.assertEqual(state, [True, "solid"], "the panel is shown, and the focus can be seen")
        # From the tabs into the panel: the kinds of it, then commands that scroll, each followed by its button.
        page.press("Tab")
        self.assertIn("--on-", page.run("document.activeElement.id"))
        page.press("Tab")
        self.assertEqual(page.run("document.activeElement.tagName"), "PRE")
        page.press("Tab")
        self.assertEqual(page.run("document.activeElement.className"), "copy")
        page.press("Enter")
        page.until("document.activeElement.textContent === 'Copied'")
        self.assertEqual(page.run("navigator.clipboard.readText()"),
                         page.run("document.activeElement.parentNode.querySelector('code').textContent"))

    def test_an_address_can_name_a_system(self):
        page = self.opened()
        guides = [choice for choice, _ in self.choices(page) if "--on-" in choice]
        for number, choice in enumerate(guides):
            if number == 3:
                page = self.opened("#" + choice)
            else:
                page.run(f"location.hash = '{choice}'")
            page.until(f"document.getElementById('{choice}').nextElementSibling.nextElementSibling.checkVisibility()")
        page = self.opened()
        chosen = page.run("[...document.querySelectorAll('input:checked')].map(input => input.id)")
        for choice in self.each_choice(page):
            if choice not in chosen:
                self.assertEqual(page.run("location.hash"), "#" + choice)

    def test_nothing_reaches_out_of_the_window(self):
        for width in WIDTHS:
            page = self.opened(width=width)
            page.run("document.querySelectorAll('details').forEach(e => { e.open = true; })")
            for choice in self.each_choice(page):
                with self.subTest(width=width, tab=choice):
                    self.assertEqual(page.run(OVERFLOW), [])

    def test_contrast(self):
        for dark in (False, True):
            page = self.opened(dark=dark)
            page.run("document.querySelectorAll('details').forEach(e => { e.open = true; })")
            page.run("document.querySelector('.command .copy').click()")
            page.until("document.querySelector('.copy.done') !== null")
            backgrounds = page.run("getComputedStyle(document.body).backgroundColor")
            self.assertEqual(backgrounds == "rgb(255, 255, 255)", not dark, backgrounds)
            for choice in self.each_choice(page):
                with self.subTest(dark=dark, tab=choice):
                    seen, low = page.run(LOW_CONTRAST)
                    self.assertGreater(seen, 50)
                    self.assertEqual(low, [])

    def test_without_scripts(self):
        page = self.opened(scripts=False)
        self.assertEqual(page.find(".copy"), [])
        commands = set(page.find(".command"))
        self.assertGreater(len(commands), 20)
        seen = set()
        # In the order of the page, a tab comes before those within it.
        for label in page.find(".tabs label"):
            page.click(label)
            seen |= {node for node in commands - seen if page.box(node)}
        self.assertEqual(commands - seen, set())
        for summary in page.find("summary"):
            page.click(summary)
        self.assertTrue(all(page.box(node) for node in page.find(".digest")))

    def test_print(self):
        page = self.opened(width=700, media="print")
        hidden = page.run("[...document.querySelectorAll('.copy, nav')].filter(e => e.checkVisibility()).length")
        self.assertEqual(hidden, 0)
        cut = page.run("[...document.querySelectorAll('pre')].filter(e => e.scrollWidth > e.clientWidth).length")
        self.assertEqual(cut, 0)

    def test_it_is_html(self):
        html5lib.HTMLParser(strict=True, tree=html5lib.getTreeBuilder("etree")).parse(self.source)
        page = self.opened()
        problems = page.run("""(() => {
            const found = [], all = selector => [...document.querySelectorAll(selector)];
            const must = (holds, text) => { if (!holds) found.push(text); };
            const levels = all("h1, h2, h3, h4, h5").map(e => +e.tagName[1]);
            must(levels[0] === 1 && levels.filter(l => l === 1).length === 1, "one h1 at the top");
            levels.forEach((level, i) => must(!i || level <= levels[i - 1] + 1, `h${levels[i - 1]} then h${level}`));
            const ids = all("[id]").map(e => e.id);
            must(new Set(ids).size === ids.length, "IDs are unique");
            all("input").forEach(e => must(e.labels.length === 1, "a label for " + e.id));
            all("fieldset").forEach(e => must(e.querySelector(":scope > legend").textContent, "a legend"));
            all("button, a").forEach(e => must(e.textContent.trim(), "a name for " + e.outerHTML));
            all("a[href^='#']").forEach(e => must(document.querySelector(e.hash), e.hash + " leads somewhere"));
            must(document.documentElement.lang && document.title, "language and title");
            return found;
        })()""")
        self.assertEqual(problems, [])

    def test_every_link_of_the_site_leads_to_a_file(self):
        page = self.opened()
        paths = page.run("[...document.querySelectorAll('a[href]')].map(e => e.getAttribute('href'))")
        own = {html.unescape(path) for path in paths if not path.startswith(("#", "http:", "https:"))}
        self.assertGreater(len(own), 5)
        for path in sorted(own):
            with self.subTest(path=path):
                self.assertEqual(self.server.get("/" + path)[0], 200)


class LandingPage(Page, unittest.TestCase):
    """A page with all that there can be on one."""

    @classmethod
    def site(cls):
        return landing.site()
