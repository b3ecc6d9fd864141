#!/usr/bin/env python3
"""Takes the pictures of the documents: renders a report with the built program and photographs the page.

    tests/report/screenshot.py build/default/cli/blackwell-probe      docs/images/report.png and report-dark.png anew
    tests/report/screenshot.py PROGRAM report.json -o picture.png [--width 1280] [--height 1000] [--dark]

Needs chromium (or chrome; --browser names another). The page is the one that users get: no font, size
or colour is set here.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
NARROWEST_WINDOW = 500  # headless chromium makes no window narrower than this


def page_for(html, width, folder):
    """The page itself, or for a width below the narrowest window a page that frames it."""
    if width >= NARROWEST_WINDOW:
        return html
    frame = folder / "frame.html"
    frame.write_text('<body style="margin:0"><iframe src="report.html" '
                     f'style="border:0;width:{width}px;height:100vh"></iframe>', encoding="utf-8")
    return frame


def take(arguments, html, picture, dark):
    """One picture of the page."""
    command = [arguments.browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
               f"--user-data-dir={html.parent / 'profile'}",
               f"--window-size={max(arguments.width, NARROWEST_WINDOW)},{arguments.height}",
               f"--screenshot={html.parent / 'picture.png'}"]
    if dark:
        command += ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"]
    done = subprocess.run([*command, page_for(html, arguments.width, html.parent).as_uri()],
                          capture_output=True, text=True, timeout=120, check=False)
    if not (html.parent / "picture.png").is_file():
        sys.exit(f"{arguments.browser} took no picture:\n{done.stderr}")
    picture.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(html.parent / "picture.png", picture)
    print(f"{picture}: {picture.stat().st_size} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="the built blackwell-probe")
    parser.add_argument("report", nargs="?", default=ROOT / "tests/fixtures/h200.json", help="report.json")
    parser.add_argument("-o", "--output", type=pathlib.Path, help="one picture instead of those of the documents")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=1000)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--browser", default=next(filter(None, map(shutil.which, BROWSERS)), None))
    arguments = parser.parse_args()
    if arguments.browser is None:
        sys.exit("No browser was found: install chromium, or name one with --browser.")
    images = ROOT / "docs/images"
    pictures = {images / "report.png": False, images / "report-dark.png": True}
    if arguments.output:
        pictures = {arguments.output: arguments.dark}
    with tempfile.TemporaryDirectory() as name:
        html = pathlib.Path(name) / "report.html"
        subprocess.run([arguments.program, "render", arguments.report, "-o", html], check=True)
        for picture, dark in pictures.items():
            take(arguments, html, picture, dark)


main()
