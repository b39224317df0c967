"""How far a service has come, read from its own figures: what it does not say is unknown, never nought."""

from datetime import UTC, datetime

from services.governance.web.operations import health

SAID = """# HELP careledger_journal_unpublished Journal rows that Kafka does not have yet.
# TYPE careledger_journal_unpublished gauge
careledger_journal_unpublished{service="intake"} 3.0
# HELP careledger_consumer_lag Records not yet applied.
# TYPE careledger_consumer_lag gauge
careledger_consumer_lag{service="intake",topic="ledger"} 12.0
careledger_consumer_lag{service="intake",topic="places"} 0.0
# HELP careledger_dead_letters_total Records that could not be processed, set aside.
# TYPE careledger_dead_letters_total counter
careledger_dead_letters_total{service="intake"} 2.0
# HELP careledger_day_closed_timestamp_seconds The London midnight up to which this writer has closed.
# TYPE careledger_day_closed_timestamp_seconds gauge
careledger_day_closed_timestamp_seconds{writer="intake"} 1.7724096e+09
"""


def test_what_a_service_says_is_read():
    found = health.figures(SAID)

    assert (found.unpublished, found.dead_letters) == (3.0, 2.0)
    assert found.behind == {"ledger": 12.0, "places": 0.0}
    assert found.closed == datetime(2026, 3, 2, tzinfo=UTC)


def test_what_it_does_not_say_is_unknown():
    found = health.figures(SAID)

    assert found.gaps is None
    assert found.moved is None
    assert health.figures("") == health.Figures()


def test_a_check_that_fails_is_told_with_its_reason():
    checks = [{"name": "vault", "ok": True}, {"name": "journal", "ok": False, "reason": "closed"}]

    assert health.wrong(checks) == ("journal: closed",)
    assert not health.Service("Risk", wrong=health.wrong(checks)).is_well
    assert not health.Service("Risk", missing="It does not answer.").is_well
    assert health.Service("Risk").is_well
