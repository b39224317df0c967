"""An alert goes no further than the fact that it answers to (SAL-20)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.risk import publish
from services.risk.publish import Cause, Order
from shared import events, identifiers
from shared.events import Data, alerts, assessments, dumped
from tests.support.ledger import Ledger

NOW = datetime(2026, 5, 1, 13, 5, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


def said(model: type[Data], data: dict[str, Any], **marks: Any) -> events.Event:
    """What risk says because of one whistleblower's disclosure that is marked."""
    ledger = Ledger()
    fact = ledger.fact("contact.recorded", "prv-1", {}, **marks)
    made = publish.say(
        Order(), model, data, version=1, id_=identifiers.derived_id("test"), subject="prv-1", prevhash="", time=NOW,
        cause=Cause.of(fact.event), now=NOW,
    )  # fmt: skip
    return events.decode(made.record[1])


ALERT = dumped(alerts.AlertRaised(alert="A3", cause="c", name="Synthetic Home", summary="Something"))


def test_an_alert_carries_the_markings_and_the_classification_of_its_cause() -> None:
    marks = {"audiences": "council icb", "nottoprovider": True, "embargountil": LATER}

    event = said(alerts.AlertRaised, ALERT, classification="restricted-safeguarding", **marks)

    assert {name: getattr(event, name) for name in marks} == marks
    assert event.classification == "restricted-safeguarding"


def test_of_an_unmarked_cause_it_carries_none() -> None:
    event = said(alerts.AlertRaised, ALERT, classification="official")

    assert (event.audiences, event.nottoprovider, event.embargountil) == (None, None, None)
    assert event.classification == "official-sensitive"


@pytest.mark.parametrize("model", [assessments.DayJudged])
def test_what_is_no_alert_is_not_marked(model: type[Data]) -> None:
    event = said(model, dumped(assessments.DayJudged(date=NOW.date(), ledger_offset=1)), audiences="council")

    assert event.audiences is None
