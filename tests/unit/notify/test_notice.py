"""What there is to tell, out of an event."""

from typing import Any

from services.notify import notice
from shared import identifiers
from shared.events import Event, documents, registry
from tests.unit.notify.given import NOW, PLACE, PROVIDER


def event(kind: str, data: dict[str, Any], **more: Any) -> Event:
    entry = next(one for one in registry.TYPES.values() if one.kind == kind)
    usual: dict[str, Any] = {
        "id": identifiers.derived_id(kind), "type": entry.type, "source": "/risk", "subject": PROVIDER, "time": NOW,
        "dataschema": entry.schema_path, "place": PLACE, "data": data, "recordedtime": NOW, "writer": "risk",
        "sequence": 1, "prevsequence": 0,
    }  # fmt: skip
    return Event.model_validate(usual | more)


ALERT = {"alert": "A2", "cause": "c", "name": "Home", "summary": "s", "evidence": ["SG-1"]}


def test_an_alert_is_one() -> None:
    found = notice.from_event(event("alert.raised", ALERT))

    assert found is not None
    assert (found.type, found.alert, found.provider_id, found.urgent) == ("alert.raised", "A2", PROVIDER, True)
    assert found.about == ()


def test_the_end_of_one_names_it() -> None:
    raised = identifiers.derived_id("raised")

    found = notice.from_event(event("alert.cleared", ALERT | {"raised_id": str(raised)}))

    assert found is not None
    assert (found.type, found.raised_id) == ("alert.cleared", raised)


def test_an_a18_names_what_nobody_answered_and_who_is_told() -> None:
    raised = identifiers.derived_id("raised")
    body = {"alert": "A18", "evidence": [str(raised)], "to_role": "director"}

    found = notice.from_event(event("alert.raised", ALERT | body))

    assert found is not None
    assert (found.about, found.to_role) == ((raised,), "director")


def test_an_alert_about_a_whole_place_is_of_no_provider() -> None:
    found = notice.from_event(event("alert.raised", ALERT, subject=PLACE))

    assert found is not None
    assert (found.provider_id, found.subject) == (None, PLACE)


def test_nothing_else_is_one() -> None:
    for entry in registry.TYPES.values():
        found = notice.from_event(Event.model_validate(documents.example(entry)))
        assert (found is not None) == (entry.kind in ("alert.raised", "alert.cleared", "returns.reminded")), entry.kind


def test_every_code_has_a_title() -> None:
    from typing import get_args

    from shared.events.alerts import Code

    assert set(notice.TITLES) == {*get_args(Code), "reminder", "statement"}


def test_a_reminder_of_a_return_is_the_providers_own() -> None:
    asked = {"return_type": "RT-PMR", "period": "2026-02", "due_on": "2026-03-10", "name": "Home", "reminder": 1}

    found = notice.from_event(event("returns.reminded", asked))

    assert found is not None
    assert (found.alert, found.provider_id, found.urgent) == ("reminder", PROVIDER, False)
    assert found.summary == "The return RT-PMR for 2026-02 is due on 2026-03-10."
    assert notice.from_event(event("returns.reminded", asked, basis="import")) is None
