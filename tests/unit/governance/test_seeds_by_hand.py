"""What the five documents themselves say of deciders, cadences and sanctions, read by hand: no policy file is asked.

`test_deciders.py` proves that each entry of a policy is obeyed; here a wrong entry is found.
"""

from functools import cache
from typing import Any

import pytest
from pydantic import TypeAdapter

from services.governance.domain.authority import Asker, Question, judge
from shared import policy
from shared.events import decisions

DECISION: TypeAdapter[Any] = TypeAdapter(decisions.Decision)
HER, LGA, OXF, CAL, SAL = (
    "herefordshire-2018", "herefordshire-lga-2017", "oxfordshire-2013", "calderdale-2023", "salford-2024",
)  # fmt: skip
SUSPEND = {"type": "suspension.imposed", "suspension_id": "s", "kind": "enforced"}
SERVE = {"type": "default_notice.served", "notice_id": "n"}
PROCESS = {"type": "lsi.authorised", "lsi_id": "l", "lead_role": "safeguarding", "police_liaison": True}
BEFORE = frozenset({"support_unsuccessful", "unable_or_unwilling", "compliance_concern", "recommended"})


@cache
def pack(name: str) -> policy.Pack:
    return policy.load(name)


def level(to: str, scale: str = "level") -> dict[str, str]:
    return {"type": "level.confirmed", "level": to, "scale": scale}


@pytest.mark.parametrize(
    ("name", "clause", "who", "body", "at", "what", "may"),
    [
        (HER, "3.4.3", "council team-manager", "QUALITY_TEAM", "1", level("2"), True),
        (HER, "3.4.3", "council quality-officer", "QUALITY_TEAM", "1", level("2"), False),
        (HER, "3.4.3 next level", "council team-manager", "QUALITY_TEAM", "1", level("3"), False),
        (HER, "3.4.4", "council team-manager", "QUALITY_TEAM", "2", level("3"), False),
        (HER, "3.4.4 escalate", "council panel-chair", "MA_QUALITY_REVIEW", "2", level("3"), True),
        (HER, "3.4.4 de-escalate", "council panel-chair", "MA_QUALITY_REVIEW", "3", level("1"), True),
        (HER, "5.4 the council", "council director", "COMMISSIONERS", "3", SUSPEND, True),
        (HER, "5.4 and/or HCCG", "icb icb-quality", "COMMISSIONERS", "3", SUSPEND, True),
        (HER, "5.4 nobody else", "council safeguarding", "COMMISSIONERS", "3", SUSPEND, False),
        (LGA, "MAQAP agrees", "council team-manager", "QUALITY_REVIEW_TEAM", "pre-1", level("1"), False),
        (LGA, "MAQAP agrees", "council panel-chair", "MAQAP", "pre-1", level("1"), True),
        (LGA, "DLT alone", "council panel-chair", "MAQAP", "2", PROCESS, False),
        (LGA, "DLT alone", "council director", "DLT", "2", PROCESS, True),
        (CAL, "PQM", "council panel-chair", "PQM", "amber", level("red", "rag"), True),
        (CAL, "not the other meeting", "council safeguarding", "PROVIDER_CONCERN", "amber", level("red", "rag"), False),
        (CAL, "enforced", "council director", "GQAB", "red", SUSPEND, True),
        (SAL, "3.3.7", "council panel-chair", "OVERSIGHT_GROUP", "1", level("2"), True),
        (SAL, "3.3.8", "council panel-chair", "OVERSIGHT_GROUP", "3", level("2"), True),
        *(
            (SAL, "3.3.11", f"{org} director", "MARKET_OVERSIGHT_BOARD", "3", what, True)
            for org in ("council", "icb", "nhs") for what in (SUSPEND, SERVE)
        ),
        *(
            (SAL, "3.3.11 the Board alone", "council panel-chair", "OVERSIGHT_GROUP", "3", what, False)
            for what in (SUSPEND, SERVE, PROCESS)
        ),
        (SAL, "3.3.11", "council director", "MARKET_OVERSIGHT_BOARD", "3", PROCESS, True),
    ],
)  # fmt: skip
def test_who_decides(*, name: str, clause: str, who: str, body: str, at: str, what: dict[str, Any], may: bool) -> None:
    organisation, role = who.split()
    commissioning = "nhs" if organisation == "icb" and name == HER else "council"
    question = Question(DECISION.validate_python(what), body, at, commissioning, what.get("kind"), BEFORE)

    verdict = judge(pack(name).authority, pack(name).bodies, Asker(organisation, frozenset({role})), question)

    assert verdict.allowed is may, (clause, verdict.why)


@pytest.mark.parametrize(
    ("name", "body", "months"),
    [
        (HER, "QUALITY_TEAM", 1), (HER, "MA_QUALITY_REVIEW", 1), (HER, "CONTRACT_MONITORING", 1),
        (CAL, "PQM", 1), (CAL, "PROVIDER_CONCERN", 1), (SAL, "MARKET_OVERSIGHT_BOARD", 3),
    ],
)  # fmt: skip
def test_how_often_a_body_meets(name: str, body: str, months: int) -> None:
    every = pack(name).bodies[body].every
    assert every is not None
    assert every.months == months


@pytest.mark.parametrize(
    ("name", "code", "period"),
    [(HER, "RT-PMR", "month"), (CAL, "RT-MDRA", "month"), (SAL, "RT-RISK", "half_year"), (SAL, "RT-ASSUR", "year")],
)
def test_how_often_a_return_is_asked_for(name: str, code: str, period: str) -> None:
    assert pack(name).returns[code].period == period


def test_the_limits_that_the_documents_give() -> None:
    assert pack(HER).clocks.restriction.over_months == 3
    assert pack(HER).minimum_contact.months == 12
    follow_up, placement = pack(OXF).clocks.follow_up, pack(CAL).clocks.placement_check
    assert follow_up is not None
    assert placement is not None
    assert (follow_up.months, placement.days) == (3, 42)
    assert pack(SAL).minimum_contact.mid_term


@pytest.mark.parametrize(
    ("code", "tasks"),
    [
        ("1", {"self_assessment": ("standing", 12), "annual_visit_or_contact": ("standing", 12),
               "monitoring_returns": ("standing", 1), "quality_team_meeting": ("standing", 1)}),
        ("2", {"provider_review_meeting": ("task", None), "unannounced_visit": ("task", None),
               "improvement_plan": ("task", None), "multi_agency_review": ("standing", 1),
               "restriction": ("may", None)}),
        ("3", {"large_scale_intervention": ("task", None), "multi_agency_review": ("standing", 1),
               "contract_monitoring_meeting": ("standing", 1), "default_notice": ("task", None),
               "consider_restriction": ("consider", None), "termination": ("may", None)}),
    ],
)  # fmt: skip
def test_what_herefordshires_levels_set_going(code: str, tasks: dict[str, tuple[str, int | None]]) -> None:
    found = {one.task: (one.how, one.every.months if one.every else None) for one in pack(HER).responses[code]}

    assert {name: found.get(name) for name in tasks} == tasks
