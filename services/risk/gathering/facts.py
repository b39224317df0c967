"""The facts of one provider at C, as `shared/policies/catalogue.py` documents them: only those that are known.

A count is known when something is counted, or when its source was heard inside the window (rulings 4): silence is not
zero. Ages are whole London days; what is later than C has age 0. Only what the policy speaks of need be worked out.
"""

from datetime import date

from services.risk import expected
from services.risk.gathering import (
    facts_of_agreement,
    facts_of_concern,
    facts_of_harm,
    facts_of_management,
    facts_of_market,
    facts_of_review,
    facts_of_voice,
    regulator,
)
from services.risk.known import Known, Scalar
from services.risk.remembered.partition import PartitionState
from services.risk.remembered.state import ProviderState
from services.risk.view import View, view
from shared.policy import Pack

COUNTED = (
    (facts_of_concern.put, ("concerns.", "safeguarding.", "themes.")),
    (facts_of_harm.put, ("incidents.", "reporting.", "deaths.", "whistleblowing.")),
    (facts_of_voice.put, ("complaints.", "compliments.", "feedback.")),
    (facts_of_market.put, ("market.", "demand.", "dols.", "reablement.", "manager.", "ownership.")),
    (facts_of_review.put, ("cqc.alerts", "regulatory.", "medicines.", "ipc.", "pamms.", "assessment.", "partners.")),
    (facts_of_management.put, ("returns.", "figures.", "occupancy.", "visits.", "self_assessment.", "engagement.")),
)
"""What needs a closed day, and how the names of what it puts begin."""


def facts(
    state: ProviderState,
    partition: PartitionState,
    pack: Pack,
    c: date | None,
    baseline: expected.Baseline | None = None,
) -> dict[str, Scalar]:
    """The known facts by name. What is absent is unknown."""
    return gather(view(state, partition, pack, c, baseline)).values


def gather(seen: View, wanted: frozenset[str] | None = None) -> Known:
    """The known facts, with the events behind them. `wanted`: the facts that the policy reads; None: all."""
    known = Known(wanted)
    facts_of_management.service(seen, known)
    regulator.put(seen, known)
    if seen.due.today is not None:
        for put, prefixes in COUNTED:
            if any(known.wants(prefix) for prefix in prefixes):
                put(seen, known)
    facts_of_management.contact(seen, known)
    facts_of_agreement.put(seen, known)
    return known
