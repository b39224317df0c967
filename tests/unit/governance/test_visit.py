"""A visit's life: from the plan over the lead and the findings to the feedback (HER-21 to HER-24, OXF-13)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.asking import Unfit
from services.governance.domain import visit as fold
from services.governance.matter import Matter, NotFitting
from services.governance.monitoring import intelligence, visit_orders
from services.governance.monitoring.intelligence import Known
from shared import identifiers
from shared.events import Data, partners, visits
from tests.unit.governance.given import MORNING, PLACE, PROVIDER

NAME = "visit-0123456789abcdef"
DAY = date(2026, 3, 2)


def said(model: type[Data], **data: Any) -> Any:
    return model.model_validate({"visit_id": NAME} | data)


PLANNED = said(visits.VisitPlanned, purpose="annual", planned_for=DAY, commissioners=["council"])
JOINT = PLANNED.model_copy(update={"commissioners": ("council", "nhs")})
DONE = said(visits.VisitCompleted, purpose="annual", visited_on=DAY)
CANCELLED = said(visits.VisitCancelled, because="staffing")
TOLD = said(visits.VisitFeedbackGiven, given_on=DAY, how="call", to_role="registered_manager")
ASKED = said(partners.ConsultationAsked, consultation_id="c1", asked="fire_rescue", due_on=DAY)
ANSWERED = said(
    partners.ConsultationAnswered, consultation_id="c1", answered_by="fire_rescue", answer="information_given"
)


def lead(organisation: str, leads: str) -> Any:
    return said(visits.VisitLeadAgreed, organisation=organisation, lead_organisation=leads)


def finding(name: str, nature: str = "gap", theme: str = "q.medicines") -> Any:
    return said(visits.VisitFindingRecorded, finding_id=name, nature=nature, theme=theme, key_questions=["safe"])


def visit(*steps: Data) -> Matter:
    made = Matter("visit", NAME, PROVIDER, PLACE)
    for number, step in enumerate(steps):
        made.take(step, identifiers.derived_id("test", str(number)), MORNING)
    return made


@pytest.mark.parametrize(
    ("steps", "leads"),
    [
        ((PLANNED,), "council"),
        ((JOINT,), None),
        ((JOINT, lead("council", "nhs")), None),
        ((JOINT, lead("council", "nhs"), lead("nhs", "council")), None),
        ((JOINT, lead("council", "nhs"), lead("nhs", "council"), lead("council", "council")), "council"),
    ],
)
def test_who_leads_a_joint_visit_is_what_both_say(steps, leads):
    assert visit(*steps).state.lead == leads


@pytest.mark.parametrize(
    ("before", "step", "why"),
    [
        ((PLANNED, CANCELLED), DONE, "was cancelled"),
        ((PLANNED, DONE), CANCELLED, "it took place"),
        ((PLANNED, DONE, TOLD), finding("f1"), "fed back: raise a concern"),
        ((PLANNED,), TOLD, "has not taken place"),
        ((PLANNED, DONE), TOLD.model_copy(update={"given_on": DAY - timedelta(days=1)}), "not taken place then"),
        ((PLANNED,), lead("council", "council"), "by itself"),
        ((PLANNED, finding("f1")), finding("f1"), "there is a finding"),
        ((PLANNED, ASKED), ASKED, "was asked"),
        ((PLANNED, DONE), ASKED, "took place"),
        ((PLANNED,), ANSWERED, "nobody was asked"),
        ((PLANNED, ASKED, ANSWERED), ANSWERED, "has answered"),
    ],
)
def test_a_step_that_does_not_fit_is_refused(before, step, why):
    with pytest.raises(NotFitting, match=why):
        visit(*before, step)


def test_what_is_due_goes_with_the_visit():
    moved = CANCELLED.model_copy(update={"rebooked_for": date(2026, 3, 9)})

    dues = [fold.KIND.due(visit(*steps).state) for steps in ((PLANNED,), (PLANNED, moved), (PLANNED, DONE))]

    assert dues == [DAY, date(2026, 3, 9), date(2026, 3, 16)]
    assert not fold.KIND.is_open(visit(PLANNED, DONE, TOLD).state)


NATURES = st.sampled_from(("strength", "gap", "immediate_risk"))
THEMES = st.sampled_from(("q.medicines", "q.ipc", "q.dignity"))


@given(st.lists(st.tuples(NATURES, THEMES), max_size=6), st.integers(0, 6))
def test_no_finding_is_lost_whenever_the_visit_is_reported(found, reported_after):
    made = visit(PLANNED)
    for number, (nature, theme) in enumerate(found):
        steps = [finding(f"f{number}", nature, theme)]
        for step in steps:
            made.take(step, identifiers.derived_id("t", str(number)), MORNING)
        again = visit_orders.completed_again(made.state, DAY)
        if number == reported_after:
            order = visit_orders.Completed(type="completed", methods=("observe_care",))
            again = visit_orders.completed(order, made.state, DAY, lambda _: None)
        if again is not None:
            made.take(again, identifiers.derived_id("r", str(number)), MORNING)

    done = made.state.completed
    at_risk = any(nature == "immediate_risk" for nature, _ in found)
    assert (done is not None and done.immediate_risk) is at_risk
    if done is not None:
        assert set(done.themes) == {theme for nature, theme in found if nature != "strength"}


def test_a_later_report_takes_no_risk_back():
    order = visit_orders.Completed(type="completed", methods=("observe_care",))
    at_risk = visit(PLANNED, DONE.model_copy(update={"immediate_risk": True}))

    assert visit_orders.completed(order, at_risk.state, DAY, lambda _: None).immediate_risk


def test_a_report_keeps_to_the_day_that_is_on_record():
    order = visit_orders.Completed(type="completed", methods=("observe_care",), visited_on=DAY - timedelta(days=1))

    with pytest.raises(Unfit) as caught:
        visit_orders.completed(order, visit(PLANNED, DONE).state, DAY, lambda _: None)

    assert caught.value.path == "/visited_on"


@pytest.mark.parametrize(
    ("more", "goes"),
    [
        ({}, ("nhs",)),
        ({"purpose": "joint"}, ("council", "nhs")),
        ({"commissioners": ("council", "council")}, ("council",)),
        ({"purpose": "joint", "commissioners": ("council",)}, None),
    ],
)
def test_who_goes(more, goes):
    order = visit_orders.NewVisit.model_validate({"purpose": "annual", "planned_for": DAY} | more)

    if goes is None:
        with pytest.raises(Unfit, match="both go"):
            visit_orders.planned(order, NAME, "nhs", lambda _: None)
    else:
        assert visit_orders.planned(order, NAME, "nhs", lambda _: None).commissioners == goes


class TestPack:
    def pack(self, *steps: Data, known: tuple[Known, ...] = (), today: date = DAY, **answered: str) -> dict[str, Any]:
        made = intelligence.pack(visit(PLANNED, *steps).state, known, answered.items(), today)
        return {one["source"]: one for one in made["sources"]}

    def test_every_source_of_the_policy_is_there_and_says_that_it_was_not_asked(self):
        found = self.pack()

        assert len(found) == 7
        assert {one["state"] for one in found.values()} == {"not_asked"}

    @pytest.mark.parametrize(
        ("steps", "today", "answered", "state"),
        [
            ((ASKED,), DAY, {}, "asked"),
            ((ASKED,), DAY + timedelta(days=1), {}, "not_answered"),
            ((ASKED, ANSWERED), DAY + timedelta(days=1), {}, "answered"),
            ((ASKED,), DAY + timedelta(days=1), {"c1": "cannot_say"}, "answered"),
        ],
    )
    def test_asked_answered_or_not(self, steps, today, answered, state):
        assert self.pack(*steps, today=today, **answered)["fire"]["state"] == state

    def test_one_answer_hides_no_silence(self):
        gp = ASKED.model_copy(update={"consultation_id": "c2", "asked": "gp", "due_on": DAY})
        nurses = ASKED.model_copy(update={"consultation_id": "c3", "asked": "community_health", "due_on": DAY})
        found = self.pack(gp, nurses, today=DAY + timedelta(days=1), c2="nothing_to_report")

        assert found["health_professionals"]["state"] == "not_answered"

    def test_what_is_recorded_stands_with_its_source(self):
        known = tuple(
            Known(str(number), "professional_feedback.received", "2026-02-01T00:00:00Z", "/x", {"role": role})
            for number, role in enumerate(("social_worker", "continuing_care", "gp", "district_nurse"))
        )
        found = self.pack(known=known)

        counts = {name: one["recorded"] for name, one in found.items() if one["recorded"]}
        assert counts == {"social_work": 1, "continuing_care": 1, "health_professionals": 2}
