"""Random but plausible lives of providers, for the properties that must hold of every log."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.golden.story import Story

START = date(2026, 1, 5)
PROVIDERS = ("prv-00000000000000aa", "prv-00000000000000bb")
RATINGS = st.sampled_from(["outstanding", "good", "requires_improvement", "inadequate", "no_rating"])
QUESTIONS = ("safe", "effective", "caring", "responsive", "well_led")
THEMES = st.lists(
    st.sampled_from(["q.medicines", "q.dignity", "q.staffing_levels", "q.unclassified", "abuse.neglect"]),
    min_size=1,
    max_size=3,
    unique=True,
)
NUMBER = st.integers(0, 4)

Act = tuple[str, dict[str, Any]]
"""The kind of an event and its data."""


def _concern() -> st.SearchStrategy[Act]:
    return st.builds(
        lambda n, severity, themes: (
            "quality_concern.raised",
            {"concern_id": f"QC-{n}", "severity": severity, "themes": themes},
        ),
        NUMBER,
        st.sampled_from(["S1", "S2", "S3", "S4"]),
        THEMES,
    )


def _outcome() -> st.SearchStrategy[Act]:
    outcomes = st.sampled_from(["upheld", "not_upheld", "withdrawn", "inconclusive"])
    return st.builds(
        lambda n, outcome: ("concern.outcome_recorded", {"concern_id": f"QC-{n}", "outcome": outcome}), NUMBER, outcomes
    )


def _safeguarding() -> st.SearchStrategy[Act]:
    return st.builds(
        lambda n, kind: ("safeguarding_concern.received", {"sg_ref": f"SG-{n}", "abuse_types": [kind]}),
        NUMBER,
        st.sampled_from(["abuse.neglect", "abuse.physical"]),
    )


def _rating() -> st.SearchStrategy[Act]:
    questions = st.dictionaries(st.sampled_from(QUESTIONS), RATINGS)
    group = st.sampled_from(["location", "Location", "residential homes"])
    return st.builds(
        lambda overall, questions, back, group: (
            "cqc_rating.published",
            {"overall": overall, "report_date": (START - timedelta(days=back)).isoformat(), "service_group": group}
            | questions,
        ),
        RATINGS,
        questions,
        st.sampled_from([-3, 0, 0, 400, 1200]),
        group,
    )


def _enforcement() -> st.SearchStrategy[Act]:
    actions = ["warning_notice", "conditions", "notice_of_proposal", "urgent_s31"]
    return st.builds(
        lambda n, action, status: (
            "cqc_enforcement.recorded",
            {"enforcement_id": f"E-{n}", "action": action, "status": status, "served_date": "2026-01-02"},
        ),
        NUMBER,
        st.sampled_from(actions),
        st.sampled_from(["active", "complied"]),
    )


def _decision() -> st.SearchStrategy[Act]:
    suspension = st.builds(
        lambda kind, n: (
            {"type": kind, "suspension_id": f"sus-{n}"} | ({} if kind.endswith("lifted") else {"kind": "enforced"})
        ),
        st.sampled_from(["suspension.imposed", "suspension.lifted"]),
        NUMBER,
    )
    notice = st.builds(
        lambda kind, n, because: (
            {"type": kind, "notice_id": f"dn-{n}"} | ({"because": because} if kind.endswith("served") else {})
        ),
        st.sampled_from(["default_notice.served", "default_notice.satisfied"]),
        NUMBER,
        st.sampled_from(["plan_timescales_missed", "breach"]),
    )
    told = {"decision_id": "d-1", "body": "COMMISSIONERS", "organisation": "council", "role": "director"}
    return st.builds(lambda d: ("decision.took_effect", told | {"decision": d}), suspension | notice)


def _others() -> st.SearchStrategy[Act]:
    filed = st.builds(
        lambda month: ("returns.submitted", {"return_type": "RT-PMR", "period": f"2026-{month:02d}"}),
        st.integers(1, 12),
    )
    visit = st.builds(
        lambda n, risk: ("visit.completed", {"visit_id": f"V-{n}", "purpose": "focused", "immediate_risk": risk}),
        NUMBER,
        st.booleans(),
    )
    contact = st.builds(lambda n: ("contact.recorded", {"contact_id": f"C-{n}", "kind": "call"}), NUMBER)
    changed = st.builds(
        lambda who: ("registry.service.changed", {"commissioning": who}), st.sampled_from(["council", "joint", "none"])
    )
    return filed | visit | contact | changed


ACTS = st.one_of(_concern(), _concern(), _outcome(), _safeguarding(), _rating(), _enforcement(), _decision(), _others())
WAITS = st.sampled_from([0, 0, 0, 0, 1, 1, 2, 30])
STEPS = st.lists(st.tuples(WAITS, st.sampled_from(PROVIDERS), ACTS), min_size=1, max_size=16)
"""Days to wait, whom it is about, what happens."""

Step = tuple[int, str, Act]


def writer_of(kind: str) -> str:
    """Who records it."""
    return "governance" if kind.startswith("decision.") else "intake"


def live(steps: list[Step], between: Callable[[Story, date], None], end: date | None = None) -> Story:
    """A story in which all of it happens; `between` is called before each day on which something does."""
    story = Story(START.isoformat()).adopted()
    for provider in PROVIDERS:
        story.registered(provider)
    day = START
    for wait, provider, (kind, data) in steps:
        if wait:
            between(story, day + timedelta(days=wait))
        day += timedelta(days=wait)
        story.on(day.isoformat())
        story.record(kind, data, writer=writer_of(kind), subject=provider)
    between(story, (end or day) + timedelta(days=1))
    return story
