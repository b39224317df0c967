"""What hands do: days typed into their three fields, a form sent, and the keyboard where there is no mouse."""

from datetime import date

import pytest
from playwright.sync_api import Page

FOCUSED = "(e => (e.labels && e.labels.length ? e.labels[0] : e).textContent.trim())(document.activeElement)"
MOST = 90
"""So many Tabs, and nobody would go on."""


def fill_day(page: Page, group: str, day: date, time: str = "") -> None:
    """A day, and a time of it where one is asked for."""
    fields = page.get_by_role("group", name=group).first
    for name, said in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        fields.get_by_label(name).fill(str(said))
    if time:
        fields.get_by_label("Time").fill(time)


def send(page: Page, words: str = "Record") -> None:
    """Press the button of a form."""
    page.get_by_role("button", name=words, exact=True).last.click()


def give_day(page: Page, day: date) -> None:
    """A day, by the keyboard alone."""
    for name in ("Day", "Month", "Year"):
        tab_to(page, name)
        page.keyboard.type(str(getattr(day, name.lower())))


def go(page: Page, words: str) -> None:
    """To a link or button of these words, and through it, by the keyboard alone."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tab_to(page: Page, words: str) -> None:
    """To what is called so, as somebody comes to it who has no mouse."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == words:
            return
    pytest.fail(f"no Tab leads to {words!r}")
