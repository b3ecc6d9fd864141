#!/usr/bin/env python3
"""The page's policy allows its own style sheet and script, by their hashes, and nothing else.

    page_hashes_test.py PAGE...

Where one was changed, this says which line of report/formats/html_style.h or html_script.h must follow.
"""

import base64
import hashlib
import html
import pathlib
import re
import sys


def problems(page: str) -> list[str]:
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    allowed = {}
    for directive in html.unescape(policy).split(";"):
        name, *values = directive.split()
        allowed[name] = values
    wanted = {"default-src": ["'none'"], "base-uri": ["'none'"], "form-action": ["'none'"]}
    for element, name in (("style", "style-src"), ("script", "script-src")):
        (text,) = re.findall(f"<{element}>(.*?)</{element}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        wanted[name] = [f"'sha256-{digest}'"]
    return [f"{name} is {allowed.get(name)}, not {value}: page_{name.split('-')[0]}_hash must be {value[0]}"
            for name, value in wanted.items() if allowed.get(name) != value] + [
        f"{name} is allowed too" for name in allowed.keys() - wanted.keys()]


def main() -> int:
    found = 0
    for name in sys.argv[1:]:
        for problem in problems(pathlib.Path(name).read_text(encoding="utf-8")):
            print(f"{name}: {problem}", file=sys.stderr)
            found += 1
    return min(found, 1)


if __name__ == "__main__":
    sys.exit(main())
