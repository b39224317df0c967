"""What stands, as it is shown: clocks, divergence, sanctions."""

from datetime import UTC, date, datetime

import pytest

from services.governance import documents
from services.governance.domain.standing import Confirmed, Notice, Restriction, Standing, restricted_since
from shared import policy
from shared.events.assessments import Indicated
from tests.unit.governance.given import MORNING

CLOCKS = policy.load("herefordshire-2018").clocks
ORDER = ("1", "2", "3")


def restriction(since: datetime, until: datetime | None = None, name: str = "sus-1") -> Restriction:
    return Restriction(name, "suspension.imposed", "advisory_notice", "new_admissions", since, "d1", until=until)


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


class TestTheClockOfARestriction:
    """Golden scenario 3: imposed on 1 February, over three months from 2 May (rulings 9)."""

    def test_it_is_over_on_the_day_after_the_anniversary(self):
        (clock,) = documents.clocks(Standing(restrictions=(restriction(on(2026, 2, 1)),)), CLOCKS)

        assert clock == {"kind": "restriction", "since": "2026-02-01", "due": "2026-05-02", "reference": "sus-1"}

    @pytest.mark.parametrize(("lifted", "again", "since"), [(10, 20, 1), (1, 28, 1), (1, 29, 29)])
    def test_a_short_gap_does_not_start_it_again(self, lifted, again, since):
        first = restriction(on(2026, 1, 1), on(2026, 1, lifted))
        second = restriction(on(2026, 1, again), name="sus-2")

        assert restricted_since((first, second), gap_days=28) == date(2026, 1, since)

    def test_two_that_overlap_are_one(self):
        first, second = restriction(on(2026, 1, 1), on(2026, 3, 1)), restriction(on(2026, 2, 1), name="sus-2")

        assert restricted_since((first, second), gap_days=28) == date(2026, 1, 1)

    def test_nothing_in_place_runs_nothing(self):
        assert restricted_since((restriction(on(2026, 1, 1), on(2026, 2, 1)),), gap_days=28) is None

    def test_a_day_is_a_london_day(self):
        late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)

        assert restricted_since((restriction(late),), gap_days=28) == date(2026, 7, 1)


class TestDivergence:
    @pytest.mark.parametrize(
        ("level", "low", "high", "diverges"),
        [("1", "1", "2", False), ("3", "1", "2", True), ("1", "2", "3", True), ("2", None, None, False),
         ("pre-1", "1", "1", True)],
    )  # fmt: skip
    def test_it_is_a_confirmed_level_outside_the_range(self, level, low, high, diverges):
        indicated = Indicated(min=low, max=high, unknown=low is None)

        assert documents.divergent(Confirmed(level, MORNING, "d1"), indicated, ORDER) is diverges

    def test_nothing_confirmed_diverges_from_nothing(self):
        assert not documents.divergent(None, Indicated(min="3", max="3"), ORDER)


def test_a_notice_has_its_own_clock_and_a_level_its_review():
    standing = Standing(
        levels={"level": Confirmed("2", MORNING, "d0", date(2026, 9, 2))},
        notices=(Notice("def-1", False, "12.3", MORNING, "d1", date(2026, 4, 1)),),
    )

    assert {clock["kind"]: clock["due"] for clock in documents.clocks(standing, CLOCKS)} == {
        "default_notice": "2026-04-01",
        "level_review": "2026-09-02",
    }
    assert [sanction["type"] for sanction in documents.sanctions(standing)] == ["default_notice"]
