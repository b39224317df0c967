"""Every clause of the five policies that names a body that meets, its cadence, what convenes it, its reports."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.governance.domain import task
from services.governance.domain.authority import Asker
from services.governance.meetings import agenda, bodies, cadence, convening
from services.governance.meetings.agenda import Business
from services.governance.meetings.known import Alert, Known
from shared import policy
from shared.events import assessments, decisions, processes
from shared.policies.deciding import Convene
from shared.policies.pack import Pack
from shared.policies.referring import Referral

PACKS = [policy.load(name) for name in policy.shipped()]
AT = datetime(2026, 3, 20, 10, tzinfo=UTC)
START = date(2026, 3, 1)
BODIES = [pytest.param(pack, name, id=body.id) for pack in PACKS for name, body in pack.bodies.items() if body.members]
CADENCES = [
    pytest.param(pack, name, id=body.id)
    for pack in PACKS
    for name, body in pack.bodies.items()
    if body.every and not pack.meets_providers(name)
]
FACING = {"PROVIDER_REVIEW", "CONTRACT_MONITORING", "LEAD_MANAGERS", "PROVIDER_QA", "CONTRACT_REVIEW",
          "CONTRACT_MEETING", "PROVIDER_MEETING"}  # fmt: skip
"""Rulings 32: meetings with one provider at a time."""
CONVENE = [pytest.param(pack, rule, id=rule.id) for pack in PACKS for rule in pack.convene]
REFERRALS = [pytest.param(pack, one, id=one.id) for pack in PACKS for one in pack.referrals]
REPORTS = [pytest.param(pack, one, id=one.id) for pack in PACKS for one in pack.reports if one.by]


def known(pack: Pack, **more: Any) -> Known:
    return Known("prv-1", "Rowan House (synthetic)", **more)


def judged(pack: Pack, scale: str, code: str, *, met: tuple[str, ...] = ()) -> assessments.Assessment:
    found = assessments.Indicated(min=code, max=code)
    criteria = tuple(
        assessments.Criterion(id=name, level=code, says="Synthetic.", outcome="met", strength="decisive")
        for name in met
    )
    return assessments.Assessment(indicated=found, scales={scale: found}, criteria=criteria)


def triggers(pack: Pack, rule: Convene) -> list[Known]:
    """For each thing that the rule gives, a provider about whom it alone holds."""
    on, primary = rule.on, pack.primary
    harmless = pack.scales[primary].order[0]
    found = [known(pack, assessment=judged(pack, primary, code)) for code in on.indicated]
    found += [known(pack, assessment=judged(pack, scale, code)) for scale, codes in on.scales.items() for code in codes]
    found += [known(pack, levels={primary: code}) for code in on.confirmed]
    found += [known(pack, alerts=(Alert("a", code, "c"),)) for code in on.alerts]
    return found + [known(pack, assessment=judged(pack, primary, harmless, met=(name,))) for name in on.criteria]


@pytest.mark.parametrize(("pack", "body"), BODIES)
def test_its_members_convene_it_and_nobody_else_beside_its_turn(pack: Pack, body: str) -> None:
    for member in pack.bodies[body].members:
        asker = Asker(member.organisation, frozenset(member.roles))
        assert bodies.may_convene(pack, body, "virtual", asker).rule == pack.bodies[body].id
        assert bodies.may_serve(pack, body, asker).allowed
    stranger = bodies.may_convene(pack, body, "ad_hoc", Asker("other", frozenset({"auditor"})))
    assert (stranger.allowed, stranger.rule) == (False, pack.bodies[body].id)


@pytest.mark.parametrize(("pack", "body"), CADENCES)
def test_it_is_overdue_the_day_after_its_cadence_and_not_before(pack: Pack, body: str) -> None:
    def turn(today: date, *held: dict[str, Any]) -> cadence.Turn:
        return next(one for one in cadence.turns(pack, START, held, today) if one.body == body)

    due = turn(START).due_by
    assert due is not None
    assert due > START
    assert turn(due).state == "due"
    assert turn(due + timedelta(days=1)).state == "overdue"
    met = {"body": body, "status": "held", "held_on": due.isoformat(), "day": due.isoformat()}
    assert turn(due + timedelta(days=1), met).state == "due"


def test_meetings_with_a_provider_are_due_for_it_and_not_for_the_place() -> None:
    found = {(pack.pack, name) for pack in PACKS for name in pack.bodies if pack.meets_providers(name)}

    assert {name for _, name in found} == FACING
    for pack in PACKS:
        turns = {one.body: one for one in cadence.turns(pack, START, [], date(2027, 1, 1))}
        assert {turns[name].state for of, name in found if of == pack.pack} <= {"as_asked"}
    assert "MAQAP" not in {name for _, name in found}  # the provider sits in it, and it decides levels


@pytest.mark.parametrize(("pack", "rule"), CONVENE)
def test_each_thing_that_it_names_asks_for_the_meeting_once(pack: Pack, rule: Convene) -> None:
    about = triggers(pack, rule)

    assert about
    for one in about:
        asked = [each for each in convening.asked(pack, one) if each.clause == rule.id]
        assert [(each.body, each.within) for each in asked] == [(rule.body, rule.within)]
    assert [each for each in convening.asked(pack, known(pack)) if each.clause == rule.id] == []


@pytest.mark.parametrize(("pack", "referral"), REFERRALS)
def test_it_asks_the_next_body_to_meet_by_its_own_name(pack: Pack, referral: Referral) -> None:
    by = referral.by[0] if referral.by else "anybody"
    effect = decisions.DecisionTookEffect(
        decision_id="d", body=by, organisation="council", role="director",
        decision=processes.EscalationReferred(to_body=referral.to, reason="a"),
    )  # fmt: skip
    [raised] = [one for one in task.follow(effect, pack, [], {}, AT) if isinstance(one, task.tasks.TaskRaised)]
    asked = {"task_id": raised.task_id, "clause": raised.clause, "cause": raised.cause, "due": None}
    found = agenda.proposals(pack, referral.to, [], Business(asked=(asked,)), day=START)

    assert (raised.task, raised.body) == (task.CONVENE, referral.to)
    same = [one for one in pack.referrals if one.to == referral.to and (by in one.by or not referral.by)]
    assert raised.clause in {one.id for one in same or [referral]}
    assert [one.cause for one in found] == [f"task:{raised.task_id}"]
    for role in referral.roles:
        asker = Asker("council", frozenset({role}))
        assert bodies.may_convene(pack, referral.to, "ad_hoc", asker).allowed


@pytest.mark.parametrize(("pack", "report"), REPORTS)
def test_the_body_that_gives_it_is_reminded_of_it(pack: Pack, report: Any) -> None:
    business = Business(reports=tuple((one.id, one.name) for one in pack.reports if one.by == report.by))

    found = agenda.proposals(pack, report.by, [], business, day=START)

    assert report.id in {one.clause for one in found}
