"""What may be done with a placement as it stands, and what each step's form offers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from services.governance.domain.placement import FIRST_CHECK, Placement
from services.governance.monitoring import placement_orders
from services.governance.web import steps, words
from services.governance.web.form import Form
from services.governance.web.records import choices
from services.governance.web.steps import Step

TITLES: Final = {
    "six_week": "Record the check of the first six weeks",
    "review": "Record a review at the service",
    "desktop": "Record a review at a desk",
    "host_told": "Record what the host authority was told",
    "ended": "End the placement",
}
STEPS: Final[Mapping[str, Step]] = {
    name: replace(one, title=TITLES[name]) for name, one in steps.of(placement_orders.AnyStep).items()
}
LABELS: Final = {
    "checked_on": "Day of the check", "result": "What it found", "next_due": "To be looked at again by",
    "findings": "Findings", "themes": "Themes", "told_on": "Told on", "detail": "What it was told",
    "ended_on": "Ended on", "because": "Why",
}  # fmt: skip
RESULTS: Final = (
    ("satisfactory", "Satisfactory"), ("concerns", "There are concerns"), ("unsatisfactory", "Unsatisfactory"),
)  # fmt: skip
_NEW: Final = Form(
    placement_orders.NewPlacement,
    only=("placing_authority", "host_authority", "started_on", "count", "pre_placement.checked_on",
          "pre_placement.result", "pre_placement.findings"),
    choices={"pre_placement.result": RESULTS},
    labels={
        "placing_authority": "Who places", "host_authority": "Whose area the service lies in",
        "started_on": "Started on", "count": "How many people",
        "pre_placement.checked_on": "Check before it: day", "pre_placement.result": "Check before it: what it found",
        "pre_placement.findings": "Check before it: findings",
    },
    hints={
        "host_authority": choices.AUTHORITY,
        "pre_placement.checked_on": "Nobody of ours is placed before the service was checked.",
        "pre_placement.findings": "No names of people.",
    },
)  # fmt: skip


def new(place: str) -> Form:
    """A new placement's form, of a service on the register of `place`."""
    labels = dict(_NEW.labels) | {"placing_authority": "Who places (the code of the council’s area)"}
    hints = dict(_NEW.hints) | {"placing_authority": f"We are {words.place(place)}: {place}."}
    return replace(_NEW, labels=labels, hints=hints)


def fitting(made: Placement) -> Sequence[Step]:
    """The steps that are possible now."""
    if made.ended is not None:
        return ()
    checked = any(one.kind == FIRST_CHECK for one in made.looks)
    return [one for name, one in STEPS.items() if not (name == FIRST_CHECK and checked)]


def form(name: str) -> Form:
    """One step's form."""
    hints = {"findings": "No names of people.", "detail": "No names of people.", "next_due": "By need (CAL-33)."}
    offered = {"result": RESULTS}
    return Form(STEPS[name].model, given={"type": name}, labels=LABELS, hints=hints, choices=offered)
