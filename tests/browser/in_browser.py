"""What Chromium makes of the pages in the folder BP_PAGES: run by page_test.py, needs Playwright and axe-core."""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import shutil
import unittest

import axe_playwright_python
from playwright.sync_api import Page, sync_playwright

PAGES = pathlib.Path(os.environ["BP_PAGES"])
AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
NAMES = sorted(path.stem for path in PAGES.glob("*.html"))
PHONE, DESKTOP, WIDE = 360, 1280, 1400
A4 = 688  # 210 mm less two margins of 14 mm, at 96 pixels an inch
ELEMENTS = set("""html head meta title style script body header main footer nav section div p span a ul ol li dl dt dd h1 h2
                  h3 h4 h5 table caption thead tbody tr th td code small strong b i br details summary svg rect
                  input select option label output button""".split())


def setUpModule() -> None:  # pylint: disable=invalid-name
    global BROWSER  # pylint: disable=global-variable-undefined
    playwright = sync_playwright().start()
    unittest.addModuleCleanup(playwright.stop)
    # As root, in a container, Chromium starts without its sandbox alone.
    BROWSER = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"], timeout=30_000)
    unittest.addModuleCleanup(BROWSER.close)


@contextlib.contextmanager
def opened(name: str, width: int = DESKTOP, complaints: list[str] | None = None, **options):
    """The page of a machine in a context of its own; what it complains of and asks for is a failure."""
    found: list[str] = [] if complaints is None else complaints
    context = BROWSER.new_context(viewport={"width": width, "height": 900}, **options)
    context.set_default_timeout(10_000)
    page = context.new_page()
    address = (PAGES / f"{name}.html").as_uri()
    page.on("console", lambda message: found.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: found.append(f"error: {error}"))
    page.on("dialog", lambda dialog: found.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: found.append(f"request: {request.url}") if request.url != address else None)
    page.goto(address)
    try:
        yield page
        if found and complaints is None:
            raise AssertionError(f"{name}: {found}")
    finally:
        context.close()


def rows(page: Page, section: str) -> list[str]:
    """The rows of a section's tables that are shown."""
    return page.eval_on_selector_all(f"#{section} tbody > tr",
                                     "rows => rows.filter(row => row.offsetParent).map(row => row.textContent)")


