"""What a confirmed level sets going, what ends it, and what is owed anew (HER-M1..M3, AMB-8, OXF-21)."""

from datetime import timedelta
from typing import Any

import pytest

from services.governance.domain import task
from services.governance.matter import Matter, NotFitting
from shared import calendar, identifiers, policy
from shared.events import decisions, processes, tasks
from tests.unit.governance.given import MORNING, PLACE, PROVIDER, REASON

HER, OXF = policy.load("herefordshire-2018"), policy.load("oxfordshire-2013")


def effect(decision: Any, name: str = "d1") -> decisions.DecisionTookEffect:
    return decisions.DecisionTookEffect(
        decision_id=name, decision=decision, body="B", organisation="council", role="panel-chair"
    )


def level(code: str, scale: str = "level") -> decisions.LevelConfirmed:
    return decisions.LevelConfirmed(level=code, scale=scale)


def raised(
    pack: Any, decision: Any, levels: dict[str, str], known: tuple[Any, ...] = (), name: str = "d1"
) -> list[Any]:
    return list(task.follow(effect(decision, name), pack, [task.document(one) for one in known], levels, MORNING))


def test_level_3_asks_for_a_notice_and_for_a_suspension_to_be_considered_and_does_neither():
    found = {one.task: one for one in raised(HER, level("3"), {"level": "3"})}

    assert found["default_notice"].how == "task"
    assert found["default_notice"].clause == "HER-M3.e"
    assert found["default_notice"].due == calendar.working_days_after(MORNING.date(), 5)
    considered = [one for one in found.values() if "suspension.considered" in one.closed_by]
    assert [one.how for one in considered] == ["consider"]
    assert all(isinstance(one, tasks.TaskRaised) for one in found.values())


@pytest.mark.parametrize(
    ("name", "closed_by", "refused"),
    [
        ("default_notice", ("default_notice.served",), {"done"}),
        ("safety_checks", ("lsi.step_recorded:safety_checks",), {"done"}),
        ("answer_challenge", (), {"done"}),
        ("temporary_duty.people_counted", (), {"done", "not_done"}),
        ("review_tainted_decision", ("suspension.lifted",), set()),
        ("tell_provider", (), set()),
    ],
)
def test_what_an_event_of_its_own_ends_nobody_ticks_off(name: str, closed_by: tuple[str, ...], refused: set[str]):
    known = task.take(None, tasks.TaskRaised(task_id="t1", task=name, how="task", closed_by=closed_by))

    assert task.not_by_hand(known) == refused
    assert (task.done_by(known) is None) is (not refused)


def test_what_is_only_offered_is_nobodys_task():
    offered = {one.id for one in HER.responses["1"] if one.how == "may"}

    assert offered
    assert not offered & {one.clause for one in raised(HER, level("1"), {"level": "1"})}


def test_a_decision_closes_the_task_that_named_it_and_a_new_level_withdraws_the_rest():
    first = [task.take(None, one) for one in raised(HER, level("3"), {"level": "3"})]

    served = raised(HER, decisions.DefaultNoticeServed(notice_id="n1"), {"level": "3"}, tuple(first), "d2")
    lowered = raised(HER, level("1"), {"level": "1"}, tuple(first), "d3")

    assert [type(one) for one in served] == [tasks.TaskDone, tasks.TaskRaised]  # done, and the provider is to be told
    gone = {one.task_id for one in lowered if isinstance(one, tasks.TaskWithdrawn)}
    assert gone == {one.raised.task_id for one in first}


def test_the_same_level_again_raises_nothing_anew():
    first = tuple(task.take(None, one) for one in raised(HER, level("2"), {"level": "2"}))

    assert raised(HER, level("2"), {"level": "2"}, first, "d2") == []


