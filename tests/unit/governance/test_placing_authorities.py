"""Whose people are at a service: those other authorities are told when something happens there (A6, CAL-37)."""

from datetime import date

from services.governance.register import Seen, placing
from shared.events import placements

HERE, NORTH, SOUTH = "E06000019", "E06000001", "E06000002"


def started(token: str, by: str) -> placements.PlacementStarted:
    return placements.PlacementStarted(
        placement_token=token, placing_authority=by, host_authority=HERE, started_on=date(2026, 1, 5)
    )


def ended(token: str, by: str) -> placements.PlacementEnded:
    return placements.PlacementEnded(placement_token=token, placing_authority=by, ended_on=date(2026, 2, 5))


def test_those_with_people_there_now_but_not_the_services_own():
    told = [started("a", NORTH), started("b", NORTH), started("c", SOUTH), started("d", HERE), ended("c", SOUTH)]

    assert placing(told, HERE) == (NORTH,)
    assert placing([*told, ended("a", NORTH), ended("b", SOUTH)], HERE) == (NORTH,)
    assert placing([*told, ended("a", NORTH), ended("b", NORTH)], HERE) == ()


def test_they_are_told_beside_those_on_the_register():
    facts = {"name": "Synthetic Home (not a real service)", "commissioning": "council"}
    seen = Seen("prv-1", HERE, facts | {"placing_authorities": [SOUTH, NORTH]}, None, (NORTH, "E06000003"))

    assert seen.told.placing_authorities == (SOUTH, NORTH, "E06000003")
