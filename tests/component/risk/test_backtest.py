"""A back-test of the real ledger: a place's own policy as its marks say, or another one over the same facts."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared import policy
from tests.component.risk.world import World
from tests.support import ledger as ledgers

HOMES = [ledgers.provider_id(number) for number in range(3)]
ELSEWHERE = ledgers.provider_id(3)
HER = policy.digest(policy.load("herefordshire-2018"))
DECIDED = {"decision_id": "d-1", "body": "COMMISSIONERS", "organisation": "council", "role": "director"}


def rated(world: World, provider: str, overall: str, day: date, **more: Any) -> None:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    data = {"overall": overall, "report_date": day.isoformat()}
    world.ledger.fact("cqc_rating.published", provider, data, at=at, **more)


@pytest.fixture
def lived(world: World) -> World:
    """Two years of published ratings imported in one night, then four live days."""
    ledger = world.ledger
    for home in HOMES:
        ledgers.registered(ledger, home)
    rated(world, HOMES[0], "requires_improvement", date(2024, 3, 1), basis="import")
    rated(world, HOMES[0], "inadequate", date(2024, 9, 1), basis="import")
    rated(world, HOMES[1], "good", date(2024, 5, 1), basis="import")
    ledger.place = "X00000002"
    rated(world, ELSEWHERE, "inadequate", date(2024, 5, 1), basis="import")
    ledger.place = ledgers.HEREFORDSHIRE
    ledger.close_day(date(2026, 3, 1))
    world.adopt(effective=date(2026, 3, 2))
    ledger.close_day(date(2026, 3, 2))
    suspended = {"type": "suspension.imposed", "suspension_id": "sus-1", "kind": "enforced"}
    ledger.fact("decision.took_effect", HOMES[2], DECIDED | {"decision": suspended}, writer="governance")
    ledger.close_day(date(2026, 3, 3))
    closed = {"closed_on": "2026-03-04", "reason": "closed"}
    ledger.fact("registry.service.closed", HOMES[1], closed)
    ledger.fact("visit.completed", HOMES[2], {"not": "a visit"})
    ledger.fact("alert.raised", ledgers.HEREFORDSHIRE, {"alert": "A19"})  # about the place: no provider
    ledger.close_day(date(2026, 3, 6))
    world.write()
    return world


def tried(world: World, out: Any, *arguments: str) -> dict[str, Any]:
    ended = world.command("backtest", "--place", ledgers.HEREFORDSHIRE, "--out", str(out), "--workers", "1", *arguments)
    assert ended.returncode == 0, ended.stderr
    return json.loads((out / "report.json").read_bytes())


def moved(found: dict[str, Any], provider: str) -> list[tuple[str, str, list[str]]]:
    return [
        (each["on"], each["after"], each["by"]) for each in found["moves_one_by_one"] if each["provider"] == provider
    ]


def test_the_policy_of_the_place_counts_from_its_mark_and_another_from_the_beginning(lived, tmp_path):
    own = tried(lived, tmp_path / "own")
    other = tried(lived, tmp_path / "other", "--pack", "salford-2024", "--compare", "herefordshire-2018")

    assert [each["digest"] for each in own["policies"]] == [HER]
    assert own["source"]["known_from"] == {"published": 3, "recorded": 6}
    assert sum(own["source"]["ends"]) == len([each for each in lived.ledger.records if each.topic == "ledger"])
    assert own["providers"] == 3
    assert own["source"]["left_out"] == {"it breaks its type": 1}
    assert (own["first"], own["last"]) == ("2024-03-01", "2026-03-06")  # days that are over count, though silent
    # Before the mark, written when 1 March was closed, nothing was in force; the suspension came behind the next close.
    assert moved(own, HOMES[0]) == [("2024-03-01", "unknown", []), ("2026-03-02", "3", ["HER-L3.a"])]
    assert moved(own, HOMES[2])[-1] == ("2026-03-03", "2", ["HER-L2.j"])
    assert own["outcomes"] == {"inadequate": 1, "suspension": 1, "lsi": 0, "closure": 1}

    assert [(on, after) for on, after, _ in moved(other, HOMES[0])] == [("2024-03-01", "2 to 3"), ("2024-09-01", "3")]
    [lead] = [each for each in other["lead_times"] if (each["outcome"], each["signal"]) == ("inadequate", "perhaps_3")]
    assert (lead["warned"]["part"], lead["median_days"]) == (1, 184)
    assert {each["provider"] for each in other["differences_one_by_one"]} == {HOMES[2]}
    assert {each["dimension"] for each in other["fairness"]} == {"size_band", "service_type"}


def test_a_place_without_a_policy_is_told_to_name_one(lived, tmp_path):
    ended = lived.command("backtest", "--place", "X00000002", "--out", str(tmp_path / "out"), "--workers", "1")

    assert ended.returncode == 2
    assert "X00000002 has adopted no policy that came into force: name one with --pack" in ended.stderr
    assert not (tmp_path / "out").exists()
