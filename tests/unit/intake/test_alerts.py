"""An alert about a whole place, as notify will read it."""

from datetime import UTC, datetime

from services.intake import alerts
from services.notify import notice
from shared.events import envelope, registry

NOW = datetime(2026, 5, 1, 13, 5, tzinfo=UTC)
TOLD = {"place": "E06000019", "cause": "feed:cqc:2026-04-27", "now": NOW, "digest_key": b"k" * 32}


def event(row):
    body, _ = envelope.seal(
        row.draft, recordedtime=NOW, writer="intake", sequence=1, prevsequence=0, prevhash="", digest=row.digest.hex()
    )
    return registry.decode(body)


def test_it_stands_on_the_ledger_under_its_place():
    row = alerts.raised(**TOLD, summary="Nothing came.")

    assert (row.topic, row.key, row.draft.subject) == ("ledger", "E06000019", "E06000019")
    found = notice.from_event(event(row))
    assert (found.alert, found.provider_id, found.place, found.urgent) == ("A19", None, "E06000019", False)


def test_an_urgent_one_is_told_at_once():
    assert notice.from_event(event(alerts.raised(**TOLD, summary="Danger waits.", urgent=True))).urgent


def test_the_same_cause_is_the_same_alert_in_whatever_words():
    one, two = alerts.raised(**TOLD, summary="Nothing came."), alerts.raised(**TOLD, summary="Still nothing.")

    assert (one.draft.id, one.digest) == (two.draft.id, two.digest)


def test_its_end_names_it():
    end = notice.from_event(event(alerts.cleared(**TOLD, summary="It came.")))

    assert end.raised_id == alerts.raised(**TOLD, summary="Nothing came.").draft.id