class EveryPage(unittest.TestCase):
    """Of every machine."""

    def test_every_page(self) -> None:
        """One loading serves several questions: a page takes its time."""
        self.assertEqual(len(NAMES), 5, NAMES)
        for name in NAMES:
            with self.subTest(name), opened(name, WIDE) as page:
                self.assertGreater(page.locator("section").count(), 4)
                self.holds_nothing_foreign(page)
                for width in (WIDE, PHONE):
                    self.is_no_wider_than_its_window(page, width)
                self.prints_on_a4_without_a_cut(page)
                if name in ("h200", "offline"):
                    self.is_whole_without_javascript(name, page)

    def holds_nothing_foreign(self, page: Page) -> None:
        self.assertEqual(page.evaluate("typeof window.planted"), "undefined")
        elements = page.evaluate("[...new Set([...document.querySelectorAll('*')].map(node => node.localName))]")
        self.assertLessEqual(set(elements), ELEMENTS)
        self.assertEqual(page.locator("script").count(), 1)
        attributes = page.evaluate("""[...new Set([...document.querySelectorAll('*')].flatMap(
            node => node.getAttributeNames()))]""")
        self.assertEqual([name for name in attributes if name.startswith("on") or name in ("src", "style")], [])
        links = page.eval_on_selector_all("a", "links => links.map(link => link.getAttribute('href'))")
        self.assertEqual([link for link in links if not link.startswith("#")], [])

    def is_no_wider_than_its_window(self, page: Page, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 900})
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width, width)
        # Only within a box that scrolls, by keyboard too, may anything be wider.
        self.assertEqual(self.cut(page, "node.closest('.scroll')"), [], width)
        stuck = page.evaluate("""[...document.querySelectorAll('.scroll')].filter(box =>
            box.scrollWidth > box.clientWidth + 1 && box.tabIndex !== 0).map(box => box.innerText.slice(0, 60))""")
        self.assertEqual(stuck, [], width)

    def prints_on_a4_without_a_cut(self, page: Page) -> None:
        page.set_viewport_size({"width": A4, "height": 900})
        page.emulate_media(media="print")
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), A4)
        self.assertEqual(self.cut(page, "false"), [])
        self.assertEqual(page.locator(".tools >> visible=true").count(), 0)

    def is_whole_without_javascript(self, name: str, page: Page) -> None:
        self.assertGreater(page.locator(".tools").count(), 0)
        page.evaluate("document.querySelectorAll('.tools').forEach(tools => tools.remove())")
        with opened(name, java_script_enabled=False) as plain:
            self.assertEqual(plain.locator(".tools, button").count(), 0)
            self.assertEqual(page.locator("main").text_content(), plain.locator("main").text_content())

    @staticmethod
    def cut(page: Page, excused: str) -> list[str]:
        """What stands out over the right edge, but for texts that are only heard."""
        return page.evaluate("""[...document.querySelectorAll('main *')].filter(node =>
            node.checkVisibility() && node.getBoundingClientRect().right > innerWidth + 1 &&
            !node.closest('.badge i, table.stack thead, a.skip') && !(EXCUSED)
          ).map(node => node.outerHTML.slice(0, 80))""".replace("EXCUSED", excused))

    def test_keeps_the_rules_of_accessibility(self) -> None:
        wanted = {"color-contrast", "heading-order", "duplicate-id-aria", "landmark-one-main", "region"}
        for name in ("h200", "offline", "gb10"):
            with self.subTest(name), opened(name, color_scheme="light", bypass_csp=True) as page:
                # Some rows, tables and cards stand for all: thousands take their time.
                page.evaluate("""document.querySelectorAll('tbody > tr:nth-child(n + 4), .card:nth-of-type(n + 3), ' +
                    '.scroll:nth-of-type(n + 3), details.item:nth-of-type(n + 3), li:nth-child(n + 4), ' +
                    'tbody:nth-of-type(n + 3), .facts > :nth-child(n + 4)').forEach(node => node.remove())""")
                if name == "gb10":  # what the page of the H200 does not have: models, more of the environment
                    page.evaluate("""document.querySelectorAll('#backends, #selectors, #features, #disputed')
                        .forEach(node => node.remove())""")
                page.evaluate(AXE)
                self.assertLessEqual(wanted, self.kept_rules(page, "{}"))
                page.emulate_media(color_scheme="dark")
                self.assertEqual(self.kept_rules(page, "{runOnly: ['color-contrast']}"), {"color-contrast"})

    def kept_rules(self, page: Page, options: str) -> set[str]:
        result = page.evaluate(f"axe.run(document, {{resultTypes: ['violations'], elementRef: false, ...{options}}})")
        self.assertEqual([(rule["id"], rule["nodes"][0]["html"][:200], rule["nodes"][0]["failureSummary"])
                          for rule in result["violations"]], [])
        return {rule["id"] for rule in result["passes"]}

