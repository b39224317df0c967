"""A decision's life, as events: proposed, consented, in effect, declined, ratified (rulings 16-23)."""

from datetime import date

import pytest

from services.governance.domain import taken
from services.governance.provider_case import ProviderCase
from shared.events import decisions
from tests.unit.governance.given import (
    ENFORCED,
    LEVEL_2,
    LEVEL_3,
    MORNING,
    PAUSE,
    Given,
    after,
    answer,
    propose,
)

JOINT = {"commissioning": "joint", "consents_needed": ("icb",)}
LIFTED = decisions.SuspensionLifted(suspension_id="sus-1")
SERVED = decisions.DefaultNoticeServed(notice_id="def-1", clause="12.3", remedy_by=date(2026, 4, 1))


class TestOneCommissioner:
    def test_a_level_is_proposed_and_takes_effect_at_once(self):
        given = Given().when(propose(LEVEL_2)).then("Proposed", "TookEffect")

        assert given.case.standing.levels["level"].level == "2"
        assert given.at("TookEffect") == MORNING

    def test_it_takes_effect_from_the_past_moment_that_it_names(self):
        given = Given().when(propose(LEVEL_2, effective_at=after(days=-3))).then("Proposed", "TookEffect")

        assert given.at("TookEffect") == after(days=-3)
        assert given.at("Proposed") == MORNING

    def test_the_same_decision_again_changes_nothing(self):
        Given(propose(LEVEL_2)).when(propose(LEVEL_2, at=after(5))).then()

    def test_a_reason_is_mandatory(self):
        with pytest.raises(taken.ReasonMissing):
            Given().when(propose(decisions.LevelOverridden(level="3"), rationale=None))

    def test_it_cannot_lie_ahead(self):
        with pytest.raises(taken.InTheFuture):
            Given().when(propose(LEVEL_2, effective_at=after(1)))

    def test_it_cannot_go_behind_what_stands(self):
        with pytest.raises(taken.BeforeWhatStands):
            Given(propose(LEVEL_2)).when(propose(LEVEL_3, "d2", after(60), effective_at=after(-1)))

    def test_one_that_was_asked_a_moment_before_what_stands_follows_it(self):
        given = Given(propose(LEVEL_2)).when(propose(LEVEL_3, "d2", after(-1))).then("Proposed", "TookEffect")

        assert given.at("TookEffect") == MORNING

    def test_an_agreed_lead_needs_no_reason(self):
        lead = decisions.LeadOrganisationAgreed(lead="icb")

        given = Given().when(propose(lead, rationale=None)).then("Proposed", "TookEffect")

        assert given.case.standing.leads == {"monitoring": "icb"}


class TestJointCommissioning:
    """Golden scenario 4: the council's panel confirms level 3 alone; it is pending until the ICB consents."""

    def test_it_waits_for_the_other_organisation(self):
        given = Given().when(propose(LEVEL_3, **JOINT)).then("Proposed")

        assert "level" not in given.case.standing.levels
        assert given.case.decision("d1").needs == {"icb"}

    def test_the_consent_makes_it_effective_from_its_own_moment(self):
        given = Given(propose(LEVEL_3, **JOINT)).when(answer()).then("Consented", "TookEffect")

        assert given.case.standing.levels["level"].level == "3"
        assert given.at("TookEffect") == after(60)
        assert given.case.pending == ()

    def test_the_same_person_cannot_consent_for_both(self):
        with pytest.raises(taken.SamePerson):
            Given(propose(LEVEL_3, **JOINT)).when(answer(actor="chair"))

    def test_an_organisation_that_is_not_asked_cannot_consent(self):
        with pytest.raises(taken.NotAsked):
            Given(propose(LEVEL_3, **JOINT)).when(answer(organisation="nhs"))

    def test_nobody_consents_twice(self):
        with pytest.raises(taken.NotOpen):
            Given(propose(LEVEL_3, **JOINT), answer()).when(answer(actor="another"))

    def test_a_refusal_closes_it_with_its_reason_and_the_old_level_stands(self):
        given = Given(propose(LEVEL_2, "d0", after(-60)), propose(LEVEL_3, **JOINT))

        given.when(answer(agrees=False)).then("Declined")

        assert given.step("Declined")["because"] == "refused"
        assert given.step("Declined")["rationale"]["kid"] == "txt-1"
        assert given.case.standing.levels["level"].level == "2"

    def test_a_refusal_needs_its_reason(self):
        with pytest.raises(taken.ReasonMissing):
            Given(propose(LEVEL_3, **JOINT)).when(answer(agrees=False, rationale=None))

    def test_a_newer_decision_on_the_same_subject_supersedes_the_pending_one(self):
        given = Given(propose(LEVEL_3, **JOINT)).when(propose(LEVEL_2, "d2", after(30), **JOINT))

        given.then("Declined", "Proposed")
        assert given.step("Declined") | {"because": "superseded", "decision_id": "d1"} == given.step("Declined")

    def test_a_decision_on_another_subject_leaves_it_pending(self):
        other = decisions.LevelConfirmed(scale="rag", level="amber")

        given = Given(propose(LEVEL_3, **JOINT)).when(propose(other, "d2", after(30), **JOINT)).then("Proposed")

        assert [one.proposal.decision_id for one in given.case.pending] == ["d1", "d2"]

    def test_it_may_be_abandoned_when_its_basis_changed(self):
        given = Given(propose(LEVEL_3, **JOINT)).when(lambda case: case.abandon("d1", after(60))).then("Declined")

        assert given.step("Declined")["because"] == "basis_changed"


