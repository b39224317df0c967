"""The message to the host authority: what it says, that it is ended with the placement, that nobody tells itself."""

from datetime import date, timedelta
from functools import reduce

import pytest

from services.governance.domain import placement
from services.governance.domain.alerts import Facts
from services.governance.monitoring import host_telling
from shared import identifiers
from shared.events import Data, placements
from tests.unit.governance.given import PLACE, PROVIDER

HOST, DAY, NAME = "E08000033", date(2026, 3, 2), "placement-0123456789abcdef"
FACTS = Facts(PROVIDER, "Synthetic Home (not a real service)", "council", ("E06000001",))


def made(*steps: Data, count: int = 7, host: str = HOST) -> placement.Placement:
    first = placements.PlacementStarted(
        placement_token=NAME, placing_authority=PLACE, host_authority=host, started_on=DAY, count=count
    )
    return reduce(placement.take, steps, placement.take(None, first))


def told(days: int) -> placements.HostTold:
    on = DAY + timedelta(days=days)
    return placements.HostTold(placement_token=NAME, host_authority=HOST, told_on=on, themes=("q.dignity",))


ENDED = placements.PlacementEnded(placement_token=NAME, placing_authority=PLACE, ended_on=DAY + timedelta(days=90))


def test_the_host_is_told_each_time_in_counts_and_tokens():
    first = host_telling.concern(FACTS, made(told(3)), "step-1", PLACE)
    second = host_telling.concern(FACTS, made(told(3), told(9)), "step-2", PLACE)

    assert [(one.alert, one.to_role, one.host_authority, one.cause) for one in (*first, *second)] == [
        ("A6", "host_authority", HOST, f"host_authority:{NAME}:1"),
        ("A6", "host_authority", HOST, f"host_authority:{NAME}:2"),
    ]
    assert second[0].summary == (
        f"On 2026-03-11 {PLACE} raised a concern about this service with {HOST}, as its host authority. "
        f"Placement {NAME}: 7 people."
    )
    assert (second[0].evidence, second[0].since) == (("step-2",), date(2026, 3, 11))


@pytest.mark.parametrize(("count", "says"), [(1, "fewer than 5 people"), (4, "fewer than 5 people"), (5, "5 people")])
def test_a_few_are_not_counted_out(count: int, says: str):
    [said] = host_telling.concern(FACTS, made(told(3), count=count), "step-1", PLACE)

    assert said.summary.endswith(f": {says}.")


def test_the_end_of_the_placement_ends_each_message_of_it():
    ended = host_telling.left(FACTS, made(told(3), told(9), ENDED), PLACE)
    raised = [identifiers.alert_id("A6", PROVIDER, f"host_authority:{NAME}:{number}") for number in (1, 2)]

    assert [(one.raised_id, one.to_role, one.host_authority) for one in ended] == [
        (str(one), "host_authority", HOST) for one in raised
    ]
    assert host_telling.left(FACTS, made(ENDED), PLACE) == []


def test_nobody_is_sent_a_message_of_its_own():
    guests = made(told(3), host=PLACE)

    assert host_telling.concern(FACTS, guests, "step-1", PLACE) == []
    assert host_telling.left(FACTS, made(told(3), ENDED, host=PLACE), PLACE) == []
