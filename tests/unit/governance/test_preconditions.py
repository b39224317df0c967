"""What must have come before a contract ends: considered, and not set aside since (HER-M3.h, CAL-26)."""

from typing import Any

import pytest

from services.governance import preconditions
from shared import policy
from shared.events import processes
from tests.unit.governance.given import Given, after, propose

PACK = policy.load("calderdale-2023")
END: Any = processes.TerminationDecided(type="termination.decided", transition_plan=True)
TERMINATE = processes.TerminationConsidered(outcome="terminate")
NOT_NOW = processes.TerminationConsidered(outcome="not_now")
HELD = processes.ContractReviewHeld(provider_seniors=True)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([], set()),
        ([NOT_NOW], set()),
        ([TERMINATE], {"termination_considered"}),
        ([TERMINATE, NOT_NOW], set()),  # what was considered last counts
        ([NOT_NOW, HELD, TERMINATE], {"termination_considered", "contract_review_held"}),
    ],
)
def test_what_is_on_record_before_a_contract_ends(said: list[Any], found: set[str]) -> None:
    case = Given(*(propose(one, f"d{n}", after(n)) for n, one in enumerate(said))).case
    store: Any = None  # of an ending the case alone is asked

    assert preconditions.on_record(store, case, END, PACK, after(60)) == found