class TestProtectiveActs:
    """A protective act does not wait (rulings 17)."""

    URGENT = JOINT | {"ratify_by": date(2026, 3, 9)}

    def test_it_is_effective_at_once_and_pending_ratification(self):
        given = Given().when(propose(PAUSE, **self.URGENT)).then("Proposed", "TookEffect")

        assert given.step("TookEffect")["pending_ratification"] is True
        assert given.step("TookEffect")["ratify_by"] == "2026-03-09"
        assert given.case.decision("d1").status == "effective_pending_ratification"
        assert len(given.case.standing.active_restrictions) == 1

    def test_the_other_organisation_ratifies(self):
        given = Given(propose(PAUSE, **self.URGENT)).when(answer()).then("Ratified")

        assert given.case.decision("d1").status == "effective"
        assert given.case.standing.active_restrictions[0].ratify_by is None

    def test_a_refusal_ends_it(self):
        given = Given(propose(PAUSE, **self.URGENT)).when(answer(agrees=False)).then("RatificationRefused")

        assert given.case.standing.active_restrictions == ()
        assert given.case.standing.restrictions[0].until == after(60)

    def test_one_that_was_lifted_meanwhile_waits_no_more(self):
        given = (
            Given(propose(PAUSE, **self.URGENT)).when(propose(LIFTED, "d2", after(60))).then("Proposed", "TookEffect")
        )

        assert given.case.pending == ()

    def test_without_anything_owed_it_is_simply_effective(self):
        given = Given().when(propose(PAUSE, ratify_by=date(2026, 3, 9))).then("Proposed", "TookEffect")

        assert given.case.decision("d1").status == "effective"


class TestTwoPeople:
    """Enforced suspension needs a proposer and an approver who is somebody else (rulings 19)."""

    def test_it_waits_for_the_approval_of_another(self):
        given = Given(propose(ENFORCED, approval_needed=True))

        given.when(answer(given="approval", organisation="council", actor="director")).then("Consented", "TookEffect")

        assert given.case.standing.active_restrictions[0].kind == "enforced"

    def test_the_proposer_cannot_approve(self):
        with pytest.raises(taken.SamePerson):
            Given(propose(ENFORCED, approval_needed=True)).when(
                answer(given="approval", organisation="council", actor="chair")
            )

    def test_what_needs_none_cannot_be_approved(self):
        with pytest.raises(taken.NotAsked):
            Given(propose(LEVEL_3, **JOINT)).when(answer(given="approval", organisation="council", actor="director"))

    def test_the_other_organisations_consent_counts_as_the_second_person(self):
        Given(propose(ENFORCED, approval_needed=True, **JOINT)).when(answer()).then("Consented", "TookEffect")

    def test_a_recommendation_by_somebody_else_is_known(self):
        considered = decisions.SuspensionConsidered(outcome="impose")
        given = Given(propose(considered))

        assert given.case.recommended_by_another(ENFORCED, "director")
        assert not given.case.recommended_by_another(ENFORCED, "chair")
        assert not given.case.recommended_by_another(LEVEL_3, "director")

    def test_a_recommendation_is_spent_by_the_restriction_it_led_to(self):
        considered = decisions.SuspensionConsidered(outcome="impose")
        given = Given(propose(considered), propose(ENFORCED, "d2", after(30)))

        assert not given.case.recommended_by_another(ENFORCED, "director")


class TestSuspensionsAndNotices:
    def test_varying_keeps_the_start(self):
        varied = decisions.SuspensionVaried(suspension_id="sus-1", kind="phased", scope="all")

        given = Given(propose(PAUSE)).when(propose(varied, "d2", after(60))).then("Proposed", "TookEffect")

        restriction = given.case.standing.active_restrictions[0]
        assert (restriction.kind, restriction.scope, restriction.since) == ("phased", "all", MORNING)

    def test_what_is_not_in_place_cannot_be_lifted(self):
        with pytest.raises(taken.NothingToChange):
            Given().when(propose(LIFTED))

    def test_it_cannot_be_lifted_before_it_began(self):
        with pytest.raises(taken.BeforeWhatStands):
            Given(propose(PAUSE)).when(propose(LIFTED, "d2", after(60), effective_at=after(-1)))

    def test_a_notice_is_open_until_it_is_satisfied(self):
        satisfied = decisions.DefaultNoticeEnded(type="default_notice.satisfied", notice_id="def-1")
        given = Given(propose(SERVED))
        assert given.case.standing.active_notices[0].remedy_by == date(2026, 4, 1)

        given.when(propose(satisfied, "d2", after(days=2))).then("Proposed", "TookEffect")

        assert given.case.standing.active_notices == ()

    def test_a_further_notice_needs_an_earlier_one(self):
        further = decisions.DefaultNoticeServed(type="default_notice.further", notice_id="def-2")

        with pytest.raises(taken.NothingToChange):
            Given().when(propose(further))

        Given(propose(SERVED)).when(propose(further, "d2", after(60))).then("Proposed", "TookEffect")


def test_the_events_alone_give_the_same_case_again():
    commands = (propose(LEVEL_3, **JOINT), answer(), propose(PAUSE, "d2", after(90), **TestProtectiveActs.URGENT))
    case = Given().case
    case = ProviderCase(case.provider_id, case.place)
    for command in commands:
        command(case)
    stored = case.collect_events()

    again = None
    for event in stored:
        again = event.mutate(again)

    assert again is not None
    assert (again.standing, again.decisions, again.version) == (case.standing, case.decisions, case.version)


def test_an_unknown_decision_is_said_to_be_unknown():
    with pytest.raises(taken.NoSuchDecision):
        Given().case.decision("d9")
