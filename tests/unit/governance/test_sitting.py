"""A decision that names its meeting: the body's own, not cancelled, and an item that is about this provider."""

from typing import Any

import pytest

from services.governance import sitting
from services.governance.asking import Unfit
from services.governance.domain.meeting import Meeting
from services.governance.order import Order
from shared.events import meetings
from tests.unit.governance.test_meeting import ABOUT, TEXT, after, held, item
from tests.unit.governance.test_meeting import attended as there

HOME = "prv-0000000synthetic1"
FIXED = after(item("i1", provider_id=HOME), item("i2", kind="theme"), item("i3", provider_id="prv-other"))
CANCELLED = after(meetings.MeetingCancelled(**ABOUT, reason=TEXT), state=FIXED)
HELD = after(there(), held(), state=FIXED)


def refusal(state: Meeting | None, body: str = "PQM", **said: Any) -> str | None:
    try:
        sitting.demand(Order.model_validate({"body": body} | said), state, body, HOME)
    except Unfit as unfit:
        return unfit.path
    return None


@pytest.mark.parametrize("state", [FIXED, HELD])
@pytest.mark.parametrize("said", [{}, {"item": "i1"}, {"item": "i2"}])
def test_before_and_after_it_was_held_a_decision_may_name_it(state: Meeting, said: dict[str, str]) -> None:
    assert refusal(state, meeting_id="m1", **said) is None


def test_whoever_names_no_meeting_is_asked_for_none() -> None:
    assert refusal(None) is None
    assert refusal(None, item="i1") == "/item"


@pytest.mark.parametrize(
    ("state", "said", "path"),
    [
        (None, {}, "/meeting_id"),
        (CANCELLED, {}, "/meeting_id"),
        (FIXED, {"body": "GQAB"}, "/meeting_id"),
        (FIXED, {"item": "i9"}, "/item"),
        (FIXED, {"item": "i3"}, "/item"),
    ],
)
def test_what_does_not_fit_is_refused_where_it_does_not(state: Meeting | None, said: dict[str, str], path: str) -> None:
    assert refusal(state, meeting_id="m1", **said) == path
