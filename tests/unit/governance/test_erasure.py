"""Two people, one hold, one receipt: what fits when."""

from typing import Any
from uuid import UUID

import pytest

from services.governance.domain import erasure, legal_hold
from services.governance.domain.authority import Asker
from services.governance.proof import sealed_texts
from shared import events, policy
from shared.events import Sealed, erasures

SEALED = Sealed(kid="k", nonce="n", ciphertext="c")
ASKED = erasures.ErasureRequested(erasure_id="e", actor="one", because="request", events=("a",))
APPROVED = erasures.ErasureApproved(erasure_id="e", actor="two")
REFUSED = erasures.ErasureRefused(erasure_id="e", actor="two", because="person")
HELD = erasures.ErasureRefused(erasure_id="e", because="legal_hold")
DONE = erasures.ErasureCarriedOut(erasure_id="e", keys=2, digest="d")


POWERS: Any = policy.load("herefordshire-2018").authority


@pytest.mark.parametrize(
    ("authority", "organisation", "role", "rule", "allowed"),
    [
        (POWERS, "council", "director", "HER-R19", True),
        (POWERS, "council", "safeguarding", "HER-R19", False),
        (POWERS, "icb", "director", "HER-R19", False),
        (None, "council", "director", "shredding", True),
        (None, "council", "team-manager", "shredding", False),
    ],
)
def test_whose_power_it_is_says_the_policy(
    authority: Any, organisation: str, role: str, rule: str, allowed: bool
) -> None:
    verdict = erasure.power(authority, Asker(organisation, frozenset({role})))

    assert (verdict.rule, verdict.allowed, verdict.role) == (rule, allowed, role if allowed else "")
    assert allowed or "the director" in verdict.why


def after(*steps: erasures.Erasure) -> erasure.Erasure:
    state = None
    for step in steps:
        assert state is None or erasure.unfit(state, step) is None
        state = erasure.take(state, step)
    assert state is not None
    return state


def test_asked_agreed_and_carried_out_with_its_receipt() -> None:
    state = after(ASKED, APPROVED, DONE)

    assert erasure.document(state)["status"] == "carried_out"
    assert (erasure.document(state)["keys"], erasure.document(state)["digest"]) == (2, "d")
    assert not erasure.KIND.is_open(state)


def test_whoever_asks_does_not_agree() -> None:
    same = APPROVED.model_copy(update={"actor": "one"})

    assert "another person" in str(erasure.unfit(after(ASKED), same))


@pytest.mark.parametrize(
    ("before", "step"),
    [
        ((ASKED,), DONE),
        ((ASKED,), HELD),
        ((ASKED, APPROVED), APPROVED),
        ((ASKED, APPROVED), REFUSED),
        ((ASKED, REFUSED), APPROVED),
        ((ASKED, APPROVED, DONE), DONE),
        ((ASKED, APPROVED, HELD), DONE),
    ],
)
def test_what_does_not_fit(before: tuple[erasures.Erasure, ...], step: erasures.Erasure) -> None:
    assert erasure.unfit(after(*before), step) is not None


def test_a_hold_that_came_late_ends_what_was_agreed() -> None:
    assert after(ASKED, APPROVED, HELD).refused_because == "legal_hold"


class TestHolds:
    def hold(self, *named: str, lifted: bool = False) -> dict[str, Any]:
        placed = erasures.LegalHoldPlaced(hold_id="h", because="inquest", events=named, reason=SEALED)
        state = legal_hold.take(None, placed)
        if lifted:
            assert legal_hold.unfit(state, self.lifted()) is None
            state = legal_hold.take(state, self.lifted())
            assert legal_hold.unfit(state, self.lifted()) is not None
        return legal_hold.document(state)

    def lifted(self) -> erasures.LegalHoldLifted:
        return erasures.LegalHoldLifted(hold_id="h", reason=SEALED)

    def test_of_the_whole_provider_it_forbids_everything(self) -> None:
        assert legal_hold.forbids([self.hold()], ["a"]) == "h"

    def test_of_some_events_it_forbids_these(self) -> None:
        assert legal_hold.forbids([self.hold("a", "b")], ["b", "c"]) == "h"
        assert legal_hold.forbids([self.hold("a", "b")], ["c"]) is None

    def test_lifted_it_forbids_nothing(self) -> None:
        assert legal_hold.forbids([self.hold(lifted=True)], ["a"]) is None


class TestTexts:
    ID = UUID(int=7)

    def event(self, **data: Any) -> events.Event:
        said = {
            "id": self.ID, "type": "careledger.quality_concern.raised.v1", "source": "/x", "subject": "prv-1",
            "time": "2026-03-02T09:30:00Z", "dataschema": "/x", "place": "E06000019", "writer": "intake",
            "recordedtime": "2026-03-02T09:30:00Z", "sequence": 1, "prevsequence": 0, "data": data,
        }  # fmt: skip
        return events.Event.model_validate(said)

    def text(self, number: int) -> dict[str, str]:
        return {"kid": str(UUID(int=number)), "nonce": "n", "ciphertext": "c"}

    def test_every_key_is_found_however_deep(self) -> None:
        event = self.event(description=self.text(1), reporter=self.text(2), deep=[{"note": self.text(3)}], n=4)

        assert sealed_texts.kids(event) == {UUID(int=1), UUID(int=2), UUID(int=3)}

    def test_who_somebody_is_goes_alone(self) -> None:
        event = self.event(description=self.text(1), reporter=self.text(2))

        assert sealed_texts.kids(event, identity=True) == {UUID(int=2)}
        assert sealed_texts.subjects(self.ID, identity=True) == (f"identity:{self.ID}",)
