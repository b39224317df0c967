"""What officers record of a provider's business and engagement, and the steps of a temporary duty: forms. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, get_args

from services.governance.domain.temporary_duty import TemporaryDuty, document
from services.governance.monitoring import duty_orders, record_orders
from services.governance.web import steps, words
from services.governance.web.form import Choices, Form, said
from services.governance.web.records import choices
from services.governance.web.steps import Step
from shared.events import vocabulary

RECORDS: Final[Mapping[str, Step]] = {
    name: replace(one, title=title)
    for (name, one), title in zip(
        steps.of(record_orders.AnyRecord).items(),
        ("Engagement", "Sign of business risk", "Business failure", "Continuity plan"),
        strict=True,
    )
}
NEW: Final = Form(
    duty_orders.NewDuty,
    labels={"because": "Why the provider cannot carry on", "failure_id": "The failure that it rests on",
            "since": "Since", "detail": "What is known"},
    hints={"failure_id": "Wanted for a business failure: record the failure first. Leave blank otherwise.",
           "detail": "No names of people."},
)  # fmt: skip
TITLES: Final = {
    "counted": "Count who is affected", "settled": "Settle an item of the checklist", "closed": "Close it",
}  # fmt: skip
STEPS: Final[Mapping[str, Step]] = {
    name: replace(one, title=TITLES[name]) for name, one in steps.of(duty_orders.AnyStep).items()
}
LABELS: Final = {
    "own": "People whom we pay for", "self_funded": "People who pay for themselves",
    "nhs": "People whom the NHS pays for",
    "others": "People whom other authorities placed", "others.authority": "The authority’s code",
    "others.people": "How many people", "arranged": "For how many it is settled how their care goes on",
    "item": "Item", "outcome": "How it ended", "note": "Note", "closed_on": "Closed on", "reason": "Why",
}  # fmt: skip
RECORDED: Final = {
    "on": "On which day", "willing": "Is it willing to work with us?", "forum_attended": "Did it come to the forum?",
    "response_days": "How many days it took to answer", "relationship": "Relationship",
    "personnel_changes": "Did the people we deal with change?", "notes": "Notes", "signal": "Which sign",
    "confidence": "How sure it is", "source": "Who says so", "detail": "What is known", "code": "What happened",
    "people_affected_band": "How many people are affected", "held": "Is there a continuity plan?",
    "dated_on": "The plan’s date", "tested_on": "Tried out on", "test_result": "What the test showed",
    "covers": "What it covers", "review_due": "To be looked at again by",
}  # fmt: skip


def record(name: str) -> Form:
    """The form of one record."""
    offered: dict[str, Choices] = {"signal": choices.signs(get_args(vocabulary.MarketSign))}
    hints = {
        "notes": "No names of people.",
        "detail": "No names of people.",
        "test_result": "Only if it was tried out.",
    }
    return Form(RECORDS[name].model, given={"type": name}, labels=RECORDED, choices=offered, hints=hints)


def new(failures: Sequence[Mapping[str, Any]]) -> Form:
    """A new temporary duty's form, with the failures that are on the record."""
    known = [(one["failure_id"], f"{words.plain(one['code'])}, {words.day(one['on'])}") for one in failures]
    return replace(NEW, choices={"failure_id": [("", "None: another interruption"), *known]})


def form(name: str, duty: TemporaryDuty) -> Form:
    """One step's form: the items that are still to be done."""
    left = [one["item"] for one in document(duty)["checklist"] if one["outcome"] is None]
    hints = {"note": "Wanted where it is not needed: say why.", "reason": "Wanted unless everybody’s needs are met."}
    return Form(STEPS[name].model, given={"type": name}, labels=LABELS, choices={"item": said(left)}, hints=hints)


def fitting(duty: TemporaryDuty) -> Sequence[Step]:
    """The steps that are possible now."""
    return () if duty.closed is not None else list(STEPS.values())
