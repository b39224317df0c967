"""Each clause that names a decider, a meeting, a cadence or a sanction does what it says: one case for each entry."""

import ast
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from services.governance.domain import authority, deadlines, task
from services.governance.domain.authority import Asker, Question, judge
from services.governance.meetings import bodies, cadence, convening
from services.governance.meetings.known import Alert, Known
from shared import calendar, policy
from shared.events import assessments, decisions, tasks
from shared.policies import deciders, periods
from shared.policies.deciders import Named
from tests.unit.governance.given import MORNING

ROOT = Path(__file__).parents[3]
DECISION: TypeAdapter[Any] = TypeAdapter(decisions.Decision)
TODAY = MORNING.date()
EXAMPLES: dict[str, dict[str, Any]] = {
    "level": {"level": "1"}, "lead_org": {"lead": "icb"}, "default_notice": {"notice_id": "n"},
    "suspension": {"suspension_id": "s", "kind": "enforced", "scope": "all", "outcome": "impose"},
    "lsi": {
        "lsi_id": "l", "grounds": ["g"], "lead_role": "safeguarding", "step": "safety_checks", "learning_shared": False,
        "sar_considered": False,
    },
    "escalation": {"to_body": "B", "reason": "d"}, "safeguarding": {"threshold_tool": "t", "result": "referred"},
    "contract_review": {"provider_seniors": True}, "termination": {"outcome": "terminate", "transition_plan": False},
    "decommission": {"transition_plan": False}, "visit": {"purpose": "focused", "by_when": "2026-03-20"}, "ooa": {},
    "share": {"audience": "cqc", "event_ids": ["e"]},
}  # fmt: skip
"""By the first part of a decision's type, fields for all its types."""


@cache
def pack(name: str) -> policy.Pack:
    return policy.load(name)


@cache
def entries() -> tuple[Named, ...]:
    return tuple(one for name in policy.shipped() for one in deciders.named(pack(name)))


def each(section: str) -> Any:
    found = [one for one in entries() if one.section == section]
    return pytest.mark.parametrize("one", found, ids=[one.case for one in found])


def entry(one: Named, of: Any) -> Any:
    for key in one.keys:
        of = of[key]
    return of


def decision(kind: str, **more: Any) -> Any:
    model = next(m for m in _models() if kind in _types(m))
    known = {**EXAMPLES[kind.partition(".")[0]], **more}
    return DECISION.validate_python(
        {name: known[name] for name in model.model_fields if name in known} | {"type": kind}
    )


@cache
def _models() -> tuple[Any, ...]:
    def flat(node: Any) -> Iterator[Any]:
        for one in get_args(node):
            yield from (one,) if isinstance(one, type) else flat(one)

    return tuple(flat(decisions.Decision))


def _types(model: Any) -> tuple[str, ...]:
    return get_args(model.model_fields["type"].annotation)


def effect(said: Any) -> decisions.DecisionTookEffect:
    return decisions.DecisionTookEffect(decision_id="d1", decision=said, body="B", organisation="council", role="r")


@each("authority")
def test_whom_the_rule_names_may_and_nobody_else(one: Named) -> None:
    rule, found = entry(one, pack(one.pack).authority.decisions), pack(one.pack)
    kind = one.keys[0]
    said = decision(str(kind), **({"level": rule.to[0]} if rule.to else {}))
    at = next((level for level in rule.at if level != "none"), None) if "none" not in rule.at else None
    restriction = rule.kinds[0] if rule.kinds else getattr(said, "kind", None)

    def asked(who: str, org: str, body: str, before: frozenset[Any] = frozenset(rule.needs)) -> authority.Verdict:
        commissioned = {"council": "council", "icb": "nhs", "nhs": "nhs"}[org]
        question = Question(said, body, at, commissioned, restriction, before)
        return judge(found.authority, found.bodies, Asker(org, frozenset({who})), question)

    for org in rule.organisations:
        for body in rule.bodies:
            assert [role for role in rule.roles if not asked(role, org, body).allowed] == []
            assert not asked("auditor", org, body).allowed
            assert set(rule.all_of) - {org} <= set(asked(rule.roles[0], org, body).consents)
    refusal = asked(rule.roles[0], rule.organisations[0], "NOBODY")
    ids = {each.id for each in found.authority.decisions[str(kind)]}
    assert (refusal.allowed, refusal.rule in ids) == (False, True)
    if rule.needs:
        assert not asked(rule.roles[0], rule.organisations[0], rule.bodies[0], frozenset()).allowed


