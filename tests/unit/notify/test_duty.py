"""Who of a role is told now."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.notify import duty, routing
from services.notify.duty import Duty
from services.notify.routing import Recipient
from tests.unit.notify.given import notice, recipient, rule, uuid

FRIDAY = datetime(2026, 5, 1, 13, 5, tzinfo=UTC)
NIGHT = datetime(2026, 5, 1, 22, 0, tzinfo=UTC)
BANK_HOLIDAY = datetime(2026, 5, 4, 11, 0, tzinfo=UTC)
TODAY = date(2026, 5, 1)


def lead(name: str = "one", **more: Any) -> Recipient:
    """Somebody of the role."""
    return recipient("quality_lead", address=f"https://{name}.example", duty=Duty(**more))


def told(*known: Recipient, now: datetime = FRIDAY, urgent: bool = True) -> tuple[Recipient, ...]:
    """Who is told."""
    return duty.on_duty(known, now, urgent=urgent)


class TestADeputy:
    def test_is_told_while_the_other_is_away(self) -> None:
        here, away = lead(), lead(absent_from=TODAY, absent_until=TODAY)
        deputy = lead("two", deputy_for=here.id)

        assert told(here, deputy) == (here,)
        assert told(away, lead("two", deputy_for=away.id)) == (lead("two", deputy_for=away.id),)

    def test_is_told_when_the_other_is_gone(self) -> None:
        deputy = lead("two", deputy_for=uuid("gone"))

        assert told(deputy) == (deputy,)


class TestAbsence:
    def test_never_leaves_a_message_unsent(self) -> None:
        away = lead(absent_from=TODAY)

        assert told(away) == (away,)

    @pytest.mark.parametrize(
        ("first", "last", "away"),
        [(1, 1, True), (1, None, True), (2, None, False), (None, None, False)],
    )
    def test_counts_by_london_days(self, first: int | None, last: int | None, away: bool) -> None:
        days = [date(2026, 5, day) if day else None for day in (first, last)]

        assert duty.is_absent(Duty(absent_from=days[0], absent_until=days[1]), TODAY) is away

    def test_and_dates_must_be_whole(self) -> None:
        for wrong in (
            {"absent_until": TODAY}, {"quiet_from": time(22)}, {"quiet_from": time(7), "quiet_until": time(7)},
            {"effective_from": TODAY, "effective_until": date(2026, 4, 1)},
        ):  # fmt: skip
            with pytest.raises(ValidationError):
                Duty.model_validate(wrong)


class TestHours:
    DAY, ROTA = lead(hours="working"), lead("rota", hours="out_of_hours")

    @pytest.mark.parametrize("now", [NIGHT, BANK_HOLIDAY, datetime(2026, 5, 2, 12, tzinfo=UTC)])
    def test_the_rota_hears_what_is_urgent_at_night_and_on_days_off(self, now: datetime) -> None:
        assert told(self.DAY, self.ROTA, now=now) == (self.ROTA,)
        assert told(self.DAY, self.ROTA, now=now, urgent=False) == (self.DAY,)

    def test_the_office_hears_it_by_day(self) -> None:
        assert told(self.DAY, self.ROTA) == (self.DAY,)

    def test_whoever_there_is_hears_it_where_nobody_else_is_there(self) -> None:
        assert told(self.DAY, now=NIGHT) == (self.DAY,)
        assert told(self.ROTA) == (self.ROTA,)


def test_nobody_is_told_before_the_first_day_or_after_the_last() -> None:
    assert told(lead(effective_from=date(2026, 5, 2)), lead("two", effective_until=date(2026, 4, 30))) == ()


_DUTIES = st.builds(
    Duty,
    deputy_for=st.none() | st.integers(0, 3).map(lambda n: uuid(f"who-{n}")),
    hours=st.sampled_from(["always", "working", "out_of_hours"]),
    absent_from=st.none() | st.just(TODAY),
)


@given(st.lists(_DUTIES, min_size=1, max_size=4), st.integers(0, 366 * 24), st.booleans())
def test_somebody_is_always_told(duties: list[Duty], hour: int, urgent: bool) -> None:
    known = [
        Recipient(uuid(f"who-{n}"), "E06000019", "quality_lead", "email", f"{n}@x.example", duty=each)
        for n, each in enumerate(duties)
    ]

    assert duty.on_duty(known, FRIDAY + timedelta(hours=hour), urgent=urgent)


class TestPlacingAuthorities:
    def test_are_told_each_of_its_own(self) -> None:
        mine = recipient("placing_authorities", authority="E10000019")
        other = recipient("placing_authorities", authority="E08000004", address="https://other.example")
        concerned = notice("A6", placing_authorities=("E10000019", "W06000001"))

        found = routing.routes(concerned, rule("placing_authorities"), [mine, other], FRIDAY)

        assert [(one.recipient, one.authority) for one in found] == [(mine, "E10000019"), (None, "W06000001")]

    def test_a_placements_host_alone_is_told_of_what_was_raised_with_it(self) -> None:
        host = recipient("host_authority", authority="E10000019")
        others = [
            recipient("host_authority", authority="E08000004"),
            recipient("placing_authorities", authority="E10000019"),
        ]
        raised = notice("A6", to_role="host_authority", host_authority="E10000019", placing_authorities=("E08000004",))

        found = [
            routing.routes(raised, rule("placing_authorities"), known, FRIDAY) for known in ([host, *others], others)
        ]

        assert [[(one.role, one.recipient, one.authority) for one in each] for each in found] == [
            [("host_authority", host, "E10000019")], [("host_authority", None, "E10000019")],
        ]  # fmt: skip


def test_a_time_of_day_is_londons_and_has_no_offset():
    assert Duty.model_validate({"digest_at": "07:30"}).digest_at.isoformat() == "07:30:00"
    with pytest.raises(ValueError, match="has no offset"):
        Duty.model_validate({"quiet_from": "22:00Z", "quiet_until": "07:00"})
