"""Where a concern is, as its journal tells; and how a browser holds a draft."""

from typing import Any

import pytest
from starlette.responses import Response

from services.intake.writing import standing
from services.intake.writing.form_desk import Desk

ID = "0b7f2a52-4c3c-5f0e-8a57-0d5f3a1b2c3d"


def event(kind: str, *, publisher: str = "concerns", subject: str = "prv-1", **data: Any) -> dict[str, Any]:
    return {
        "id": ID, "type": f"careledger.{kind}.v1", "subject": subject, "place": "E06000019",
        "time": "2026-03-02T09:30:00Z", "recordedtime": "2026-03-02T09:31:00Z",
        "source": f"/places/E06000019/publishers/{publisher}",
        "data": {"concern_id": "C-1", **data},
    }  # fmt: skip


RAISED = event("quality_concern.raised", severity="S2", themes=["q.medicines"])


def routed(destination: str, step: str, **more: Any) -> dict[str, Any]:
    return event("concern.routed", destination=destination, step=step, **({"raised_by": "concerns"} | more))


@pytest.mark.parametrize(
    ("said", "step", "accepted"),
    [
        ([], "received", False),
        ([routed("with_provider", "sent")], "looked_at", False),
        ([routed("safeguarding", "sent")], "looked_at", False),
        ([routed("safeguarding", "sent"), routed("safeguarding", "accepted")], "looked_at", True),
        ([routed("safeguarding", "declined")], "looked_at", True),
        ([event("concern.outcome_recorded", outcome="not_upheld", raised_by="concerns")], "dealt_with", False),
        # Of another service, or of another publisher's concern of the same name.
        ([routed("safeguarding", "accepted", subject="prv-2")], "received", False),
        ([routed("safeguarding", "accepted", publisher="icb", raised_by=None)], "received", False),
        ([event("concern.outcome_recorded", publisher="icb", outcome="upheld")], "received", False),
    ],
)
def test_what_was_said_of_it_tells_how_far_it_is(said, step, accepted):
    (found,) = standing.told([RAISED, *said])

    assert (found.step, found.is_accepted) == (step, accepted)


@pytest.mark.parametrize(
    ("data", "urgent"),
    [({}, False), ({"severity": "S4"}, True), ({"themes": ["abuse.financial"]}, True), ({"severity": "S3"}, False)],
)
def test_abuse_and_s4_are_safeguardings_at_once(data, urgent):
    (found,) = standing.told([RAISED | {"data": RAISED["data"] | data}])

    assert found.is_urgent is urgent


@pytest.mark.parametrize("secure", [True, False])
def test_outside_local_a_cookie_goes_over_tls_alone(secure):
    answer = Response()
    desk = Desk(None, None, None, secure)  # type: ignore[arg-type]

    desk.hold(answer, "concern", "CODE")

    cookie = answer.headers["set-cookie"]
    assert ("Secure" in cookie) is secure
    assert cookie.startswith("__Secure-" if secure else "careledger-concern")
    assert "HttpOnly" in cookie
    assert "Max-Age" not in cookie
