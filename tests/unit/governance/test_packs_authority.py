"""Who may decide what under the shipped policies (rulings 16-20; golden scenarios 6 and 12)."""

from functools import cache
from typing import Any

import pytest
from pydantic import TypeAdapter

from services.governance.domain.authority import Asker, Question, judge, may_consent, rule_of
from shared import policy
from shared.events import decisions

DECISION: TypeAdapter[Any] = TypeAdapter(decisions.Decision)
CHAIR = Asker("council", frozenset({"panel-chair"}))
MANAGER = Asker("council", frozenset({"team-manager"}))
DIRECTOR = Asker("council", frozenset({"director"}))
OFFICER = Asker("council", frozenset({"contracts-officer"}))
SUSPEND = {"type": "suspension.imposed", "suspension_id": "s-1", "kind": "enforced"}


@cache
def pack(name: str) -> policy.Pack:
    return policy.load(name)


def level(to: str, scale: str = "level") -> dict[str, str]:
    return {"type": "level.confirmed", "level": to, "scale": scale}


def asked(name: str, who: Asker, what: dict[str, str], body: str, at: str | None = None, **more: Any) -> Any:
    question = Question(
        DECISION.validate_python(what), body, at, **{"commissioning": "council", "kind": what.get("kind")} | more
    )
    return judge(pack(name).authority, pack(name).bodies, who, question)


class TestHerefordshire2017:
    @pytest.mark.parametrize(
        ("who", "at", "to", "body", "allowed"),
        [
            (MANAGER, None, "pre-1", "QUALITY_REVIEW_TEAM", True),
            (MANAGER, "pre-1", "routine", "QUALITY_REVIEW_TEAM", True),
            (MANAGER, "pre-1", "1", "QUALITY_REVIEW_TEAM", False),
            (CHAIR, "pre-1", "1", "MAQAP", True),
            (CHAIR, "pre-1", "1", "multi-agency panel", True),
            (CHAIR, "1", "2", "MAQAP", True),
            (CHAIR, "2", "1", "MAQAP", True),
            (CHAIR, "2", "3", "MAQAP", False),
            (DIRECTOR, "2", "3", "DLT", True),
            (DIRECTOR, "pre-1", "1", "DLT", False),  # "with the agreement of the MAQAP"
            (DIRECTOR, "1", "2", "DLT", False),
            (DIRECTOR, "2", "1", "DLT", False),
            (CHAIR, "3", "2", "MAQAP", False),
            (DIRECTOR, "3", "2", "DLT", True),
            (MANAGER, "1", "routine", "QUALITY_REVIEW_TEAM", False),
            (CHAIR, "1", "routine", "MAQAP", False),
        ],
    )
    def test_who_moves_a_level(self, who: Asker, at: str | None, to: str, body: str, allowed: bool) -> None:
        assert asked("herefordshire-lga-2017", who, level(to), body, at).allowed is allowed

    def test_leaving_level_1_wants_both_signatures_on_record(self) -> None:
        signed = frozenset({"plan_signed_by_both"})
        verdict = asked("herefordshire-lga-2017", CHAIR, level("routine"), "MAQAP", "1")

        assert (verdict.allowed, verdict.rule) == (False, "LGA-10")
        assert asked("herefordshire-lga-2017", CHAIR, level("routine"), "MAQAP", "1", on_record=signed).allowed

    def test_only_the_leadership_team_authorises_and_only_the_panel_recommends(self) -> None:
        decided = pack("herefordshire-lga-2017").authority.decisions

        assert {rule.bodies for rule in decided["lsi.authorised"]} == {("DLT",)}
        assert {rule.bodies for rule in decided["lsi.recommended"]} == {("MAQAP",)}


class TestOxfordshire:
    def test_the_monitoring_officer_decides_colour_and_tier(self) -> None:
        for what in (level("red", "rag-existing"), level("amber", "rag-new"), level("4", "tier")):
            assert asked("oxfordshire-2013", OFFICER, what, "contracts team").allowed

    def test_nobody_else_does(self) -> None:
        assert not asked("oxfordshire-2013", CHAIR, level("red", "rag-existing"), "CONTRACTS_TEAM").allowed


class TestCalderdale:
    def test_the_meeting_decides_the_rating(self) -> None:
        assert asked("calderdale-2023", CHAIR, level("red", "rag"), "PQM", "amber").allowed
        assert not asked("calderdale-2023", MANAGER, level("red", "rag"), "PROVIDER_CONCERN", "amber").allowed

    def test_the_whole_procedure_comes_after_support_failed_and_enforcing_wants_a_breach(self) -> None:
        decided = pack("calderdale-2023").authority.decisions
        needs = {name: decided[f"suspension.{name}"][0].needs for name in ("imposed", "agreed_voluntary", "phased")}

        assert all({"support_unsuccessful", "unable_or_unwilling"} <= set(each) for each in needs.values())
        assert "compliance_concern" in needs["imposed"]
        assert "compliance_concern" not in needs["agreed_voluntary"]


