"""The metrics' names and labels are contract: architecture §10, to the letter, and what was added beside it."""

from prometheus_client import Counter, Gauge, Histogram

from shared import metrics

CONTRACT = {
    "careledger_events_accepted_total{place,publisher,type}",
    "careledger_events_quarantined_total{reason}",
    "careledger_journal_unpublished{service}",
    "careledger_day_closed_timestamp_seconds{writer}",
    "careledger_event_to_assessment_seconds",
    "careledger_event_to_notification_seconds",
    "careledger_consumer_lag{service,topic}",
    "careledger_gaps_total{service}",
    "careledger_assessments_total{place,changed}",
    "careledger_providers{place,confirmed,indicated}",
    "careledger_providers_unprocessed{place}",
    "careledger_divergences{place}",
    "careledger_alerts_open{place,alert}",
    "careledger_decisions_total{place,type,body}",
    "careledger_consents_pending{place}",
    "careledger_deliveries_total{channel,outcome}",
    "careledger_delivery_attempt_seconds",
    "careledger_acknowledgement_seconds",
    "careledger_dead_letters_total{service}",
    "careledger_last_progress_timestamp_seconds{service}",
}
BESIDE = {"careledger_events_unclassified_total{place,publisher,type}"}


def _written(metric: Counter | Gauge | Histogram) -> str:
    family = next(iter(metric.collect()))
    labels = "{" + ",".join(metric._labelnames) + "}" if metric._labelnames else ""
    return family.name + ("_total" if family.type == "counter" else "") + labels


def test_the_declared_metrics_are_those_of_the_contract() -> None:
    declared = [value for value in vars(metrics).values() if isinstance(value, Counter | Gauge | Histogram)]

    assert {_written(metric) for metric in declared} == CONTRACT | BESIDE


def test_the_endpoint_speaks_prometheus() -> None:
    metrics.EVENTS_QUARANTINED.labels("unknown-provider").inc()

    answer = metrics.endpoint()

    assert answer.media_type.startswith("text/plain")  # type: ignore[union-attr]
    assert b'careledger_events_quarantined_total{reason="unknown-provider"}' in bytes(answer.body)
