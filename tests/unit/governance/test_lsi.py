"""An organisational safeguarding process: recommended, begun, gone through, ended; what it tells (LGA-4, LGA-13)."""

from typing import Any

import pytest

from services.governance import orders
from services.governance.asking import Unfit
from services.governance.domain import alerts, authority, lsi, standing
from services.governance.domain.authority import Asker, Question
from services.governance.domain.standing import Standing
from shared import identifiers, policy
from shared.events import decisions, processes
from shared.events.alerts import AlertCleared, AlertRaised
from shared.events.assessments import Indicated
from tests.unit.governance.given import MORNING, PROVIDER

LGA = policy.load("herefordshire-lga-2017")
ID = identifiers.derived_id("test", "lsi")
NEW = f"lsi-{ID.hex[:16]}"
BEFORE: dict[str, Any] = {"body": "MAQAP", "rationale": "So."}
PLACED = alerts.Facts(PROVIDER, "Rowan House (synthetic)", "council", ("E06000051",))


def decided(stands: Standing, /, **said: Any) -> Any:
    return orders.decision(orders.ORDER.validate_python(BEFORE | said), ID, "level", stands, Indicated(unknown=True))


def effect(decision: Any, actor: str = "chair") -> decisions.DecisionTookEffect:
    return decisions.DecisionTookEffect(
        decision_id="d1", decision=decision, body="MAQAP", organisation="council", role="panel-chair", actor=actor
    )


def after(*steps: Any) -> Standing:
    stands = Standing()
    for step in steps:
        assert standing.unfit(stands, step) is None
        stands = standing.take(stands, effect(step), MORNING)
    return stands


RECOMMENDED = processes.LsiRecommended(lsi_id="lsi-1", grounds=("organisational_abuse",))
AUTHORISED = processes.LsiAuthorised(lsi_id="lsi-1", lead_role="safeguarding", police_liaison=True)
CHECKED = processes.LsiStepRecorded(lsi_id="lsi-1", step="safety_checks")
CLOSED = processes.LsiClosed(lsi_id="lsi-1", learning_shared=True, sar_considered=True)


def test_it_goes_from_a_recommendation_to_its_end():
    stands = after(RECOMMENDED, AUTHORISED, CHECKED)
    open_ = stands.open_lsis[0]

    assert (open_.status, open_.lead_role, open_.police_liaison, open_.steps) == (
        "authorised", "safeguarding", True, ("safety_checks",),
    )  # fmt: skip
    assert open_.recommended_by == "chair"
    assert after(RECOMMENDED, AUTHORISED, CLOSED).open_lsis == ()


@pytest.mark.parametrize(
    ("before", "step", "why"),
    [
        ((RECOMMENDED,), RECOMMENDED, "is recommended already"),
        ((RECOMMENDED, AUTHORISED), AUTHORISED, "is authorised already"),
        ((), processes.LsiDeclined(lsi_id="lsi-1"), "is recommended and not yet begun"),
        ((RECOMMENDED, AUTHORISED), processes.LsiDeclined(lsi_id="lsi-1"), "is recommended and not yet begun"),
        ((RECOMMENDED,), CHECKED, "no process lsi-1 is under way"),
        ((RECOMMENDED, AUTHORISED, CLOSED), CHECKED, "no process lsi-1 is under way"),
        ((RECOMMENDED,), CLOSED, "no process lsi-1 is under way"),
    ],
)
def test_a_step_that_does_not_follow_is_refused(before: tuple[Any, ...], step: Any, why: str):
    assert why in str(lsi.unfit(after(*before).lsis, step))


def test_an_order_means_the_open_process_or_begins_a_new_one():
    assert decided(Standing(), type="lsi.recommended", grounds=["other"]).lsi_id == NEW
    assert decided(Standing(), type="lsi.authorised", lead_role="safeguarding").lsi_id == NEW
    assert decided(after(RECOMMENDED), type="lsi.authorised", lead_role="safeguarding").lsi_id == "lsi-1"
    assert decided(after(RECOMMENDED, AUTHORISED), type="lsi.step_recorded", step="enquiries").lsi_id == "lsi-1"
    with pytest.raises(Unfit, match="0 are in place"):
        decided(Standing(), type="lsi.closed", learning_shared=True, sar_considered=False)


def test_a_flag_reaches_the_director_past_the_chair_and_is_cleared_by_the_answer():
    raised = list(alerts.took_effect(PLACED, effect(RECOMMENDED), MORNING, Standing(), LGA.alerts))
    begun = list(alerts.took_effect(PLACED, effect(AUTHORISED), MORNING, after(RECOMMENDED), LGA.alerts))
    declined = processes.LsiDeclined(lsi_id="lsi-1")
    not_begun = list(alerts.took_effect(PLACED, effect(declined), MORNING, after(RECOMMENDED), LGA.alerts))

    assert [(one.alert, one.to_role, one.cause) for one in raised] == [("A3", "director", "lsi-1")]
    assert [(type(one), one.alert) for one in begun] == [
        (AlertCleared, "A3"), (AlertRaised, "A4"), (AlertRaised, "A5"), (AlertRaised, "A6"),
    ]  # fmt: skip
    assert [(type(one), one.alert) for one in not_begun] == [(AlertCleared, "A3")]


def test_only_the_leadership_team_authorises_and_only_what_was_recommended():
    def verdict(asker: Asker, body: str, *on_record: Any) -> authority.Verdict:
        asked = Question(AUTHORISED, body, "3", "council", None, frozenset(on_record))
        return authority.judge(LGA.authority, LGA.bodies, asker, asked)

    director, chair = Asker("council", frozenset({"director"})), Asker("council", frozenset({"panel-chair"}))

    assert verdict(director, "DLT", "recommended").allowed
    assert not verdict(chair, "MAQAP", "recommended").allowed
    refused = verdict(director, "DLT")
    assert not refused.allowed
    assert "wants on record first: a recommendation" in refused.why