class TestSalford:
    def test_the_board_alone_suspends_and_the_groups_attempt_names_the_rule(self) -> None:
        verdict = asked("salford-2024", CHAIR, SUSPEND, "OVERSIGHT_GROUP", "3")

        assert (verdict.allowed, verdict.rule) == (False, "SAL-28")
        assert "MARKET_OVERSIGHT_BOARD" in verdict.why

    @pytest.mark.parametrize("organisation", ["council", "icb", "nhs"])
    def test_any_of_the_three_directors_proposes_and_the_other_two_must_consent(self, organisation: str) -> None:
        who = Asker(organisation, frozenset({"director"}))
        verdict = asked("salford-2024", who, SUSPEND, "Oversight Board", "3")

        assert verdict.allowed
        assert set(verdict.consents) == {"council", "icb", "nhs"} - {organisation}
        assert verdict.ratify_within is None  # nothing goes ahead of the Board

    @pytest.mark.parametrize("organisation", ["council", "icb", "nhs"])
    @pytest.mark.parametrize("commissioning", ["council", "nhs", "joint"])
    def test_any_one_director_starts_a_discussion_about_any_service_alone(
        self, organisation: str, commissioning: str
    ) -> None:
        who, start = Asker(organisation, frozenset({"director"})), {"type": "escalation.referred", "reason": "g"}
        verdict = asked(
            "salford-2024", who, start | {"to_body": "MARKET_OVERSIGHT_BOARD"}, "Oversight Board",
            commissioning=commissioning,
        )  # fmt: skip

        assert (verdict.allowed, verdict.rule, verdict.consents) == (True, "SAL-26.b", ())

    def test_a_director_consents_and_a_quality_lead_does_not(self) -> None:
        authority = pack("salford-2024").authority
        under = rule_of(authority, "suspension.imposed", "SAL-28")

        assert may_consent(authority, Asker("icb", frozenset({"director"})), "icb", under).allowed
        assert may_consent(authority, Asker("nhs", frozenset({"director"})), "nhs", under).allowed
        assert not may_consent(authority, Asker("icb", frozenset({"icb-quality"})), "icb", under).allowed

    def test_the_group_decides_a_level_with_the_icb_where_the_service_is_joint(self) -> None:
        assert asked("salford-2024", CHAIR, level("3"), "OVERSIGHT_GROUP", "2").consents == ()
        assert asked("salford-2024", CHAIR, level("3"), "OVERSIGHT_GROUP", "2", commissioning="joint").consents == (
            "icb",
        )
        assert asked("salford-2024", CHAIR, level("3"), "OVERSIGHT_GROUP", "2", commissioning="joint").allowed

    def test_the_boards_director_alone_cannot_confirm_a_level(self) -> None:
        assert not asked("salford-2024", DIRECTOR, level("3"), "MARKET_OVERSIGHT_BOARD", "2").allowed


@pytest.mark.parametrize("name", policy.shipped())
def test_a_contract_ends_only_after_that_was_considered(name: str) -> None:
    """HER-M3.h, CAL-26: considered first; in Calderdale with a contract meeting."""
    for rule in pack(name).authority.decisions["termination.decided"]:
        assert "termination_considered" in rule.needs
        assert ("contract_review_held" in rule.needs) is (name == "calderdale-2023")
    assert not any(
        "termination_considered" in r.needs for r in pack(name).authority.decisions["termination.considered"]
    )


@pytest.mark.parametrize("name", policy.shipped())
@pytest.mark.parametrize("commissioning", ["council", "joint", "nhs", "none"])
def test_adults_of_every_service_can_be_kept_safe_whoever_commissions_it(name: str, commissioning: str) -> None:
    """The process, its steps and a referral are the council's as the host (CAL-15, HER-31): somebody may take each."""
    found = pack(name).authority.decisions
    lsi, step = {"lsi_id": "l", "grounds": ["g"]}, {"lsi_id": "l", "step": "safety_checks"}
    ending = {"lsi_id": "l", "learning_shared": True, "sar_considered": True}
    referral = {"threshold_tool": "t", "result": "referred"}
    for kind, said in {
        "lsi.recommended": lsi, "lsi.authorised": lsi | {"lead_role": "safeguarding"}, "lsi.step_recorded": step,
        "lsi.closed": ending, "safeguarding.referral": referral,
    }.items():  # fmt: skip
        rule = found[kind][0]
        who = Asker("council", frozenset(rule.roles))
        verdict = asked(
            name, who, {"type": kind} | said, rule.bodies[0], commissioning=commissioning,
            on_record=frozenset(rule.needs),
        )  # fmt: skip
        assert verdict.allowed, (kind, verdict.why)
        flag = kind not in ("lsi.authorised", "lsi.closed")
        assert not flag or verdict.consents == ()


@pytest.mark.parametrize("name", policy.shipped())
def test_every_decision_there_is_has_somebody_who_may_take_it(name: str) -> None:
    kinds = {kind for ref in DECISION.json_schema()["$defs"].values() for kind in _kinds(ref["properties"]["type"])}

    assert kinds - set(pack(name).authority.decisions) == set()


def _kinds(field: dict[str, Any]) -> list[str]:
    return [field["const"]] if "const" in field else field["enum"]


@pytest.mark.parametrize("name", policy.shipped())
def test_every_level_can_be_reached_and_left_by_somebody(name: str) -> None:
    """A level that nobody may set, or may take back, would hold a provider for ever."""
    rules = pack(name).authority.decisions["level.confirmed"]
    for scale in pack(name).scales.values():
        mine = [rule for rule in rules if not rule.to or set(rule.to) & set(scale.order)]
        for code in scale.order:
            assert any(not rule.to or code in rule.to for rule in mine), code
            others = set(scale.order) - {code}  # what must be on record first can be put there
            assert any((not rule.at or code in rule.at) and (not rule.to or others & set(rule.to)) for rule in mine), (
                code
            )
        assert any(not rule.at or "none" in rule.at for rule in mine)
