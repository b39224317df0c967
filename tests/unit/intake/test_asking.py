"""Which returns are asked of whom, reminded of, and not asked any more."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.identity import Provider
from services.intake.returns import asking
from shared.policies import periods

ADOPTED = date(2025, 12, 1)
MONTHLY = {
    "RT-PMR": {
        "id": "T-1", "ours": "a test", "name": "Monitoring", "period": "month", "due_day": 10, "grace_days": 5,
        "commissioning": ["council", "joint"], "remind_days": [7, 2],
    },
}  # fmt: skip
BASELINE = {
    "RT-BASE": {
        "id": "LGA-9", "ours": "a test", "name": "Baseline", "period": "event", "on": {"confirmed": ["pre-1"]},
        "due": {"working_days": 10},
    },
}  # fmt: skip
LONG_AGO = date(2020, 1, 1)


def policy(**returns: Any) -> asking.Policy:
    text = {"scales": {"rag": {}, "level": {"primary": True}}, "returns": returns or MONTHLY}
    return asking.policy("X00000001", text, ADOPTED)


def provider(
    *changes: tuple[str, str], registered: str = "2025-12-15", kind: str = "home_care", **facts: Any
) -> Provider:
    said = changes or ((registered, "council"),)
    return Provider(
        number=1,
        provider_id="prv-1",
        place="X00000001",
        version=1,
        facts={"service_type": kind, "commissioning": said[-1][1], **facts},
        registered_on=date.fromisoformat(registered),
        commissioned=tuple((date.fromisoformat(day), who) for day, who in said),
        aliases=(),
    )


def asked(
    of: Provider, today: str, known: tuple[asking.Asked, ...] = (), since: date = LONG_AGO, **returns: Any
) -> list[str]:
    found = asking.wanted(of, policy(**returns), date.fromisoformat(today), known=known, asking_since=since)
    return [f"{ask.return_type}:{ask.period.name}" for ask in found]


class TestWanted:
    def test_a_period_is_asked_for_when_it_opens_and_once(self) -> None:
        assert asked(provider(), "2025-12-31") == []
        assert asked(provider(), "2026-01-01") == ["RT-PMR:2026-01"]
        assert asked(provider(), "2026-01-31", (("RT-PMR", "2026-01"),)) == []

    def test_after_downtime_everything_that_opened_meanwhile_is_asked(self) -> None:
        known = (("RT-PMR", "2026-01"),)
        assert asked(provider(), "2026-04-20", known) == ["RT-PMR:2026-02", "RT-PMR:2026-03", "RT-PMR:2026-04"]

    def test_what_was_over_before_anybody_was_asked_here_is_not_asked_afterwards(self) -> None:
        # February's grace ends on 15 March.
        assert asked(provider(), "2026-04-01", since=date(2026, 3, 16)) == ["RT-PMR:2026-03", "RT-PMR:2026-04"]
        assert asked(provider(), "2026-04-01", since=date(2026, 3, 15))[0] == "RT-PMR:2026-02"

    def test_what_was_answered_before_is_not_asked(self) -> None:
        assert asked(provider(), "2026-02-01", (("RT-PMR", "2026-01-20"), ("RT-PMR", "2026-02"))) == []

    @pytest.mark.parametrize(
        ("of", "names"),
        [
            (provider(("2025-12-15", "none")), []),
            (provider(("2025-12-15", "council"), ("2026-02-10", "none")), []),
            (provider(("2025-12-15", "none"), ("2026-02-10", "joint")), ["RT-PMR:2026-03"]),
            (provider(("2025-12-15", "council"), ("2026-02-10", "joint")),
             ["RT-PMR:2026-01", "RT-PMR:2026-02", "RT-PMR:2026-03"]),
            (provider(closed_on="2026-03-01"), []),
            (provider(closed_on="2026-03-02"), ["RT-PMR:2026-01", "RT-PMR:2026-02", "RT-PMR:2026-03"]),
        ],
    )  # fmt: skip
    def test_the_clock_begins_with_commissioning_and_ends_with_it(self, of: Provider, names: list[str]) -> None:
        assert asked(of, "2026-03-01") == names

    def test_each_sector_has_its_own_schedule(self) -> None:
        base = {"id": "T-2", "ours": "a test", "name": "Performance", "due_day": 10}
        returns = {
            "RT-PERF.home_care": base | {"period": "month", "service_types": ["home_care"]},
            "RT-PERF.homes": base | {"period": "quarter", "starts": 4, "service_types": ["care_home_nursing"]},
        }
        assert asked(provider(), "2026-01-05", **returns) == ["RT-PERF:2026-01"]
        assert asked(provider(kind="care_home_nursing"), "2026-01-05", **returns) == ["RT-PERF:2026-01"]
        assert asked(provider(kind="care_home_nursing"), "2026-02-05", (("RT-PERF", "2026-01"),), **returns) == []
        assert asked(provider(kind="day_sitting"), "2026-02-05", **returns) == []

    @given(st.lists(st.dates(date(2026, 1, 1), date(2027, 6, 30)), min_size=1, max_size=12))
    def test_however_often_and_when_we_look_nothing_is_asked_twice(self, days: list[date]) -> None:
        known: set[asking.Asked] = set()
        for day in sorted(days):
            for ask in asking.wanted(provider(), policy(), day, known=known, asking_since=LONG_AGO):
                name = ask.return_type, ask.period.name
                assert name not in known
                known.add(name)
        last, looked_at = max(days), periods.LOOKED_AT
        months = (last.year - 2026) * 12 + last.month
        assert len(known) >= min(months, looked_at)

    def test_its_id_and_content_follow_from_what_it_asks(self) -> None:
        one, again = (
            next(asking.wanted(provider(), policy(), date(2026, 1, day), known=(), asking_since=LONG_AGO))
            for day in (1, 30)
        )
        assert (one.id, one.data()) == (again.id, again.data())
        assert one.data().closes_on == date(2026, 1, 31)
        assert not one.data().provisional


class TestOnLevel:
    def ask(self, *, level: str, before: str | None, scale: str = "level") -> list[asking.Ask]:
        at = policy(**BASELINE)
        return list(asking.on_level(provider(), at, scale=scale, level=level, before=before, day=date(2026, 3, 27)))

    def test_reaching_the_level_asks_for_the_baseline_within_ten_working_days(self) -> None:
        (ask,) = self.ask(level="pre-1", before="routine")
        assert (ask.return_type, ask.period.name, ask.period.due) == ("RT-BASE", "2026-03-27", date(2026, 4, 14))

    def test_staying_there_or_another_level_or_scale_asks_nothing(self) -> None:
        assert self.ask(level="pre-1", before="pre-1") == []
        assert self.ask(level="1", before="routine") == []
        assert self.ask(level="pre-1", before="routine", scale="rag") == []


class TestReminder:
    def remind(self, today: str, reminded: int = 0) -> int | None:
        waiting = asking.Open("prv-1", "X00000001", "RT-PMR", "2026-03", date(2026, 4, 10), reminded, ended=False)
        return asking.reminder(waiting, policy(), provider(), date.fromisoformat(today))

    def test_each_comes_once_on_its_day_or_late_but_never_after_the_due_day(self) -> None:
        assert self.remind("2026-04-02") is None
        assert self.remind("2026-04-03") == 1
        assert self.remind("2026-04-04", 1) is None
        assert self.remind("2026-04-08", 1) == 2
        assert self.remind("2026-04-09") == 2  # we were away: the newest alone
        assert self.remind("2026-04-11", 1) is None

    def test_what_is_not_asked_any_more_is_known(self) -> None:
        waiting = asking.Open("prv-1", "X00000001", "RT-PMR", "2026-03", date(2026, 4, 10), 0, ended=False)
        still = asking.is_asked_still
        assert still(waiting, policy(), provider(), date(2026, 4, 1))
        assert not still(waiting, policy(), provider(closed_on="2026-03-30"), date(2026, 4, 1))
        assert not still(waiting, policy(), provider(("2025-12-15", "none")), date(2026, 4, 1))