def test_what_two_scales_ask_for_together_begins_when_the_second_is_confirmed():
    red = raised(OXF, level("red", "rag-existing"), {"rag-existing": "red"})
    both = {"rag-existing": "red", "tier": "3"}
    known = tuple(task.take(None, one) for one in red)
    with_tier = raised(OXF, level("3", "tier"), both, known, "d2")

    assert OXF.primary == "rag-existing"
    assert "OXF-21.c" not in {one.clause for one in red}
    assert "OXF-21.c" in {one.clause for one in with_tier}
    assert not {one.clause for one in with_tier} & {one.clause for one in red}


def test_what_is_done_again_and_again_is_owed_anew():
    standing = next(one for one in raised(OXF, level("3", "tier"), {"tier": "3"}) if one.task == "contract_meetings")
    state = task.take(None, standing)

    anew = task.again(state, OXF, MORNING + timedelta(days=10))

    assert anew is not None
    assert anew.task_id != standing.task_id
    assert standing.due is not None
    assert anew.due == standing.due + timedelta(days=10)


def test_a_task_ends_once():
    made = Matter("task", "task-0000000000000001", PROVIDER, PLACE)
    steps = (
        tasks.TaskRaised(task_id=made.matter_id, task="visit", how="task"),
        tasks.TaskAssigned(task_id=made.matter_id, role="contracts-officer"),
        tasks.TaskNotDone(task_id=made.matter_id, reason=REASON),
    )
    for number, step in enumerate(steps):
        made.take(step, identifiers.derived_id("test", str(number)), MORNING)

    assert (made.state.role, made.state.outcome) == ("contracts-officer", "not_done")
    with pytest.raises(NotFitting, match="the task is not_done"):
        made.take(tasks.TaskDone(task_id=made.matter_id), identifiers.derived_id("test", "again"), MORNING)


@pytest.mark.parametrize("name", policy.shipped())
def test_a_restriction_owes_letters_to_provider_brokerage_and_people_and_its_end_to_the_first_two(name: str):
    pack = policy.load(name)
    pause = decisions.SuspensionImposed(suspension_id="s1", kind="enforced")

    begun = {one.task: one for one in raised(pack, pause, {}) if isinstance(one, tasks.TaskRaised)}
    ended = {one.task for one in raised(pack, decisions.SuspensionLifted(suspension_id="s1"), {})}

    assert set(begun) == {"tell_provider", "tell_brokerage", "tell_people_and_families"}
    assert begun["tell_provider"].role == "contracts-officer"
    assert all(one.due is not None and one.clause for one in begun.values())
    assert ended == {"tell_provider", "tell_brokerage"}
    assert {one.task for one in task.ended(refusal(pause), pack, MORNING)} == ended  # nobody ratified it


def refusal(said: decisions.Decision) -> decisions.DecisionRatificationRefused:
    names = {"decision_id": "d1", "decision": said, "body": "B", "organisation": "icb", "role": "icb-quality"}
    return decisions.DecisionRatificationRefused.model_validate(names | {"by_organisation": "icb"})


@pytest.mark.parametrize("name", policy.shipped())
def test_a_large_scale_process_owes_its_steps_and_each_step_closes_its_own(name: str):
    pack = policy.load(name)
    begin = processes.LsiAuthorised(lsi_id="l1", lead_role="safeguarding", police_liaison=True)
    owed = [one for one in raised(pack, begin, {}) if isinstance(one, tasks.TaskRaised)]
    open_ = tuple(task.take(None, one) for one in owed)

    checked = raised(pack, processes.LsiStepRecorded(lsi_id="l1", step="safety_checks"), {}, open_, "d2")
    closed = raised(pack, processes.LsiClosed(lsi_id="l1", learning_shared=True, sar_considered=False), {}, open_, "d3")

    assert {one.task for one in owed} == {
        "safety_checks",
        "placing_authorities_told",
        "initial_meeting",
        "commissioning_intentions",
        "feedback_from_people",
        "findings_meeting",
    }  # fmt: skip - the police are there already
    assert [one.task_id for one in checked] == [one.task_id for one in owed if one.task == "safety_checks"]
    assert [one.task for one in closed if isinstance(one, tasks.TaskRaised)] == ["consider_adults_review"]
