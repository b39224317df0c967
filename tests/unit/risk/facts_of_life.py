"""Random but plausible lives of providers, for the properties that must hold of every log."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from services.risk.remembered.state import is_mark
from shared.events import Event
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
SEALED = {"kid": "k", "nonce": "n", "ciphertext": "c"}

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


def _reports() -> st.SearchStrategy[Act]:
    incident = st.builds(
        lambda n, kind, severity: (
            "incident.reported", {"incident_id": f"I-{n}", "kind": kind} | ({"severity": severity} if severity else {})
        ),
        NUMBER, st.sampled_from(["fall", "police", "near_miss"]), st.sampled_from([None, "S1", "S3"]),
    )  # fmt: skip
    complaint = st.builds(
        lambda n: ("complaint.received", {"complaint_id": f"K-{n}", "themes": ["q.dignity"], "origin": "provider"}),
        NUMBER,
    )
    resolved = st.builds(
        lambda n, outcome: ("complaint.resolved", {"complaint_id": f"K-{n}", "outcome": outcome}),
        NUMBER, st.sampled_from(["upheld", "not_upheld"]),
    )  # fmt: skip
    voice = st.builds(
        lambda n, said: (
            "feedback.received",
            {"feedback_id": f"F-{n}", "voice": "family", "sentiment": said, "method": "form", "consent_to_share": True},
        ),
        NUMBER, st.sampled_from(["positive", "neutral", "negative"]),
    )  # fmt: skip
    manager = st.builds(
        lambda status: ("registry.manager.changed", {"status": status, "since": "2026-01-05"}),
        st.sampled_from(["in_post", "vacant", "absent"]),
    )
    found = st.builds(
        lambda n, rating: ("assessment.completed", {"assessment_id": f"A-{n}", "tool": "pamms", "overall": rating}),
        NUMBER, st.sampled_from(["excellent", "good", "requires_improvement", "poor"]),
    )  # fmt: skip
    partner = st.builds(
        lambda who, rag: ("partner_rating.submitted", {"partner": who, "period": "2026-01", "rating": rag}),
        st.sampled_from(["council_quality", "icb_quality"]), st.sampled_from(["red", "amber", "green"]),
    )  # fmt: skip
    contract = st.builds(
        lambda n, signed: (
            "contract.registered",
            {"contract_id": f"X-{n}", "kind": "block", "commissioner": "council", "signed": signed},
        ),
        NUMBER, st.booleans(),
    )  # fmt: skip
    return incident | complaint | resolved | voice | manager | found | partner | contract


def _corrections() -> st.SearchStrategy[Act]:
    regraded = st.builds(
        lambda n, severity: ("concern.regraded", {"concern_id": f"QC-{n}", "severity": severity, "reason": SEALED}),
        NUMBER, st.sampled_from(["S1", "S4"]),
    )  # fmt: skip
    withdrawn = st.builds(lambda n: ("fact.withdrawn", {"event_id": n, "because": "not_true"}), st.integers(0, 12))
    return regraded | withdrawn


def named(log: Sequence[Event], data: dict[str, Any]) -> dict[str, Any]:
    """The data with the id of the event that its number stands for."""
    number = data.get("event_id")
    return data if number is None else data | {"event_id": str(log[number % len(log)].id)}


ACTS = st.one_of(
    _concern(), _concern(), _outcome(), _safeguarding(), _rating(), _enforcement(), _decision(), _others(), _reports(),
    _corrections(),
)  # fmt: skip
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
    happened = [event for event in story.log if not is_mark(event)]
    day = START
    for wait, provider, (kind, data) in steps:
        if wait:
            between(story, day + timedelta(days=wait))
        day += timedelta(days=wait)
        story.on(day.isoformat())
        happened.append(story.record(kind, named(happened, data), writer=writer_of(kind), subject=provider))
    between(story, (end or day) + timedelta(days=1))
    return story
