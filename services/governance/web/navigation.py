"""Where a reader may go from every page: the sections that their roles open. Pure."""

from typing import Final

from services.governance.parts import KNOWING, READING
from shared.security import Principal

SECTIONS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("Dashboards", "/dashboards", READING),
    ("Meetings", "/meetings", KNOWING),
    ("Decisions", "/decisions", KNOWING),
    ("Improvement plans", "/plans", KNOWING),
    ("Policy", "/policy", READING),
)
"""Words, address, roles; a section stands here once its pages do."""


def sections(principal: Principal, here: str) -> list[tuple[str, str, bool]]:
    """What this reader sees: words, address, whether they are in it."""
    return [
        (title, href, here == href or here.startswith(f"{href}/"))
        for title, href, roles in SECTIONS
        if principal.has(*roles)
    ]
