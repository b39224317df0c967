"""Every metric, declared once. The names are contract (architecture §10); no provider or person is ever a label."""

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from starlette.responses import Response

_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 600.0)
_HUMAN = (60.0, 300.0, 900.0, 3600.0, 4 * 3600.0, 24 * 3600.0, 3 * 24 * 3600.0, 7 * 24 * 3600.0)

EVENTS_ACCEPTED = Counter(
    "careledger_events_accepted", "Events taken into the journal.", ["place", "publisher", "type"]
)
EVENTS_QUARANTINED = Counter("careledger_events_quarantined", "Events kept aside, with the reason.", ["reason"])
UNCLASSIFIED = Counter(
    "careledger_events_unclassified",
    "Events taken in with a theme that nobody knows (`q.unclassified`).",
    ["place", "publisher", "type"],
)
JOURNAL_UNPUBLISHED = Gauge("careledger_journal_unpublished", "Journal rows that Kafka does not have yet.", ["service"])
DAY_CLOSED = Gauge(
    "careledger_day_closed_timestamp_seconds", "The London midnight up to which this writer has closed.", ["writer"]
)
EVENT_TO_ASSESSMENT = Histogram(
    "careledger_event_to_assessment_seconds", "From an event's recording to its assessment.", buckets=_FAST
)
EVENT_TO_NOTIFICATION = Histogram(
    "careledger_event_to_notification_seconds",
    "From an event's recording to the message about it.",
    buckets=_FAST,
)
CONSUMER_LAG = Gauge("careledger_consumer_lag", "Records not yet applied.", ["service", "topic"])
GAPS = Counter("careledger_gaps", "Holes seen in a writer's sequence.", ["service"])
ASSESSMENTS = Counter("careledger_assessments", "Assessments made; `changed` is true or false.", ["place", "changed"])
PROVIDERS = Gauge(
    "careledger_providers",
    "Providers under watch by confirmed and indicated level.",
    ["place", "confirmed", "indicated"],
)
PROVIDERS_UNPROCESSED = Gauge(
    "careledger_providers_unprocessed", "Providers with a record that could not be processed.", ["place"]
)
DIVERGENCES = Gauge("careledger_divergences", "Providers whose confirmed level lies outside the indicated.", ["place"])
ALERTS_OPEN = Gauge("careledger_alerts_open", "Alerts raised and neither cleared nor acknowledged.", ["place", "alert"])
DECISIONS = Counter("careledger_decisions", "Decisions recorded.", ["place", "type", "body"])
CONSENTS_PENDING = Gauge(
    "careledger_consents_pending", "Decisions that wait for the other organisation, or for a second person.", ["place"]
)
DELIVERIES = Counter("careledger_deliveries", "Deliveries by what became of them.", ["channel", "outcome"])
DELIVERY_ATTEMPT = Histogram("careledger_delivery_attempt_seconds", "How long one attempt took.", buckets=_FAST)
ACKNOWLEDGEMENT = Histogram(
    "careledger_acknowledgement_seconds", "From the first successful sending to the acknowledgement.", buckets=_HUMAN
)
DEAD_LETTERS = Counter("careledger_dead_letters", "Records that could not be processed, set aside.", ["service"])
LAST_PROGRESS = Gauge(
    "careledger_last_progress_timestamp_seconds", "When the service last moved a position forward.", ["service"]
)


def endpoint() -> Response:
    """`GET /metrics`, in Prometheus' text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
