"""Who may decide what: every answer names its rule (rulings 16-19)."""

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import pytest

from services.governance.domain.authority import Asker, Question, Verdict, judge, may_approve, may_consent
from shared.events import decisions
from shared.policies import deciding
from tests.unit.governance.given import ENFORCED, LEVEL_2, LEVEL_3, PAUSE

OURS = {"ours": "an example"}
AUTHORITY = deciding.Authority.model_validate(
    {
        "decisions": {
            "level.confirmed": [
                {
                    "id": "MANAGER",
                    "at": ["1"],
                    "to": ["1", "2"],
                    "bodies": ["QUALITY_TEAM"],
                    "roles": ["team-manager"],
                    "organisations": ["council"],
                }
                | OURS,
                {
                    "id": "PANEL",
                    "at": ["none", "2", "3"],
                    "bodies": ["PANEL"],
                    "roles": ["panel-chair"],
                    "organisations": ["council", "icb"],
                }
                | OURS,
            ],
            "suspension.imposed": [
                {
                    "id": "COMMISSIONER",
                    "bodies": ["PANEL", "QUALITY_TEAM"],
                    "roles": ["director", "team-manager", "icb-quality"],
                    "organisations": ["council", "icb"],
                }
                | OURS
            ],
            "suspension.lifted": [
                {
                    "id": "LIFT-ENFORCED",
                    "kinds": ["enforced"],
                    "bodies": ["PANEL"],
                    "roles": ["director"],
                    "organisations": ["council"],
                }
                | OURS
            ],
        },
        "joint": {
            "id": "JOINT",
            "organisations": ["council", "icb"],
            "consents": {"council": ["panel-chair", "director"], "icb": ["icb-quality"]},
            "remind_after": {"working_days": 2},
        }
        | OURS,
        "urgent": {
            "id": "URGENT",
            "acts": [{"decision": "suspension.imposed", "kinds": ["advisory_notice"]}],
            "ratify_within": {"working_days": 5},
        }
        | OURS,
        "two_people": {
            "id": "TWO",
            "acts": [{"decision": "suspension.imposed", "kinds": ["enforced"]}],
            "approvers": ["director"],
            "waits": True,
        }
        | OURS,
    }
)
BODIES = {
    "PANEL": deciding.Body(id="PANEL", ours="an example", name="Panel", aliases=("BOARD",)),
    "QUALITY_TEAM": deciding.Body(id="TEAM", ours="an example", name="Quality team"),
}
MANAGER = Asker("council", frozenset({"team-manager"}))
CHAIR = Asker("council", frozenset({"panel-chair"}))
DIRECTOR = Asker("council", frozenset({"director"}))
OFFICER = Asker("council", frozenset({"quality-officer"}))
ICB = Asker("icb", frozenset({"icb-quality"}))
LIFTED = decisions.SuspensionLifted(suspension_id="sus-1")


def asked(decision: Any, body: str, level: str | None = None, commissioning: str = "council", **more: Any) -> Question:
    kind = more.get("kind", getattr(decision, "kind", None))
    return Question(decision, body, level, commissioning, kind)


@pytest.mark.parametrize(
    ("asker", "question", "allowed", "rule"),
    [
        (MANAGER, asked(LEVEL_2, "QUALITY_TEAM", "1"), True, "MANAGER"),
        (MANAGER, asked(LEVEL_3, "QUALITY_TEAM", "1"), False, "MANAGER"),
        (MANAGER, asked(LEVEL_2, "QUALITY_TEAM", "2"), False, "MANAGER"),
        (MANAGER, asked(LEVEL_2, "QUALITY_TEAM", None), False, "MANAGER"),
        (CHAIR, asked(LEVEL_2, "PANEL", None), True, "PANEL"),
        (CHAIR, asked(LEVEL_2, "BOARD", "3"), True, "PANEL"),
        (CHAIR, asked(LEVEL_3, "PANEL", "1"), False, "PANEL"),
        (OFFICER, asked(LEVEL_2, "PANEL", "2"), False, "PANEL"),
        (CHAIR, asked(LEVEL_2, "SOMEBODY_ELSE", "2"), False, "PANEL"),
        (ICB, asked(PAUSE, "PANEL", commissioning="joint"), True, "COMMISSIONER"),
        (ICB, asked(PAUSE, "PANEL", commissioning="nhs"), True, "COMMISSIONER"),
        (ICB, asked(PAUSE, "PANEL", commissioning="council"), False, "COMMISSIONER"),
        (DIRECTOR, asked(PAUSE, "PANEL", commissioning="nhs"), False, "COMMISSIONER"),
        (DIRECTOR, asked(PAUSE, "PANEL", commissioning="none"), True, "COMMISSIONER"),
        (CHAIR, asked(LEVEL_2, "PANEL", None, "none"), True, "PANEL"),
        (CHAIR, asked(LEVEL_2, "PANEL", None, "nhs"), True, "PANEL"),
        (OFFICER, asked(LEVEL_2, "PANEL", None, "nhs"), False, "PANEL"),
        (DIRECTOR, asked(LIFTED, "PANEL", kind="enforced"), True, "LIFT-ENFORCED"),
        (DIRECTOR, asked(LIFTED, "PANEL", kind="phased"), False, "LIFT-ENFORCED"),
        (DIRECTOR, asked(decisions.LeadOrganisationAgreed(lead="icb"), "PANEL"), False, "authority.lead_org.agreed"),
    ],
)
def test_the_table(asker, question, allowed, rule):
    verdict = judge(AUTHORITY, BODIES, asker, question)

    assert (verdict.allowed, verdict.rule) == (allowed, rule)


