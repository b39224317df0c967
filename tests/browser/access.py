"""How a page is judged for faults of access: at a desk and on a telephone, as whoever walks it sees it."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
JUDGE = f"axe.run({json.dumps(RULES)}).then(found => ({{violations: found.violations}}))"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDTHS = (1280, 375)
CODE = re.compile(r"\b[EX]\d{8}\b")
"""A place's code, which nobody reads: pages show its name. Where one is to be typed, the hint says it."""
TYPED = {"placement-new"}
SHOTS = os.environ.get("CARELEDGER_SCREENSHOTS")


def walk(page: Page, addresses: Mapping[str, str], says: str = "", **known: object) -> None:
    """Open each address, its braces filled with what is known, and find no fault. A page that leads on is none."""
    for name, address in addresses.items():
        there = address.format(**known)
        answer = page.goto(there)
        assert answer is not None
        assert answer.ok, f"{name}: {there} is answered with {answer.status}"
        assert urlsplit(page.url).path == urlsplit(there).path, f"{name}: {there} leads on to {page.url}"
        assert page.locator("h1").count() == 1, f"{name} has not one heading"
        text = page.locator("main").inner_text()
        assert says in text, f"{name} does not say {says}"
        assert name in TYPED or not CODE.search(text), f"{name} shows the code of a place"
        without_fault(page, name)


def without_fault(page: Page, name: str) -> None:
    """No violation of WCAG 2.2 AA that axe finds, at a desk and on a telephone, and nothing that scrolls sideways."""
    page.evaluate(AXE_SCRIPT)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found = AxeResults(page.evaluate(JUDGE))
        assert found.violations_count == 0, f"{name} at {width}: {found.generate_report()}"
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        wide = page.evaluate(WIDE)
        assert wide <= 0, f"{name} at {width} is {wide} px too wide"
