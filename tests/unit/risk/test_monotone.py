"""A worse fact never lowers what is indicated, under any of the policies that ship (rulings 5, R24)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.risk import assessment
from services.risk.criteria import Rules
from shared import policy
from shared.events.assessments import Assessment, Indicated
from tests.golden.story import HOME, Story, c_of, rules
from tests.unit.risk.facts_of_life import ACTS, START, named, writer_of
from tests.unit.risk.homes import BASELINE

QUESTIONS = ("safe", "effective", "caring", "responsive", "well_led")
RATINGS = ("outstanding", "good", "requires_improvement", "inadequate")
DECIDED = {"decision_id": "d-9", "body": "COMMISSIONERS", "organisation": "council", "role": "director"}
THEME = st.sampled_from(["q.medicines", "q.leadership", "q.staffing_levels", "q.contract_compliance"])
Worse = tuple[str, dict[str, Any]]

WORSE: st.SearchStrategy[Worse] = st.one_of(
    st.builds(
        lambda severity, theme: (
            "quality_concern.raised", {"concern_id": "new", "severity": severity, "themes": [theme]}
        ),
        st.sampled_from(["S1", "S2", "S3", "S4"]), THEME,
    ),
    st.just(("safeguarding_concern.received", {"sg_ref": "new", "abuse_types": ["abuse.neglect"]})),
    st.just(("incident.reported", {"incident_id": "new", "kind": "serious_injury"})),
    st.just(("incident.reported", {"incident_id": "new", "kind": "police"})),
    st.just(("death.recorded", {"death_id": "new", "expected": "unexpected"})),
    st.builds(lambda theme: ("whistleblowing.received", {"disclosure_id": "new", "severity": "S4", "themes": [theme]}),
              THEME),
    st.just(("feedback.received", {
        "feedback_id": "new", "voice": "family", "sentiment": "negative", "method": "form", "consent_to_share": True,
    })),
    st.builds(
        lambda action: (
            "cqc_enforcement.recorded", {"enforcement_id": "new", "action": action, "served_date": "2026-01-05"}
        ),
        st.sampled_from(["requirement_notice", "warning_notice", "conditions", "notice_of_proposal", "urgent_s31"]),
    ),
    st.just(("regulatory_report.received", {"report_id": "new", "regulator": "fire", "finding": "enforcement"})),
    st.just(("market.signal.recorded", {"signal_id": "new", "signal": "m.insolvency"})),
    st.just(("registry.manager.changed", {"status": "vacant", "since": "2026-01-06"})),
    st.just(("engagement.recorded", {"engagement_id": "new", "willing": "refuses", "relationship": "none"})),
    st.just(("engagement.recorded", {"engagement_id": "new", "forum_attended": False})),
    st.just(("visit.completed", {"visit_id": "new", "purpose": "focused", "immediate_risk": True,
                                 "themes": ["q.medicines"]})),
    st.just(("partner_rating.submitted", {"partner": "council_quality", "period": "2026-01", "rating": "red"})),
    st.just(("assessment.completed", {"assessment_id": "new", "tool": "pamms", "overall": "poor"})),
    st.just(("returns.analysed", {"return_type": "RT-SDP", "period": "2026", "outcome": "additional_concerns"})),
    st.just(("plan.breached", {"plan_id": "plan-1", "because": "no_progress"})),
    st.builds(
        lambda decision: ("decision.took_effect", DECIDED | {"decision": decision}),
        st.sampled_from([
            {"type": "suspension.imposed", "suspension_id": "new", "kind": "enforced"},
            {"type": "default_notice.served", "notice_id": "new", "because": "breach"},
        ]),
    ),
)  # fmt: skip


def governed(kind: str) -> str:
    return "governance" if kind.startswith(("decision.", "plan.")) else "intake"


def lived(acts: list[tuple[str, dict[str, Any]]], *, heard: bool, good: bool) -> Story:
    """A home to which all of it happened, and a plan that is under way."""
    story = Story(START.isoformat()).adopted().registered()
    happened = list(story.log[1:])
    if good:
        story.rated("good", "2025-11-01", **dict.fromkeys(QUESTIONS, "good"))
    agreed = {"plan_id": "plan-1", "agreed_on": START.isoformat(), "due": "2026-12-01"}
    story.record("plan.agreed", agreed, writer="governance")
    story.on("2026-01-06")
    for kind, data in acts:
        happened.append(story.record(kind, named(happened, data), writer=writer_of(kind)))
    if heard:
        story.hear_everything()
    return story.closed("2026-02-20")


def judged(story: Story, pack: Rules) -> Assessment:
    state, partition = story.judge.states[HOME], story.judge.partition
    return assessment.assess(state, partition, pack, c_of(partition), BASELINE)


def lowered(pack: Rules, scale: str, before: Indicated, after: Indicated) -> bool:
    """Whether either end went down, or what was known to be worse than the best is known no more.

    From the best level to unknown is no step down: it is no longer known that it is good.
    """
    order = pack.pack.scales[scale].order
    if before.min is None or before.max is None:
        return False
    low, high = order.index(before.min), order.index(before.max)
    if after.min is None or after.max is None:
        return high > 0
    return order.index(after.min) < low or order.index(after.max) < high


@settings(deadline=None, max_examples=60)
@given(st.lists(ACTS, max_size=10), st.lists(WORSE, min_size=1, max_size=2), st.booleans(), st.booleans())
def test_a_worse_fact_never_lowers_the_range(acts, worse, heard, good):
    story = lived(acts, heard=heard, good=good)
    packs = [rules(name) for name in policy.shipped()]
    before = [judged(story, pack) for pack in packs]

    for kind, data in worse:
        story.record(kind, data, writer=governed(kind))

    for pack, was in zip(packs, before, strict=True):
        now = judged(story, pack)
        for scale in pack.pack.scales:
            assert not lowered(pack, scale, was.scales[scale], now.scales[scale]), (pack.pack.pack, scale, worse)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(RATINGS), min_size=6, max_size=6), st.integers(0, 5), st.lists(ACTS, max_size=5))
def test_a_worse_rating_never_lowers_the_range(rated, place, acts):
    def with_ratings(values: list[str]) -> list[Assessment]:
        story = lived(acts, heard=True, good=False)
        story.rated(values[0], "2026-02-20", **dict(zip(QUESTIONS, values[1:], strict=True)))
        return [judged(story, rules(name)) for name in policy.shipped()]

    worse = list(rated)
    worse[place] = RATINGS[min(RATINGS.index(rated[place]) + 1, len(RATINGS) - 1)]

    for name, was, now in zip(policy.shipped(), with_ratings(rated), with_ratings(worse), strict=True):
        for scale in rules(name).pack.scales:
            assert not lowered(rules(name), scale, was.scales[scale], now.scales[scale]), (name, scale)


@pytest.mark.parametrize("severity", ["S1", "S2", "S3"])
def test_a_concern_that_is_graded_higher_never_lowers_the_range(severity):
    story = Story(START.isoformat()).adopted().registered().concern("QC-1", severity).hear_everything()
    story.closed("2026-01-20")
    before = {name: judged(story, rules(name)) for name in policy.shipped()}

    reason = {"kid": "k", "nonce": "n", "ciphertext": "c"}
    story.record("concern.regraded", {"concern_id": "QC-1", "severity": "S4", "reason": reason})

    for name, was in before.items():
        now = judged(story, rules(name))
        for scale in rules(name).pack.scales:
            assert not lowered(rules(name), scale, was.scales[scale], now.scales[scale]), (name, scale)