@each("joint")
def test_a_joint_service_waits_for_the_others_consent_and_no_longer_than_said(one: Named) -> None:
    found = pack(one.pack)
    joint = found.authority.joint
    rule = found.authority.decisions["level.confirmed"][0]
    level = rule.to[0] if rule.to else found.scales[found.primary].order[0]
    at = None if not rule.at or "none" in rule.at else rule.at[0]
    question = Question(decision("level.confirmed", level=level), rule.bodies[0], at, joint.commissioning[0])
    verdict = judge(found.authority, found.bodies, Asker("council", frozenset(rule.roles)), question)

    assert verdict.consents == tuple(sorted(set(joint.organisations) - {"council"}))
    for org, roles in joint.consents.items():
        assert all(authority.may_consent(found.authority, Asker(org, frozenset({role})), org).allowed for role in roles)
        assert not authority.may_consent(found.authority, Asker(org, frozenset({"auditor"})), org).allowed
    assert deadlines.last_day(joint.remind_after, MORNING) == calendar.working_days_after(TODAY, 2)


@each("urgent")
def test_an_urgent_act_does_not_wait_and_is_ratified_in_time(one: Named) -> None:
    found = pack(one.pack)
    for act in found.authority.urgent.acts:
        rule = found.authority.decisions[act.decision][0]
        said = decision(act.decision)
        question = Question(said, rule.bodies[0], None, "joint", said.kind, frozenset(rule.needs))
        verdict = judge(found.authority, found.bodies, Asker(rule.organisations[0], frozenset(rule.roles)), question)
        assert (verdict.allowed, verdict.ratify_within) == (True, found.authority.urgent.ratify_within)
        assert verdict.consents
    assert bool(found.authority.urgent.acts) is (one.pack != "salford-2024")  # rulings 17, 18
    assert deadlines.last_day(found.authority.urgent.ratify_within, MORNING) == calendar.working_days_after(TODAY, 5)


@each("two_people")
def test_a_second_person_is_asked_for(one: Named) -> None:
    found = pack(one.pack)
    two = found.authority.two_people
    for act in two.acts:
        if act.decision in deciders.ELSEWHERE:
            continue
        rule = found.authority.decisions[act.decision][0]
        org = rule.organisations[0]
        question = Question(
            decision(act.decision), rule.bodies[0], None, "council", act.kinds[0] if act.kinds else None,
            frozenset(rule.needs),
        )  # fmt: skip
        assert judge(found.authority, found.bodies, Asker(org, frozenset(rule.roles)), question).approval
    assert all(authority.may_approve(found.authority, Asker("council", frozenset({r})), "council").allowed
               for r in two.approvers)  # fmt: skip
    assert not authority.may_approve(
        found.authority, Asker("council", frozenset({"quality-officer"})), "council"
    ).allowed


@each("bodies")
def test_a_body_goes_by_its_names_and_meets_as_often_as_said(one: Named) -> None:
    found = pack(one.pack)
    key = str(one.keys[0])
    body = found.bodies[key]

    def turn(today: date) -> cadence.Turn:
        return next(each for each in cadence.turns(found, TODAY, [], today) if each.body == key)

    assert {bodies.named(found, name) for name in (key, *body.aliases)} == {key}
    assert len(bodies.seats(found, key)) >= len(body.members) > 0
    if body.every is None or found.meets_providers(key):  # with a provider it meets as that one's tasks say
        assert turn(TODAY).state == "as_asked"
        assert (turn(TODAY).every is None) is (body.every is None)
    else:
        due = turn(TODAY).due_by
        assert due == deadlines.last_day(body.every, calendar.midnight(TODAY) + timedelta(minutes=1))
        assert [turn(due).state, turn(due + timedelta(days=1)).state] == ["due", "overdue"]


