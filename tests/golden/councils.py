"""What the golden scenarios of several councils are given."""

from typing import Any

from tests.golden.story import Story

QUESTIONS = dict.fromkeys(("safe", "effective", "caring", "responsive", "well_led"), "good")


def home(pack: str, start: str = "2026-01-01", **changes: Any) -> Story:
    """A home under a policy, every source of its place alive."""
    return Story(start, pack).adopted().registered(**changes).hear_everything()


def scale(story: Story, name: str) -> tuple[str | None, str | None]:
    """The range on one scale."""
    found = story.assessed.scales[name]
    return found.min, found.max