def test_a_refusal_says_what_the_nearest_rule_wants():
    verdict = judge(AUTHORITY, BODIES, OFFICER, asked(LEVEL_2, "PANEL", "2"))

    assert verdict.why == "PANEL needs the role panel-chair"


def test_an_alias_is_kept_under_the_bodys_own_name():
    assert judge(AUTHORITY, BODIES, CHAIR, asked(LEVEL_2, "BOARD", "2")).body == "PANEL"


class TestWhatIsOwed:
    def test_one_commissioner_owes_nothing(self):
        verdict = judge(AUTHORITY, BODIES, CHAIR, asked(LEVEL_2, "PANEL", "2"))

        assert (verdict.consents, verdict.approval, verdict.ratify_within) == ((), False, None)

    @pytest.mark.parametrize(("asker", "other"), [(DIRECTOR, "icb"), (ICB, "council")])
    def test_a_joint_service_needs_the_other_organisation(self, asker, other):
        verdict = judge(AUTHORITY, BODIES, asker, asked(ENFORCED, "PANEL", "2", "joint"))

        assert (verdict.consents, verdict.ratify_within) == ((other,), None)

    def test_the_host_says_the_level_of_a_service_of_the_nhs_with_the_consent_of_who_commissions_it(self):
        assert judge(AUTHORITY, BODIES, CHAIR, asked(LEVEL_2, "PANEL", None, "nhs")).consents == ("icb",)

    @pytest.mark.parametrize(("asker", "commissioning"), [(ICB, "nhs"), (DIRECTOR, "none")])
    def test_who_alone_watches_over_a_service_owes_nothing(self, asker, commissioning):
        assert judge(AUTHORITY, BODIES, asker, asked(PAUSE, "PANEL", "2", commissioning)).consents == ()

    def test_an_urgent_act_on_a_joint_service_does_not_wait(self):
        verdict = judge(AUTHORITY, BODIES, ICB, asked(PAUSE, "PANEL", "2", "joint"))

        assert verdict.consents == ("council",)
        assert verdict.ratify_within is not None
        assert verdict.ratify_within.working_days == 5

    def test_an_enforced_suspension_needs_a_second_person(self):
        assert judge(AUTHORITY, BODIES, DIRECTOR, asked(ENFORCED, "PANEL")).approval

    def test_where_the_policy_says_that_approval_is_not_waited_for_it_follows(self):
        relaxed = AUTHORITY.model_copy(update={"two_people": AUTHORITY.two_people.model_copy(update={"waits": False})})

        assert judge(relaxed, BODIES, DIRECTOR, asked(ENFORCED, "PANEL")).ratify_within is not None


