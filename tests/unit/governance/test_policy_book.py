"""Which policy counts on a day, and when limits end."""

from datetime import UTC, date, datetime

import pytest

from services.governance.domain import deadlines
from services.governance.policy_book import PolicyBook
from shared.events import places
from shared.policies.section import Limit
from tests.unit.governance.given import MORNING

TODAY = date(2026, 3, 2)


def adoption(version: str, effective: date) -> places.PolicyAdopted:
    return places.PolicyAdopted(
        pack="herefordshire-2018", version=version, digest=version * 64, text={"a": "b"}, effective_from=effective
    )


def book(*adoptions: tuple[str, date]) -> PolicyBook:
    found = PolicyBook("X00000001")
    for version, effective in adoptions:
        found.adopt(adoption(version, effective), MORNING)
    return found


class TestInForce:
    @pytest.mark.parametrize(
        ("adoptions", "on", "version"),
        [
            ([], TODAY, None),
            ([("1", TODAY)], TODAY, "1"),
            ([("1", TODAY)], date(2026, 3, 1), None),
            ([("1", date(2020, 1, 1))], TODAY, "1"),
            ([("1", date(2020, 1, 1))], date(2026, 3, 1), None),
            ([("1", TODAY), ("2", TODAY)], TODAY, "2"),
            ([("1", TODAY), ("2", date(2026, 4, 1))], date(2026, 3, 31), "1"),
            ([("1", TODAY), ("2", date(2026, 4, 1))], date(2026, 4, 1), "2"),
            ([("1", date(2026, 4, 1)), ("2", TODAY)], date(2026, 4, 1), "1"),
        ],
    )
    def test_it_is_the_latest_whose_day_has_come(self, adoptions, on, version):
        found = book(*adoptions).in_force(on)

        assert (found.version if found else None) == version

    def test_what_is_coming_is_what_was_adopted_for_later(self):
        assert [one.version for one in book(("1", TODAY), ("2", date(2026, 4, 1))).coming(TODAY)] == ["2"]

    def test_the_text_is_kept_apart(self):
        found = PolicyBook("X00000001")
        found.adopt(adoption("1", TODAY), MORNING)

        assert "text" not in found.collect_events()[-1].step  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("limit", "at", "end", "last"),
    [
        (Limit(working_days=2), datetime(2026, 3, 6, 15, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC), "2026-03-10"),
        (Limit(working_days=5), MORNING, datetime(2026, 3, 10, tzinfo=UTC), "2026-03-09"),
        (Limit(hours=4), MORNING, datetime(2026, 3, 2, 13, 30, tzinfo=UTC), "2026-03-02"),
        (Limit(months=6), datetime(2026, 1, 31, 9, tzinfo=UTC), datetime(2026, 7, 31, 23, tzinfo=UTC), "2026-07-31"),
    ],
)
def test_limits_end_with_their_day(limit, at, end, last):
    assert deadlines.end(limit, at) == end
    assert deadlines.last_day(limit, at).isoformat() == last