class Behaviour(unittest.TestCase):
    """Of one page each, what a person does with it."""

    def test_filters_backends_by_text_and_status(self) -> None:
        with opened("h200") as page:
            before = rows(page, "backends")
            tools = page.locator("#backends .tools")
            tools.locator("input").fill("flashmla fp8")
            shown = rows(page, "backends")
            self.assertTrue(0 < len(shown) < len(before))
            self.assertTrue(all("flashmla" in row.lower() and "fp8" in row.lower() for row in shown), shown)
            self.assertEqual(tools.locator("output").text_content(), f"{len(shown)} of {len(before)} shown")
            tools.locator("input").fill("")
            tools.locator("select").select_option("at risk")
            self.assertTrue(all("! at risk" in row for row in rows(page, "backends")))
            self.assertEqual(len(rows(page, "backends")), 6)
            empty = page.eval_on_selector_all("#backends table", """tables => tables.filter(table =>
                table.offsetParent && ![...table.tBodies[0].rows].some(row => row.offsetParent)).length""")
            self.assertEqual(empty, 0)  # no table without a row
            tools.locator("select").select_option("")
            self.assertEqual(rows(page, "backends"), before)

    def test_filters_cards_and_hides_their_headings(self) -> None:
        with opened("h200") as page:
            page.locator("#disputed .tools select").select_option("contradicted")
            cards = page.locator("#disputed .card >> visible=true")
            self.assertGreater(cards.count(), 0)
            self.assertTrue(all("contradicted" in text for text in cards.all_text_contents()))
            page.locator("#disputed .tools input").fill("no such text anywhere")
            self.assertEqual(cards.count(), 0)
            self.assertEqual(page.locator("#disputed h3 >> visible=true").count(), 0)

    def test_grid_shows_the_rows_in_which_targets_differ(self) -> None:
        with opened("offline") as page:
            page.get_by_label("only rows where targets differ").check()
            left = page.eval_on_selector_all("#targets table.grid tbody > tr", """rows => rows.filter(row =>
                row.offsetParent && !row.querySelector('.family')).map(row => [...row.cells].slice(1).map(c => c.textContent))""")
            self.assertGreater(len(left), 50)
            self.assertTrue(all(len(set(cells)) > 1 for cells in left))

    def test_sorts_by_a_column_and_back(self) -> None:
        with opened("h200") as page:
            table = page.locator("#rates table")
            column = lambda: [float(text.split()[0]) for text in table.locator("tbody td:nth-child(2)").all_text_contents()]
            before = column()
            head = table.locator("thead th").nth(1)
            for state, wanted in (("ascending", sorted(before)), ("descending", sorted(before, reverse=True)), (None, before)):
                head.locator("button").press("Enter")
                self.assertEqual(head.get_attribute("aria-sort"), state)
                self.assertEqual(column(), wanted)
        with opened("offline") as page:  # families stay together
            grid = page.locator("#targets table.grid").first
            families = grid.locator("th.family").all_text_contents()
            grid.locator("thead th button").last.click()
            self.assertEqual(grid.locator("th.family").all_text_contents(), families)
            first = grid.locator("tbody").first.locator("tr:not(:has(.family)) td:last-child").all_text_contents()
            self.assertEqual(first, sorted(first, key=lambda text: "✓~✗!?".index(text[0])))

    def test_the_last_target_is_seen_on_a_desktop_and_reached_on_a_phone(self) -> None:
        with opened("offline") as page:
            for width in (DESKTOP, WIDE, PHONE):
                page.set_viewport_size({"width": width, "height": 900})
                for box in page.locator(".scroll:has(table.grid)").all():
                    last = box.locator("thead th").last
                    self.assertEqual(last.inner_text().strip(), "sm_121")
                    if width == PHONE:
                        self.assertEqual(box.get_attribute("tabindex"), "0")
                        box.evaluate("box => { box.scrollLeft = box.scrollWidth; }")
                    inside = last.evaluate("""head => { const box = head.closest('.scroll').getBoundingClientRect();
                        const own = head.getBoundingClientRect(); return own.left >= box.left && own.right <= box.right + 1; }""")
                    self.assertTrue(inside, width)

    def test_works_by_keyboard(self) -> None:
        with opened("h200") as page:
            page.keyboard.press("Tab")
            self.assertEqual(page.evaluate("document.activeElement.className"), "skip")
            self.assertGreaterEqual(page.locator("a.skip").bounding_box()["x"], 0)
            page.keyboard.press("Enter")
            self.assertEqual(page.evaluate("document.activeElement.id"), "main")
            for _ in range(12):  # the focus is always to be seen
                page.keyboard.press("Tab")
                self.assertNotEqual(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"), "none")
            page.locator("#features .tools input").focus()
            page.keyboard.type("wgmma.bf16")
            self.assertTrue(all("wgmma.bf16" in row for row in rows(page, "features")))
            summary = page.locator("#features details summary >> visible=true").first
            was = summary.evaluate("node => node.parentElement.open")
            summary.press("Enter")
            self.assertNotEqual(summary.evaluate("node => node.parentElement.open"), was)

    def test_prints_what_is_open_and_says_what_is_left_out(self) -> None:
        with opened("h200") as page:
            note = page.locator("p.paper")
            self.assertFalse(note.is_visible())
            page.emulate_media(media="print")
            self.assertTrue(note.is_visible())
            evidence = page.locator("#features details").first
            self.assertFalse(evidence.is_visible())
            paper = page.pdf(format="A4", prefer_css_page_size=True)
            boxes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox\s*\[([^\]]*)\]", paper)}
            self.assertEqual({(round(box[2]), round(box[3])) for box in boxes}, {(595, 842)})
            self.assertTrue(10 < len(re.findall(rb"/Type\s*/Page\b", paper)) < 28)
            evidence.evaluate("node => { node.open = true; }")  # what a person opened is printed
            self.assertTrue(evidence.locator(".evidence").is_visible())

    def test_unfolds_everything_without_a_script_and_on_paper_too(self) -> None:
        with opened("h200", java_script_enabled=False) as page:
            folded = page.locator("#features details:not([open]) .evidence").first
            self.assertFalse(folded.is_visible())
            page.get_by_label("Unfold everything").check()
            self.assertTrue(folded.is_visible())
            page.emulate_media(media="print")
            self.assertTrue(folded.is_visible())

    def test_hostile_names_are_shown_as_text(self) -> None:
        with opened("hostile") as page:
            self.assertIn("<script>window.planted=1</script>", page.locator("h1").text_content())
            self.assertGreater(page.locator("body").text_content().count("onerror="), 100)
            page.locator("#backends .tools input").fill("<img")  # they are filtered as text too
            self.assertEqual(page.evaluate("typeof window.planted"), "undefined")


if __name__ == "__main__":
    unittest.main(verbosity=1)
