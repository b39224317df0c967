"""Where a reader may go from every page: the sections that their roles open. Pure."""

from typing import Final

from services.governance.parts import KNOWING, READING
from services.governance.proof.erasures_api import REQUESTING
from shared.security import Principal

OPERATING: Final = ("auditor", "director", "ops", "panel-chair", "safeguarding", "steward", "team-manager")
"""Whoever one of the parts of operations is for."""
SECTIONS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("Dashboards", "/dashboards", READING),
    ("My work", "/work", KNOWING),
    ("Meetings", "/meetings", KNOWING),
    ("Decisions", "/decisions", KNOWING),
    ("Monitoring", "/monitoring", KNOWING),
    ("Measures and themes", "/measures", READING),
    ("Policy", "/policy", READING),
    ("Operations", "/operations", OPERATING),
    ("My service", "/my", ("provider",)),
)
"""Words, address, roles; a section stands here once its pages do."""
WITHIN: Final = {
    "/dashboards": ("/providers", "/owners"),
    "/work": ("/tasks",),
    "/decisions": ("/challenges",),
    "/monitoring": (
        "/contracts", "/visits", "/assessments", "/plans", "/placements", "/practice", "/practices", "/market",
        "/records", "/temporary-duties",
    ),
}  # fmt: skip
"""Pages that belong to a section without standing below its address."""
WORK: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("Everything owed about it", "/work?provider={}", KNOWING),
    ("Contracts", "/contracts?provider={}", KNOWING),
    ("Visits", "/visits?provider={}", KNOWING),
    ("Assessments", "/assessments?provider={}", KNOWING),
    ("Improvement plans", "/plans?provider={}", KNOWING),
    ("Placements out of area", "/placements?provider={}", KNOWING),
    ("Good practice", "/practice?provider={}", KNOWING),
    ("Engagement and business", "/records?provider={}", KNOWING),
    ("Meetings about it", "/meetings?show=all&provider={}", KNOWING),
    ("Place a legal hold", "/providers/{}/holds/new", REQUESTING),
    ("Ask that words be erased", "/providers/{}/erasures/new", REQUESTING),
)
"""What is done about one service: words, address with its id, roles; on the service's page."""


def sections(principal: Principal, here: str) -> list[tuple[str, str, bool]]:
    """What this reader sees: words, address, whether they are in it."""
    return [
        (title, href, any(here == root or here.startswith(f"{root}/") for root in (href, *WITHIN.get(href, ()))))
        for title, href, roles in SECTIONS
        if principal.has(*roles)
    ]


def about(principal: Principal, provider_id: str) -> list[tuple[str, str]]:
    """Where this reader finds the work about one service: words, address."""
    return [(text, href.format(provider_id)) for text, href, roles in WORK if principal.has(*roles)]


def front(principal: Principal) -> str:
    """Where this reader begins: their first section; without any, the dashboards say whom they are for."""
    return next((href for _, href, roles in SECTIONS if principal.has(*roles)), "/dashboards")
