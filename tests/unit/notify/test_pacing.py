"""When a message goes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify import pacing
from services.notify.duty import Duty
from services.notify.limits import Limits
from services.notify.notice import TITLES, URGENT
from shared import calendar
from tests.unit.notify.given import NOW, notice, recipient

LIMITS = Limits()
NIGHT = Duty(quiet_from=time(20), quiet_until=time(7))
NOON = Duty(quiet_from=time(12), quiet_until=time(14))
SOON = NOW + LIMITS.gather


def london(text: str) -> datetime:
    """An instant by the clocks of London."""
    return datetime.fromisoformat(text).replace(tzinfo=calendar.LONDON).astimezone(UTC)


class TestQuietHours:
    @pytest.mark.parametrize(
        ("at", "goes"),
        [
            ("2026-05-01T19:59", "2026-05-01T19:59"),
            ("2026-05-01T20:00", "2026-05-02T07:00"),
            ("2026-05-02T03:00", "2026-05-02T07:00"),
            ("2026-05-02T07:00", "2026-05-02T07:00"),
            ("2026-03-28T23:00", "2026-03-29T07:00"),  # the clocks go forward in this night
            ("2026-10-24T23:00", "2026-10-25T07:00"),  # and back in this one
        ],
    )
    def test_end_by_the_clocks_of_london(self, at: str, goes: str) -> None:
        assert pacing.after_quiet(NIGHT, london(at)) == london(goes)

    def test_may_lie_within_a_day(self) -> None:
        assert pacing.after_quiet(NOON, london("2026-05-01T13:00")) == london("2026-05-01T14:00")
        assert pacing.after_quiet(NOON, london("2026-05-01T14:00")) == london("2026-05-01T14:00")

    @given(
        at=st.sampled_from([date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25), NOW.date()]),
        minute=st.integers(0, 1439),
        begin=st.times().map(lambda found: found.replace(second=0, microsecond=0)),
        end=st.times().map(lambda found: found.replace(second=0, microsecond=0)),
    )
    def test_never_send_early_nor_put_off_for_more_than_a_day(
        self, at: date, minute: int, begin: time, end: time
    ) -> None:
        now = calendar.midnight(at) + timedelta(minutes=minute)
        duty = Duty() if begin == end else Duty(quiet_from=begin, quiet_until=end)

        found = pacing.after_quiet(duty, now)

        assert now <= found <= now + timedelta(hours=25)
        assert pacing.after_quiet(duty, found) >= found

    @pytest.mark.parametrize("alert", sorted(URGENT))
    def test_never_delay_what_is_urgent(self, alert: str) -> None:
        told = notice(alert, raised_at=NOW)

        found = pacing.pace(told, recipient("director", duty=NOON), NOW, LIMITS, storm=False, quiet=True)

        assert found == pacing.Pace(NOW)

    def test_never_delay_danger_that_has_no_home(self) -> None:
        told = notice("A19", pressing=True)

        assert pacing.pace(told, recipient("safeguarding", duty=NOON), NOW, LIMITS, storm=False, quiet=True).at == NOW

    def test_delay_what_the_policy_lets_wait(self) -> None:
        someone = recipient("cqc", duty=Duty(quiet_from=time(9), quiet_until=time(18)))

        assert pacing.pace(notice("A4"), someone, NOW, LIMITS, storm=False, quiet=True).at == london("2026-05-01T18:00")
        assert pacing.pace(notice("A19"), someone, NOW, LIMITS, storm=False, quiet=False).at == NOW


class TestADigest:
    @pytest.mark.parametrize("alert", sorted(pacing.QUIET_KINDS))
    def test_gathers_quiet_kinds_for_people_once_a_day(self, alert: str) -> None:
        found = pacing.pace(
            notice(alert), recipient("quality_officer", channel="email"), NOW, LIMITS, storm=False, quiet=True
        )

        assert found == pacing.Pace(london("2026-05-02T08:00"), "digest")

    def test_holds_nothing_else(self) -> None:
        for alert in TITLES.keys() - pacing.QUIET_KINDS:
            found = pacing.pace(notice(alert), recipient("cqc", channel="email"), NOW, LIMITS, storm=False, quiet=True)
            assert found.group is None

    def test_is_the_recipients_to_choose(self) -> None:
        system = recipient("quality_officer")
        wants = recipient("quality_officer", duty=Duty(digest=True))
        not_ = recipient("quality_officer", channel="email", duty=Duty(digest=False))

        assert [pacing.wants_digest(one) for one in (system, wants, not_)] == [False, True, False]

    @given(hours=st.integers(0, 24 * 366), of=st.times().map(lambda found: found.replace(second=0, microsecond=0)))
    def test_comes_every_day_at_its_time(self, hours: int, of: time) -> None:
        now = london("2026-01-01T00:00") + timedelta(hours=hours)

        found = pacing.next_digest(Duty(digest_at=of), now)

        assert now <= found <= now + timedelta(hours=25)
        # In the one hour a year that the clocks skip, it comes an hour later.
        local = found.astimezone(calendar.LONDON)
        assert local.time() == of or (local.time().hour == of.hour + 1 and local.date() == date(2026, 3, 29))


class TestAStorm:
    def test_is_told_together_after_the_first_few(self) -> None:
        someone = recipient("safeguarding")

        assert pacing.pace(notice("A2"), someone, NOW, LIMITS, storm=False, quiet=False) == pacing.Pace(NOW)
        found = pacing.pace(notice("A2"), someone, NOW, LIMITS, storm=True, quiet=False)
        assert found == pacing.Pace(SOON, "storm-A2")

    def test_is_never_put_off_where_it_is_urgent(self) -> None:
        someone = recipient("safeguarding", duty=NOON)

        assert pacing.pace(notice("A1"), someone, NOW, LIMITS, storm=True, quiet=True).at == SOON

    def test_that_comes_late_is_told_together_and_urgent_matters_by_themselves(self) -> None:
        old, someone = NOW - timedelta(days=2), recipient("director")

        assert (
            pacing.pace(notice("A1", raised_at=old), someone, NOW, LIMITS, storm=False, quiet=False).group
            == "late-urgent"
        )
        assert pacing.pace(notice("A4", raised_at=old), someone, NOW, LIMITS, storm=False, quiet=False).group == "late"