@each("convene")
def test_what_asks_for_a_meeting_asks_for_it(one: Named) -> None:
    found, rule = pack(one.pack), entry(one, pack(one.pack).convene)
    on = rule.on
    scales = {found.primary: on.indicated[:1], **{scale: codes[:1] for scale, codes in on.scales.items()}}
    judged = {scale: assessments.Indicated(min=c, max=c) for scale, codes in scales.items() for c in codes}
    criteria = tuple(
        assessments.Criterion(id=name, level="3", says="…", outcome="met", strength="decisive") for name in on.criteria
    )
    nothing = assessments.Indicated(unknown=True)
    assessed = assessments.Assessment(indicated=nothing, scales=judged, criteria=criteria)
    known = Known(
        "prv-1", "Rowan House (synthetic)", {found.primary: on.confirmed[0]} if on.confirmed else {}, assessed,
        tuple(Alert(f"a-{code}", code, "cause") for code in on.alerts),
    )  # fmt: skip

    asked = [each for each in convening.asked(found, known) if each.clause == rule.id and each.body == rule.body]

    assert len(asked) >= 1
    assert {each.within for each in asked} == {rule.within}
    assert list(convening.asked(found, Known("prv-1", "Rowan House (synthetic)"))) == []


@each("responses")
def test_a_level_sets_going_what_is_said_and_only_offers_the_rest(one: Named) -> None:
    found, rule = pack(one.pack), entry(one, pack(one.pack).responses)
    scale, _, code = str(one.keys[0]).rpartition(":")
    scale = scale or found.primary
    levels = {scale: code, **{other: codes[0] for other, codes in rule.at.items()}}
    raised = list(task.follow(effect(decision("level.confirmed", scale=scale, level=code)), found, [], levels, MORNING))
    mine = [each for each in raised if isinstance(each, tasks.TaskRaised) and each.clause == rule.id]
    limit = rule.due or rule.every

    if rule.how == "may" or (rule.how == "standing" and limit is None):
        assert mine == []
    else:
        assert [(each.task, each.how, each.due) for each in mine] == [
            (rule.task, rule.how, deadlines.last_day(limit, MORNING) if limit else None)
        ]


@each("follows")
def test_a_decision_sets_going_what_is_said(one: Named) -> None:
    found, rule = pack(one.pack), entry(one, pack(one.pack).follows)
    said = decision(str(one.keys[0]))

    def raised(what: Any) -> list[Any]:
        return [each for each in task.follow(effect(what), found, [], {}, MORNING) if each.clause == rule.id]

    assert [(each.task, each.role, each.due) for each in raised(said)] == [
        (rule.task, rule.role, deadlines.last_day(rule.due, MORNING))
    ]
    if rule.unless:
        assert raised(said.model_copy(update={rule.unless: True})) == []


@each("review")
def test_a_level_is_looked_at_again_when_said(one: Named) -> None:
    clocks, rule = pack(one.pack).clocks, pack(one.pack).clocks.reviews(str(one.keys[0]))[int(one.keys[1])]
    levels = {scale: codes[0] for scale, codes in rule.at.items()}

    assert clocks.review_of(str(one.keys[0]), levels) == rule
    assert deadlines.last_day(rule.every, MORNING) > TODAY
    if rule.at:
        assert clocks.review_of(str(one.keys[0]), {}) != rule


@each("returns")
def test_a_return_is_asked_for_as_often_as_said(one: Named) -> None:
    schedule = entry(one, pack(one.pack).returns)
    found = periods.clocked(schedule, TODAY)
    months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}.get(schedule.period)

    if months is None or (schedule.due_day, schedule.due, schedule.cut_off) == (None, None, None):
        assert found == ()  # asked when something happens, or by a person
    else:
        assert all(calendar.add_months(each.first, months) == each.after for each in found)
        assert all(each.last == calendar.add_days(each.due, schedule.grace_days) for each in found)


def test_every_test_that_the_trace_names_exists() -> None:
    functions = {
        node.name
        for node in ast.walk(ast.parse((ROOT / deciders.FILE).read_text()))
        if isinstance(node, ast.FunctionDef)
    }

    assert set(deciders.TESTS.values()) <= functions
    assert len({one.case for one in entries()}) == len(entries()) > 300
    assert all((ROOT / file).exists() for file in deciders.ELSEWHERE.values())
