"""What a provider sees of its own record, and what it may ask: pure (AMB-16)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.governance import plan_orders
from services.governance.own import orders, returns, shown
from shared.events import concerns, cqc, decisions, entry_of
from shared.events import returns as published

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


def event(model: Any, **data: Any) -> dict[str, Any]:
    return {"id": "e-1", "type": entry_of(model).type, "time": "2026-03-01T09:00:00Z", "data": data}


def effect(kind: str) -> dict[str, Any]:
    return event(decisions.DecisionTookEffect, decision={"type": kind, "level": "3"})


@pytest.mark.parametrize(("kind", "is_seen"), [
    ("level.confirmed", True), ("suspension.imposed", True), ("default_notice.served", True),
    ("suspension.considered", False), ("termination.considered", False), ("escalation.referred", False),
    ("lsi.authorised", False), ("safeguarding.referral", False), ("visit.ordered", False), ("share.refused", False),
])  # fmt: skip
def test_decisions_are_seen_once_they_are_told_by_what_they_are(kind: str, is_seen: bool) -> None:
    assert shown.is_shown(effect(kind), "official-sensitive", NOW) is is_seen


def test_what_is_restricted_marked_or_embargoed_is_not_seen() -> None:
    rating = event(cqc.CqcRatingPublished, overall="good")

    assert shown.is_shown(rating, "official", NOW)
    assert not shown.is_shown(rating, "restricted-safeguarding", NOW)
    assert not shown.is_shown(rating | {"nottoprovider": True}, "official", NOW)
    assert not shown.is_shown(rating | {"embargountil": "2026-03-02T10:00:00+00:00"}, "official", NOW)
    assert shown.is_shown(rating | {"embargountil": "2026-03-02T09:00:00+00:00"}, "official", NOW)
    assert not shown.is_shown(event(concerns.QualityConcernRaised), "official", NOW)


def test_the_page_names_what_it_shows_so_that_nothing_new_slips_through() -> None:
    document: dict[str, Any] = {
        "provider_id": "prv-1", "name": "N", "place": "E06000019", "service_type": "home_care", "beds": None,
        "confirmed": {"level": "2", "since": "2026-01-01", "decision_id": "d", "tainted": True},
        "indicated": {"min": "3", "max": "3"}, "criteria": [{}], "pending": [{}], "processes": [{}], "expected": [{}],
        "sanctions": [{"kind": "suspension", "since": "2026-01-02", "decision_id": "d-2", "ratify_by": None}],
        "plan": {"plan_id": "plan-1", "status": "drafted"}, "challenges": [], "divergent": True,
    }  # fmt: skip

    found = shown.page(document)

    assert found["confirmed"] == {"level": "2", "since": "2026-01-01", "review_by": None}
    assert set(found) == {*shown.KEPT, "confirmed", "sanctions", "plan", "challenges"}
    assert "decision_id" not in found["sanctions"][0]
    assert found["plan"] is None


def test_returns_are_owed_late_received_or_waived() -> None:
    def asked(month: str, due: date) -> Any:
        return published.ReturnRequested(return_type="RT-PMR", period=month, due_on=due), TODAY

    def came(month: str, day: date) -> Any:
        return published.ReturnSubmitted(return_type="RT-PMR", period=month, submitted_on=day), TODAY

    partners = published.ReturnRequested(
        return_type="RT-MDRA", period="2026-02", due_on=date(2026, 2, 1), asked_of="partners"
    )
    waived = published.ReturnWaived(return_type="RT-PMR", period="2025-12", because="emergency")
    found = returns.fold([
        asked("2026-03", date(2026, 4, 1)), asked("2026-02", date(2026, 3, 1)), asked("2026-01", date(2026, 2, 1)),
        asked("2025-11", date(2025, 12, 1)), asked("2025-12", date(2026, 1, 1)), (waived, TODAY), (partners, TODAY),
        came("2026-01", date(2026, 2, 3)), came("2025-11", date(2025, 12, 1)), came("2025-11", date(2025, 12, 9)),
    ])  # fmt: skip

    assert [(one.period, one.state(TODAY)) for one in found] == [
        ("2026-03", "owed"), ("2026-02", "overdue"), ("2026-01", "received_late"), ("2025-12", "waived"),
        ("2025-11", "received"),
    ]  # fmt: skip


def test_it_hears_what_its_own_role_was_told_and_nobody_elses() -> None:
    def told(kind: str, role: str, delivery: str) -> dict[str, Any]:
        type_ = next(name for name, what in shown.TOLD.items() if what == kind)
        data = {"delivery_id": delivery, "alert": "A11", "recipient_role": role}
        return {"type": type_, "recordedtime": "2026-03-01T09:00:00Z", "data": data}

    found = shown.told(
        [told("sent", "provider", "1"), told("sent", "director", "2"), told("acknowledged", "provider", "1")]
    )

    assert len(found) == 1
    assert found[0]["acknowledged"] is not None


def test_a_provider_signs_for_itself_alone() -> None:
    signed = orders.Signed(type="signed_off", signed_on=TODAY, signed_by_role="registered_manager")

    order = orders.plan_step(signed)

    assert isinstance(order, plan_orders.SignedOff)
    assert order.by == "provider"
    kept = plan_orders.step(order, "plan-1", "actor", lambda _: None, by_provider=True)
    assert not kept.recorded_for_provider  # type: ignore[attr-defined]


def test_its_days_end_with_the_day_that_the_draft_names() -> None:
    assert not orders.is_late(date(2026, 3, 2), date(2026, 3, 2))
    assert orders.is_late(date(2026, 3, 3), date(2026, 3, 2))