class TestWhatWaitsForNobody:
    """Safety is the council's own duty, and a flag is told at once (rulings 22, 28; LGA-13)."""

    FLAG: ClassVar = decisions.processes.LsiRecommended(lsi_id="l", grounds=("organisational_abuse",))
    BEGIN: ClassVar = decisions.processes.LsiAuthorised(lsi_id="l", lead_role="safeguarding")
    LEAD: ClassVar = decisions.LeadOrganisationAgreed(lead="icb")
    POWERS: ClassVar = AUTHORITY.model_copy(
        update={
            "decisions": {
                kind: (deciding.AuthorityRule(id="P", ours="an example", bodies=("PANEL",), roles=("panel-chair",),
                                              organisations=("council",)),)
                for kind in ("lsi.recommended", "lsi.authorised", "lead_org.agreed")
            }
        }
    )  # fmt: skip

    def consents(self, said: Any, commissioning: str) -> tuple[str, ...] | None:
        verdict = judge(self.POWERS, BODIES, CHAIR, asked(said, "PANEL", "2", commissioning))
        return verdict.consents if verdict.allowed else None

    @pytest.mark.parametrize("commissioning", ["council", "joint", "nhs", "none"])
    def test_a_flag_waits_for_nobody_whoever_commissions(self, commissioning):
        assert self.consents(self.FLAG, commissioning) == ()

    @pytest.mark.parametrize(("commissioning", "owed"), [("joint", ("icb",)), ("nhs", ("icb",)), ("council", ())])
    def test_beginning_the_process_does(self, commissioning, owed):
        assert self.consents(self.BEGIN, commissioning) == owed

    @pytest.mark.parametrize("commissioning", ["council", "joint", "none"])
    def test_a_lead_is_agreed_by_both_whoever_commissions(self, commissioning):
        assert self.consents(self.LEAD, commissioning) == ("icb",)


class TestQuorum:
    """What a body decides at a meeting that was not quorate is not decided by the body."""

    BOARD: ClassVar = BODIES | {"PANEL": BODIES["PANEL"].model_copy(update={"quorum": 3})}

    @pytest.mark.parametrize(("seats", "allowed"), [(None, True), (0, False), (2, False), (3, True), (5, True)])
    def test_as_many_seats_as_the_body_wants_were_taken(self, seats, allowed):
        verdict = judge(AUTHORITY, self.BOARD, CHAIR, replace(asked(LEVEL_2, "PANEL", "2"), seats=seats))

        assert (verdict.allowed, verdict.rule) == (allowed, "PANEL")
        assert allowed or f"of 3 seats {seats} were taken" in verdict.why


class TestAgreeing:
    def test_only_the_organisation_itself_consents(self):
        verdict = may_consent(AUTHORITY, CHAIR, "icb")

        assert (verdict.allowed, verdict.rule) == (False, "JOINT")

    def test_in_one_of_the_roles_that_the_policy_names(self):
        assert may_consent(AUTHORITY, ICB, "icb").allowed
        assert not may_consent(AUTHORITY, Asker("icb", frozenset({"publisher"})), "icb").allowed

    def test_an_approver_has_the_role_for_it(self):
        assert may_approve(AUTHORITY, DIRECTOR, "council").allowed
        assert may_approve(AUTHORITY, OFFICER, "council").rule == "TWO"
        assert not may_approve(AUTHORITY, OFFICER, "council").allowed

    def test_an_approver_is_of_an_organisation_that_commissions_the_service(self):
        assert not may_approve(AUTHORITY, DIRECTOR, "nhs").allowed


class TestSeatsAndDeputies:
    """Who may act for a role from when to when is the body's own data."""

    TO: ClassVar = date(2026, 3, 31)
    PANEL: ClassVar = BODIES["PANEL"].model_copy(
        update={
            "members": (deciding.Member(organisation="council", roles=("panel-chair",), until=TO),),
            "deputies": (
                deciding.Deputy(acts_for="panel-chair", organisation="council", role="team-manager", until=TO,
                                since=date(2026, 3, 2)),
            ),
        }
    )  # fmt: skip

    def verdict(self, who: Asker, day: date | None) -> Verdict:
        question = replace(asked(decisions.LevelConfirmed(level="3"), "PANEL", "2"), on=day)
        return judge(AUTHORITY, BODIES | {"PANEL": self.PANEL}, who, question)

    @pytest.mark.parametrize(
        ("who", "day", "allowed"),
        [
            (MANAGER, date(2026, 3, 1), False), (MANAGER, date(2026, 3, 2), True), (MANAGER, TO, True),
            (MANAGER, date(2026, 4, 1), False), (OFFICER, TO, False), (CHAIR, TO, True),
            (CHAIR, date(2026, 4, 1), False), (Asker("icb", frozenset({"team-manager"})), TO, False),
        ],
    )  # fmt: skip
    def test_a_deputy_and_a_seat_hold_from_their_day_to_their_day(self, who: Asker, day: date, allowed: bool) -> None:
        assert self.verdict(who, day).allowed is allowed

    def test_who_acts_for_whom_is_kept(self) -> None:
        assert (self.verdict(MANAGER, self.TO).role, self.verdict(MANAGER, self.TO).deputy) == (
            "panel-chair", "team-manager",
        )  # fmt: skip
        assert self.verdict(CHAIR, self.TO).deputy is None
