"""A state is bounded whatever comes: by time, by caps that are shown, and by bytes."""

from datetime import timedelta
from typing import Any

from services.risk import memory
from services.risk.remembered import heard, reported
from services.risk.remembered.state import ProviderState, fold
from shared.events import Event
from tests.golden.story import HOME, Story
from tests.unit.risk.everything import FACTS
from tests.unit.risk.homes import home

LONG = "a-reference-of-a-publisher-that-is-fond-of-long-ones"
NUMBERS = {
    "incident.reported": "incident_id", "death.recorded": "death_id", "whistleblowing.received": "disclosure_id",
    "complaint.received": "complaint_id", "regulatory_report.received": "report_id",
    "market.signal.recorded": "signal_id", "engagement.recorded": "engagement_id", "feedback.received": "feedback_id",
    "assessment.completed": "assessment_id", "placement.started": "placement_token",
    "safeguarding_concern.received": "sg_ref", "quality_concern.raised": "concern_id",
    "concern.outcome_recorded": "concern_id", "visit.completed": "visit_id",
}  # fmt: skip
OTHERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("quality_concern.raised", {"concern_id": "", "severity": "S3", "themes": ["q.medicines", "q.dignity"]}),
    ("concern.outcome_recorded", {"concern_id": "", "outcome": "upheld"}),
    ("safeguarding_concern.received", {"sg_ref": "", "abuse_types": ["abuse.neglect", "abuse.physical"]}),
    ("visit.completed", {"visit_id": "", "purpose": "focused", "themes": ["q.medicines"]}),
)
MOST_BYTES = 450_000
"""Two states at all their caps fit one batch of the changelog (900 kB)."""


def flooded(times: int) -> ProviderState:
    """A home of which more of everything is reported than is kept."""
    story, samples = home(), dict((*FACTS, *OTHERS))
    state = story.judge.states[HOME]
    for kind, data in samples.items():
        first = story.record(kind, data | ({NUMBERS[kind]: "first"} if kind in NUMBERS else {}))
        for number in range(2 * times):
            state = fold(state, _again(first, number // 2, version=number % 2))
    return state


def _again(event: Event, number: int, version: int) -> Event:
    name = NUMBERS.get(event.kind)
    data = event.data if name is None else event.data | {name: f"{LONG}-{number}"}
    later = timedelta(seconds=number + version)
    changes = {"id": f"00000000-0000-5000-8000-{2 * number + version:012d}", "time": event.time + later, "data": data}
    return event.model_copy(update=changes | {"recordedtime": event.recordedtime + later})


def test_no_collection_passes_its_cap_and_one_that_reached_it_is_shown():
    state = flooded(420)

    for name, cap in heard.CAPS.items():
        assert len(getattr(state.heard, name)) <= cap, name
    for name, things in state.heard.reports.items():
        assert len(things) <= reported.CAPS.get(name, reported.CAP), name
    assert {"concerns", "outcomes", "safeguarding", "visits", "incidents", "feedback"} <= state.capped.keys()
    assert len(memory.encode(state)) <= MOST_BYTES, len(memory.encode(state))


def test_versions_of_one_thing_are_few():
    story = home()
    for number in range(20):
        severity = f"S{number % 4 + 1}"
        story.record("quality_concern.raised", {"concern_id": "QC-1", "severity": severity, "themes": ["q.ipc"]})

    [versions] = story.judge.states[HOME].heard.concerns.values()
    assert len(versions) == 4
    assert versions[-1].severity == "S4"


def test_what_its_window_has_passed_is_let_go_and_what_lasts_is_kept():
    story = home().concern("QC-1").on("2026-02-02")
    story.record("incident.reported", {"incident_id": "I-1", "kind": "fall"})
    story.record("registry.manager.changed", {"status": "vacant", "since": "2026-02-01"})
    story.record("assessment.completed", {"assessment_id": "A-1", "tool": "pamms", "overall": "good"})

    story.on("2027-09-01").concern("QC-2")

    state = story.judge.states[HOME]
    assert list(state.concerns) == ["icb-quality|QC-2"]
    assert state.of("incidents") == {}
    assert [each.kind for each in state.of("manager").values()] == ["vacant"]
    assert [each.grade for each in state.of("assessments").values()] == ["good"]


def test_a_fact_that_comes_after_its_window_was_over_is_counted_and_dropped():
    story = home().on("2027-09-01").concern("QC-2")
    late = {"incident_id": "I-1", "kind": "fall"}

    story.record("incident.reported", late, at=story.now - timedelta(days=600))

    assert story.judge.states[HOME].of("incidents") == {}
    assert story.judge.states[HOME].dropped == 1


def test_a_quiet_home_takes_little_room():
    story = Story("2026-01-05").adopted().registered().rated("good").visited().filed("2026-01").concern()

    assert len(memory.encode(story.judge.states[HOME])) < 2_000
