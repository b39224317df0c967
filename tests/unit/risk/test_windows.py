"""Every fact that counts the last so many days counts them exactly: the last day that is in, the first that is out."""

import re
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from shared.policies.catalogue import FACTS as CATALOGUE
from tests.unit.risk.everything import DAY, FACTS
from tests.unit.risk.happening import Told, concern, known
from tests.unit.risk.homes import home

NO_WINDOW = {"manager.absent_over_28"}
WINDOWED = sorted(
    fact.name for fact in CATALOGUE if re.search(r"_\d+$", fact.name) and fact.name not in NO_WINDOW
)  # fmt: skip
SIGNED = {"plan_id": "P-1", "signed_on": DAY, "signed_by_role": "manager"}
MORE: tuple[Told, ...] = (
    ("death.recorded", {"death_id": "D-2", "expected": "unexpected"}),
    ("incident.reported", {"incident_id": "I-9", "kind": "fall", "severity": "S4"}),
    ("engagement.recorded", {"engagement_id": "E-9", "forum_attended": False}),
    ("referral_demand.reported", {
        "period": "2026-02", "offers": 10, "refusals": 2, "handbacks": 1, "barriers": ["staffing"],
    }),
    ("contract.changed", {"contract_id": "X-1", "breached": ["staffing"]}),
    *(concern(number, "S4", people="2-5") for number in range(3)),
    *(concern(10 + number, "S1", themes=["q.dignity"]) for number in range(3)),
    ("concern.outcome_recorded", {"concern_id": "QC-1", "outcome": "upheld"}),
    ("plan.agreed", {"plan_id": "P-1", "agreed_on": DAY, "due": "2026-06-01"}),
    ("plan.signed_off", SIGNED | {"by": "provider"}),
    ("plan.signed_off", SIGNED | {"by": "council"}),
    *(
        ("safeguarding_concern.received", {
            "sg_ref": f"SG-1{number}", "abuse_types": ["abuse.organisational"], "source_of_risk": "service_provider",
            "s42_decision": "yes",
        }) for number in range(2)
    ),
)  # fmt: skip
VISIT = ("visit.completed", {"visit_id": "V-1", "purpose": "focused", "themes": ["q.medicines"]})
URGENT = ("visit.completed", {"visit_id": "V-2", "purpose": "focused", "immediate_risk": True})


@cache
def on(day: date, name: str) -> dict[str, Any]:
    """What is known at that day's close of a home to which all of it happened on one day."""
    story = home().on(DAY)
    for kind, data in (*FACTS, *MORE, URGENT if name == "visits.immediate_risk_90" else VISIT):
        story.record(kind, data, writer="governance" if kind.startswith("plan.") else "intake")
    if name.startswith("contract.serious"):
        story.decided("termination.considered", outcome="not_now")
    return known(story, day.isoformat())


@pytest.mark.parametrize("name", WINDOWED)
def test_it_counts_its_last_day_and_no_longer(name: str) -> None:
    # The day after `DAY` is 1 day later; what a day's close knows holds for the day after it.
    last = date.fromisoformat(DAY) + timedelta(int(name.rpartition("_")[2]) - 1)
    of = "" if not name.startswith(("visits.immediate", "contract.serious")) else name

    assert on(last, of)[name]
    assert not on(last + timedelta(1), of).get(name)
