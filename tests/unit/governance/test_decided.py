"""A decision on a past day: from its published steps, by two clocks; and the tasks of that day in their order."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.governance import decided, tasks
from services.governance.asking import Unknown
from services.governance.domain.taken import Taken
from services.governance.past import When
from services.governance.provider_case import ProviderCase
from tests.unit.governance.given import LEVEL_2, PLACE, PROVIDER, REASON, after, proposal
from tests.unit.governance.test_past import published

LATER = after(10_000)


def case() -> ProviderCase:
    made = ProviderCase(PROVIDER, PLACE)
    made.propose(proposal(LEVEL_2, "other"), after(1))
    made.propose(proposal(LEVEL_2, "d1", consents_needed=("icb",)), after(10))
    made.answer("d1", "consent", after(20), organisation="icb", actor="icb-lead", agrees=True, rationale=REASON)
    return made


def seen(minute: int, steps: int | None = None) -> Taken:
    return decided.fold(published(case())[:steps], "d1", When(after(minute), LATER, asked=True, arrived=LATER))


def test_it_waited_then_and_stands_now() -> None:
    then, now = seen(15), seen(25)
    assert (then.status, then.needs, then.effective) == ("proposed", {"icb"}, None)
    assert (now.status, now.needs, now.effective) == ("effective", frozenset(), after(20))
    assert now == case().decision("d1")


def test_what_was_not_known_of_it_by_then_is_not_told() -> None:
    assert seen(25, steps=3).status == "proposed"


def test_before_it_was_taken_nobody_knows_of_it() -> None:
    with pytest.raises(Unknown):
        seen(5)
    with pytest.raises(Unknown):
        seen(25, steps=2)


def test_one_that_counts_from_an_earlier_day_is_seen_from_that_day_on() -> None:
    made = ProviderCase(PROVIDER, PLACE)
    made.propose(proposal(LEVEL_2, "d1", effective_at=after(0)), after(10))
    found = decided.fold(published(made), "d1", When(after(5), LATER, asked=False, arrived=LATER))
    assert (found.status, found.effective) == ("effective", after(0))


def task(name: str, due: str | None, outcome: str | None = None, role: str | None = None) -> dict[str, Any]:
    return {"task_id": name, "due": due, "outcome": outcome, "role": role}


def test_tasks_of_a_past_day_come_in_the_order_of_their_days_page_by_page() -> None:
    known = [
        task("t3", None),
        task("t2", "2026-03-05"),
        task("t1", "2026-03-05", role="brokerage"),
        task("t0", "2026-03-01", "done"),
    ]
    asked: dict[str, Any] = {"role": None, "by": None, "open": True}
    start = ("0001-01-01", "")

    first, after_it = tasks.listed(known, asked, start, 2)
    assert ([one["task_id"] for one in first], after_it) == (["t1", "t2"], ("2026-03-05", "t2"))
    assert after_it is not None
    rest, end = tasks.listed(known, asked, after_it, 2)
    assert ([one["task_id"] for one in rest], end) == (["t3"], None)
    by = {"by": date(2026, 3, 5) - timedelta(days=1), "open": None}
    assert [one["task_id"] for one in tasks.listed(known, asked | by, start, 9)[0]] == ["t0"]
    assert [one["task_id"] for one in tasks.listed(known, asked | {"role": "brokerage"}, start, 9)[0]] == ["t1"]
