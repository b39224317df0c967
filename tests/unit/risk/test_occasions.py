"""Alerts for what happens to a provider, where the policy asks: each once for its cause, cleared when it is gone."""

from typing import Any

import pytest
from hypothesis import given, settings

from services.risk.alerts import Alert
from services.risk.recompute import Asked, recompute
from services.risk.wording import plain_of
from tests.golden.story import PLACE, Story
from tests.unit.risk.facts_of_life import PROVIDERS, STEPS, live

SLOW = settings(deadline=None, max_examples=10)


def home(pack: str = "salford-2024") -> Story:
    return Story("2026-01-05", pack).adopted().registered().closed("2026-01-05").on("2026-01-06")


def alerts(story: Story, code: str) -> list[Any]:
    return [each.what.data for each in story.said if isinstance(each.what, Alert) and each.what.data.alert == code]


HAPPENED: list[tuple[str, str, dict[str, Any], str]] = [
    ("A8", "registry.manager.changed", {"status": "vacant", "since": "2026-01-06"}, "manager_lost:vacant:2026-01-06"),
    ("A8", "registry.ownership.changed", {"kind": "sale", "effective_date": "2026-01-06"}, "ownership_changed:sale:"),
    ("A8", "incident.reported", {"incident_id": "I-1", "kind": "police", "severity": "S2"}, "police_incident:"),
    ("A8", "market.signal.recorded", {"signal_id": "M-1", "signal": "m.sponsor_licence"}, "sponsor_licence:"),
    ("A8", "market.signal.recorded", {"signal_id": "M-1", "signal": "m.industrial_action"}, "industrial_action:"),
    ("A8", "cqc_rating.published", {"overall": "inadequate", "report_date": "2026-01-06"}, "rated_inadequate:"),
    ("A8", "assessment.completed", {"assessment_id": "A-1", "tool": "pamms", "overall": "poor"}, "quality_poor:"),
    ("A12", "market.failure_event.recorded",
     {"failure_id": "F-1", "code": "administrator_appointed", "effective_date": "2026-01-06"}, "business_failure:"),
    ("A14", "registry.manager.changed", {"status": "vacant", "since": "2026-01-06"}, "manager_lost:vacant:2026-01-06"),
    ("A14", "registry.service.reregistered",
     {"old_cqc_location_id": "1-999999999", "new_cqc_location_id": "1-888888888"}, "reregistered:"),
    ("A14", "registry.service.closed", {"closed_on": "2026-01-06", "reason": "closed"}, "closed:2026-01-06"),
    ("A3", "whistleblowing.received", {"disclosure_id": "W-1", "themes": ["q.dignity"], "severity": "S3"},
     "whistleblowing_high:"),
    ("A3", "safeguarding_concern.received", {"sg_ref": "SG-1", "abuse_types": ["abuse.organisational"]},
     "organisational_abuse:SG-1"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "kind", "data", "cause"), HAPPENED)
def test_it_is_told_at_once_with_its_evidence_and_once(code: str, kind: str, data: dict[str, Any], cause: str) -> None:
    story = home()
    event = story.record(kind, data)

    found = [each for each in alerts(story, code) if each.cause.startswith(cause)]
    for day in ("2026-01-06", "2026-01-20"):
        story.closed(day)
    story.on("2026-01-21").record(kind, data)

    assert [str(event.id)] == list(found[0].evidence)
    assert found[0].clause
    assert found[0].since.isoformat() == "2026-01-06"
    again = [each for each in alerts(story, code) if each.cause.startswith(cause)]
    assert len({each.cause for each in again}) == len(again)


def test_nothing_is_asked_that_the_policy_does_not_name() -> None:
    story = home("herefordshire-2018")

    story.record("incident.reported", {"incident_id": "I-1", "kind": "police", "severity": "S2"})

    assert "police_incident" not in {each.cause.partition(":")[0] for each in alerts(story, "A8")}


def test_what_was_withdrawn_is_cleared_and_what_memory_lost_is_not() -> None:
    police = {"incident_id": "I-1", "kind": "police", "severity": "S2"}
    taken, kept = home(), home()
    event = taken.record("incident.reported", police)
    kept.record("incident.reported", police)

    taken.record("fact.withdrawn", {"event_id": str(event.id), "because": "sent_in_error"})
    kept.on("2027-12-01").concern().closed("2027-12-01")

    assert [how for how, _ in taken.told("A8", "police_incident")] == ["raised", "cleared"]
    assert kept.judge.states[next(iter(kept.judge.states))].of("incidents") == {}
    assert [how for how, _ in kept.told("A8", "police_incident")] == ["raised"]


class TestNotifications:
    """A13: only where a contract asks for copies (rulings 27)."""

    def contracted(self, *clauses: str) -> Story:
        terms = {"contract_id": "C-1", "kind": "contract", "commissioner": "council", "starts_on": "2025-01-01"}
        story = home()
        story.record("contract.registered", terms | {"clauses": list(clauses)})
        return story

    def received(self, story: Story) -> Story:
        story.record("safeguarding_concern.received", {"sg_ref": "SG-1", "abuse_types": ["abuse.neglect"]})
        return story

    def test_it_is_asked_for_after_five_working_days(self) -> None:
        story = self.received(self.contracted("cqc_copies")).closed("2026-01-12")  # Tuesday the 6th: by the 13th
        assert story.told("A13") == []

        assert story.closed("2026-01-13").told("A13") == [("raised", "notification:SG-1")]

        copied = {"notification_id": "N-1", "regulation": "18", "about": "2026-01-06", "sg_ref": "SG-1"}
        story.on("2026-01-15").record("statutory_notification.copied", copied)
        assert [how for how, _ in story.told("A13")] == ["raised", "cleared"]

    def test_a_copy_in_time_answers_it(self) -> None:
        story = self.received(self.contracted("cqc_copies"))
        story.record("statutory_notification.copied", {
            "notification_id": "N-1", "regulation": "18", "about": "2026-01-06",
        })  # fmt: skip

        assert story.closed("2026-02-28").told("A13") == []

    def test_where_no_contract_asks_for_copies_nothing_is_known(self) -> None:
        assert self.received(self.contracted("returns")).closed("2026-02-28").told("A13") == []


@SLOW
@given(STEPS)
def test_the_log_alone_gives_the_same_word_by_recompute(steps: Any) -> None:
    story = live(steps, lambda made, until: made.closed((until).isoformat()))

    for provider in PROVIDERS:
        events = [event for event in story.log if event.subject in (provider, "partition/0")]
        assert plain_of(recompute(events, Asked(story.pack))) == plain_of(story.judge.assess(provider))
    assert PLACE in story.judge.partition.policies


def test_a_range_that_only_reaches_level_3_asks_nobody_to_escalate() -> None:
    story = home().on("2026-03-02").rated("requires_improvement", "2026-02-20").closed("2026-03-02")

    assert story.indicated == ("2", "3")
    assert alerts(story, "A8") == []
    story.rated("inadequate", "2026-03-01").closed("2026-03-03")
    assert story.indicated == ("3", "3")
    assert [each.task for each in alerts(story, "A8")] != []
