"""What somebody was told in a month."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notify import reports_api, statement
from services.notify.statement import Line, Statement
from shared import calendar
from tests.unit.notify.given import PLACE, uuid

AT = datetime(2026, 5, 3, 13, 5, tzinfo=UTC)


def line(number: int = 1, **more: Any) -> Line:
    usual: dict[str, Any] = {
        "told_at": AT, "type": "alert.raised", "alert": "A2", "title": statement.title("A2", "alert.raised"),
        "provider_id": "prv-1", "name": "Synthetic Home", "channel": "email", "acknowledge_by": AT + timedelta(hours=4),
        "acknowledged_at": None, "acknowledged_by": None, "delivery_id": uuid(f"d-{number}"),
        "event_id": uuid(f"e-{number}"), "link": "http://record.example/providers/prv-1",
    }  # fmt: skip
    return Line(**(usual | more))


def month(*told: Line, undelivered: int = 0) -> Statement:
    return Statement(
        recipient_id=uuid("recipient"), place=PLACE, role="safeguarding", month="2026-05", is_over=True, told=told,
        undelivered=undelivered,
    )  # fmt: skip


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=calendar.LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-06-01T07:59", None),
        ("2026-06-01T08:00", "2026-05"),
        ("2026-06-30T23:00", "2026-05"),
        ("2026-08-01T12:00", None),  # a Saturday
        ("2026-08-03T08:00", "2026-07"),
        ("2027-01-01T12:00", None),  # a bank holiday, then a weekend
        ("2027-01-04T08:00", "2026-12"),
    ],
)
def test_it_is_due_from_eight_on_the_first_working_day(now: str, due: str | None) -> None:
    assert statement.due(london(now)) == due


def test_a_month_is_londons() -> None:
    assert statement.span("2026-07") == (london("2026-07-01T00:00"), london("2026-08-01T00:00"))


class TestTheSentence:
    def test_counts_kinds_answers_and_what_could_not_be_sent(self) -> None:
        answered = line(2, acknowledged_at=AT, acknowledged_by="safeguarding")
        ended = line(3, type="alert.cleared", title=statement.title("A2", "alert.cleared"), acknowledge_by=None)

        said = statement.sentence(month(line(), answered, ended, undelivered=1))

        assert said == (
            "In May 2026 3 things were told, 1 acknowledged. 1 could not be sent, and the ladder was told. "
            "A2 Safeguarding concern to consider (2), A2 Safeguarding concern to consider (ended) (1)."
        )

    def test_says_so_where_there_was_nothing(self) -> None:
        assert statement.sentence(month()) == "In May 2026 nothing was told."


def test_the_message_lists_the_newest_and_whether_each_was_answered() -> None:
    told = [line(n) for n in range(statement.MOST)]
    told += [line(900, acknowledged_at=AT, acknowledged_by="director"), line(901, acknowledge_by=None)]

    items = statement.items(month(*told))

    assert len(items) == statement.MOST
    first = "Safeguarding concern to consider. Told at 14:05 on 3 May 2026."
    assert [one.summary for one in items[-3:]] == [
        f"{first} Not acknowledged.", f"{first} Acknowledged at 14:05 on 3 May 2026 by director.", first,
    ]  # fmt: skip


def test_the_table_is_no_formula_for_a_spreadsheet() -> None:
    rows = list(csv.reader(io.StringIO(statement.table(month(line(name='=HYPERLINK("http://x")'), line(2))))))

    assert tuple(rows[0]) == statement.HEAD
    assert [row[3] for row in rows[1:]] == ['\'=HYPERLINK("http://x")', "Synthetic Home"]


@pytest.mark.parametrize("form", ["html", "text"])
def test_a_page_escapes_names_and_names_its_table(form: Any) -> None:
    answer = reports_api.render(month(line(name="<script>x</script>"), undelivered=2), form)
    text = bytes(answer.body).decode()

    assert ("<script>" in text) is (form == "text")
    assert "14:05 on 3 May 2026" in text
    assert "Not acknowledged. Asked by 18:05 on 3 May 2026" in text
    if form == "html":
        assert '<html lang="en-GB">' in text
        assert "<caption>" in text
        assert text.count('scope="col"') == 6
