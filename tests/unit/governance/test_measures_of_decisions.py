"""Restrictions, consents, alerts, early warning and meetings as measures count them (K8 to K10, K12, K14)."""

from datetime import date
from typing import Any

from services.governance.measures.asked import Asked
from shared.events import alerts, cqc, decisions, notifications
from tests.unit.governance.measured import effect, figure, home, judged, noon, on, outcomes, place


def rated(overall: str, day: str) -> Any:
    return on(day, cqc.CqcRatingPublished(overall=overall, report_date=date.fromisoformat(day)))  # type: ignore[arg-type]


class TestDecisionsAndAlerts:
    def test_a_short_gap_does_not_start_the_clock_of_a_restriction_again(self):
        def imposed(name: str, day: str) -> Any:
            return on(day, effect(decisions.SuspensionImposed(suspension_id=name, kind="enforced"), name))

        def lifted(name: str, day: str) -> Any:
            return on(day, effect(decisions.SuspensionLifted(suspension_id=name), f"{name}-l"))

        first, again = (
            [imposed("s1", "2025-05-01"), lifted("s1", "2025-07-01")],
            [imposed("s2", "2025-07-10"), lifted("s2", "2025-08-02")],
        )
        assert outcomes("K8b", place(home(*first))) == ["yes"]
        assert outcomes("K8b", place(home(*first, *again))) == ["no"]
        assert figure("K8a", place(home(*first, *again))).value == 93
        assert outcomes("K8b", place(home(imposed("s1", "2026-03-01")))) == ["not_due"]

    def test_a_consent_is_in_time_late_or_waited_for(self):
        def proposed(name: str, day: str) -> Any:
            said = {"decision_id": name, "decision": decisions.LevelConfirmed(level="2"), "body": "MA_QUALITY_REVIEW",
                    "organisation": "council", "role": "panel-chair", "consents_needed": ("icb",)}  # fmt: skip
            return on(day, decisions.DecisionProposed(**said))

        def agreed(name: str, day: str) -> Any:
            said = {"decision_id": name, "decision": decisions.LevelConfirmed(level="2"), "body": "MA_QUALITY_REVIEW",
                    "organisation": "council", "role": "panel-chair", "consenting_organisation": "icb"}  # fmt: skip
            return on(day, decisions.DecisionConsented(**said))

        where = place(home(proposed("a", "2025-05-05"), agreed("a", "2025-05-06"), proposed("b", "2025-05-05"),
                           agreed("b", "2025-06-06"), proposed("c", "2026-03-31")))  # fmt: skip
        assert outcomes("K10a", where) == ["no", "not_due", "yes"]
        assert figure("K10b", where).value == 1

    def test_an_alert_that_nobody_acknowledged_is_counted_until_it_is_over(self):
        sent = notifications.NotificationSent(
            delivery_id="d", alert_id="a1", alert="A1", recipient_role="director", attempt=1,
            acknowledge_by=noon(date(2025, 5, 2)),
        )  # fmt: skip
        heard = notifications.NotificationAcknowledged(
            delivery_id="d", alert_id="a1", alert="A1", recipient_role="director", by="director", how="api"
        )
        over = alerts.AlertCleared(alert="A1", cause="c", name="Rowan House", summary="Over.", raised_id="a1")
        told = on("2025-05-01", sent)
        assert figure("K9b", place(home(told))).value == 1
        assert outcomes("K9a", place(home(told))) == ["no"]
        assert figure("K9b", place(home(told, on("2025-06-01", over)))).value == 0
        assert outcomes("K9a", place(home(told, on("2025-05-01", heard)))) == ["yes"]
        assert outcomes("K9a", place(home(told, on("2025-05-03", heard)))) == ["no"]

    def test_early_warning_is_the_unbroken_time_before_a_fall(self):
        fell = rated("inadequate", "2025-09-01")
        known = [on("2025-05-01", judged("2")), on("2025-06-01", judged("1")), on("2025-07-01", judged("2", "3"))]
        assert figure("K12", place(home(*known, fell))).value == 62
        assert outcomes("K12", place(home(known[1], fell))) == ["no"]
        assert outcomes("K12", place(home(fell))) == ["unknown"]

    def test_meetings_held_against_meetings_due(self):
        met = [{"body": "MA_QUALITY_REVIEW", "status": "held", "held_on": "2026-01-15"}]
        quarter = Asked(date(2026, 1, 1), date(2026, 3, 31))
        where = place(home(), meetings=met)
        assert figure("K14", where, quarter, "MA_QUALITY_REVIEW").numerator == 1
        assert figure("K14", where, quarter, "MA_QUALITY_REVIEW").denominator == 3
        assert figure("K14", place(home()), quarter).value is None
        late = place(home(), meetings=met, policy_since=date(2026, 2, 10))  # nothing was due before there was a policy
        assert figure("K14", late, quarter, "MA_QUALITY_REVIEW").denominator == 1
        assert figure("K14", where, quarter, "CONTRACT_MONITORING").denominator == 0  # its cadence is each provider's
