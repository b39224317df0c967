"""What a page says instead when something fails: words for people, and nothing of the inside."""

import psycopg
import pytest
from eventsourcing.persistence import OperationalError

from services.governance.asking import Unknown
from services.governance.past import NotArrived
from services.governance.web import desk
from shared import problems


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Unknown("x"), 404),
        (NotArrived("it lies beyond"), 422),
        (problems.Problem(403, "place-not-held", "Not allowed"), 403),
        (psycopg.OperationalError("password=secret"), 503),
        (OperationalError("password=secret"), 503),
        (TimeoutError(), 503),
    ],
)
def test_what_is_foreseen_is_said_in_words(error: Exception, status: int):
    refusal = desk._refusal(error)

    assert refusal is not None
    assert refusal.status == status
    assert "secret" not in refusal.title + "".join(refusal.says)


def test_what_is_not_foreseen_is_left_to_the_edge_which_logs_it():
    assert desk._refusal(ZeroDivisionError()) is None
