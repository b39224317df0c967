"""What must hold of every log: restarts, redelivery, days, policies and order of arrival change no answer."""

from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.risk.remembered.state import PartitionState, ProviderState, fold
from shared.events import Event
from tests.golden.story import HOME, PLACE, Judge, Said, Story
from tests.unit.risk.facts_of_life import ACTS, PROVIDERS, START, STEPS, live, named, writer_of

SLOW = settings(deadline=None, max_examples=25)
QUICK = settings(deadline=None, max_examples=150)


def close_each(story: Story, until: date) -> None:
    """Every day before `until` is closed by itself."""
    story.closed((until - timedelta(days=1)).isoformat(), each=True)


def close_never(story: Story, until: date) -> None:
    """No day is closed."""


def restarted(judge: Judge) -> Judge:
    """The same partition, read back from its bytes."""
    partition = msgspec.msgpack.decode(msgspec.msgpack.encode(judge.partition), type=PartitionState)
    states = {
        provider: msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=ProviderState)
        for provider, state in judge.states.items()
    }
    return Judge(judge.texts, partition, states, dict(judge.last), dict(judge.episodes))


@SLOW
@given(STEPS, st.data())
def test_any_restart_and_any_redelivery_gives_the_same_states_and_outputs(steps, data):
    story = live(steps, close_each)
    judge = Judge(story.judge.texts)
    said: list[Said] = []
    at = 0
    while at < len(story.log):
        size = data.draw(st.integers(1, max(1, len(story.log) // 2)), label="records until the next restart")
        again = data.draw(st.integers(0, min(at, 12)), label="redelivered")
        for event in story.log[at - again : at + size]:
            said += judge.take(Event.model_validate_json(event.model_dump_json()))
        at += size
        judge = restarted(judge)

    assert judge.states == story.judge.states
    assert judge.partition == story.judge.partition
    assert said == story.said


@SLOW
@given(STEPS)
def test_days_closed_one_by_one_or_all_at_once_end_alike(steps):
    end = START + timedelta(days=sum(wait for wait, _, _ in steps) + 3)
    slow, fast = live(steps, close_each, end), live(steps, close_never, end)
    for story in (slow, fast):
        story.hear_everything().closed(end.isoformat())

    for provider in PROVIDERS:
        assert _without_times(slow, provider) == _without_times(fast, provider)


def _without_times(story: Story, provider: str) -> str:
    # Ids and times of records differ, because the marks between them do; whatever else was judged must not.
    assessed = story.judge.assess(provider)
    criteria = [(each.id, each.outcome, each.strength, each.evidence_count) for each in assessed.criteria]
    return repr((assessed.indicated, criteria, assessed.missing, assessed.clocks))


@SLOW
@given(st.lists(st.tuples(st.sampled_from(PROVIDERS), ACTS), max_size=12), st.integers(0, 12))
def test_a_policy_may_come_into_force_between_any_two_records_of_a_day(acts, position):
    def told(at: int) -> list[str]:
        story = Story(START.isoformat())
        for provider in PROVIDERS:
            story.registered(provider)
        happened = list(story.log)
        for number, (provider, (kind, data)) in enumerate(acts):
            if number == at:
                story.adopted()
            happened.append(story.record(kind, named(happened, data), writer=writer_of(kind), subject=provider))
        if at >= len(acts):
            story.adopted()
        story.hear_everything().closed(START.isoformat())
        return [_without_times(story, provider) for provider in PROVIDERS]

    assert told(min(position, len(acts))) == told(0)


@QUICK
@given(st.lists(ACTS, min_size=1, max_size=14), st.randoms(use_true_random=False), st.data())
def test_facts_about_one_provider_may_arrive_in_any_order(acts, random, data):
    story = Story(START.isoformat()).registered()
    for kind, content in acts:
        story.on((START + timedelta(days=data.draw(st.integers(0, 3)))).isoformat())
        story.record(kind, named(story.log, content), writer=writer_of(kind))
    shuffled = list(story.log)
    random.shuffle(shuffled)

    def folded(events: list[Event]) -> ProviderState | None:
        state = None
        for event in events:
            state = fold(state, event)
        return state

    assert _as_sets(folded(shuffled)) == _as_sets(folded(story.log))


def _as_sets(state: ProviderState | None) -> Any:
    # A dictionary's order of keys is the order of arrival: it means nothing.
    return msgspec.to_builtins(state, order="deterministic") if state else None


@SLOW
@given(st.sampled_from(["upheld", "not_upheld", "withdrawn", "inconclusive"]), st.booleans())
def test_a_correction_finds_its_target_whichever_came_first(outcome, first):
    def told(correction_first: bool) -> tuple[list[Any], Any]:
        story = Story(START.isoformat()).adopted().registered()
        concern = ("quality_concern.raised", {"concern_id": "QC-1", "severity": "S4", "themes": ["q.dignity"]})
        correction = ("concern.outcome_recorded", {"concern_id": "QC-1", "outcome": outcome})
        for kind, data in (correction, concern) if correction_first else (concern, correction):
            story.record(kind, data)
        story.closed(START.isoformat())
        return [(c.id, c.outcome, c.evidence_count) for c in story.assessed.criteria], story.assessed.indicated

    assert told(first) == told(not first)


@SLOW
@given(STEPS)
def test_nothing_is_ever_raised_twice_for_its_cause_without_having_been_cleared(steps):
    story = live(steps, close_each)
    standing: set[tuple[str, str]] = set()

    for said in story.said:
        if hasattr(said.what, "data"):
            key = (said.provider, f"{said.what.data.alert} {said.what.data.cause}")
            if type(said.what.data).__name__ == "AlertRaised":
                assert key not in standing
                standing.add(key)
            else:
                assert key in standing
                standing.discard(key)


def test_c_is_the_last_day_that_both_writers_have_closed_and_never_goes_back():
    story = Story("2026-01-05").adopted().registered()

    story.closed("2026-01-05", writers=["intake"])
    assert story.judge.partition.c is None
    story.closed("2026-01-07", writers=["governance"])
    assert story.judge.partition.c == date(2026, 1, 5).toordinal()
    story.closed("2026-01-10", writers=["intake"])
    assert story.judge.partition.c == date(2026, 1, 7).toordinal()


def test_a_writer_that_stops_over_a_deadline_invents_no_breach():
    story = Story("2026-01-05").adopted().registered().closed("2026-01-05")

    # governance's marks stop; the return for February comes in time, and is recorded before intake's mark
    story.closed("2026-03-09", writers=["intake"]).on("2026-03-12").filed("2026-02")
    story.closed("2026-03-31", writers=["intake"]).closed("2026-03-31", writers=["governance"])

    assert story.told("A11") == []
    assert story.outcome_of("HER-L1.i") == "met"
    assert PLACE in story.judge.partition.policies
    assert HOME in story.judge.states
