"""Nothing accepted is lost and nothing counts twice, whoever dies: kill -9 of every part of a deployment under load."""

from collections import Counter

import pytest

from tests.e2e.conftest import adopted
from tests.support.deployment import SERVICES, Deployment
from tests.support.load import Load
from tests.support.people import Place, until
from tests.support.proofs import chains_are_whole, history_ids, risk_equals_a_fold
from tests.support.receiver import Receiver

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
SECRET = "whsec_c3ludGhldGljLXNlY3JldC1vZi1hLXRlc3Q="


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Deployment(tmp_path_factory.mktemp("kills")) as deployment:
        yield deployment


@pytest.fixture(scope="module")
def place(running) -> Place:
    return adopted(running)


@pytest.fixture(scope="module")
def safeguarding(place):
    """The safeguarding team's webhook, told of every S4 concern (A1)."""
    with Receiver() as receiver:
        body = {
            "place": place.code,
            "role": "safeguarding",
            "channel": "webhook",
            "address": receiver.url,
            "secret": SECRET,
        }
        assert place.call("POST", "notify", "/v1/recipients", who="ops", json=body).status_code == 201
        yield receiver


def concerns(place: Place, providers: list[str], count: int) -> list[dict]:
    """Every fiftieth is critical, so that somebody must be told."""
    return [place.concern(providers[n % len(providers)], severity="S4" if n % 50 == 0 else "S2") for n in range(count)]


def prove(
    running: Deployment, place: Place, load: Load, *, providers: list[str], receiver: Receiver, critical: int
) -> None:
    """Every accepted event is in the history once, chains and states are whole, each cause was told once."""
    assert load.refused == []
    wanted = set(load.accepted.values())
    until(
        lambda: wanted <= set(history_ids(place, providers)), seconds=120, why="all accepted events are in the history"
    )
    counts = Counter(history_ids(place, providers))
    assert {one: n for one, n in counts.items() if n != 1} == {}
    chains_are_whole(running)
    risk_equals_a_fold(running)

    def told() -> dict[str, set[str]]:
        """Delivery → the ids under which it was sent."""
        causes: dict[str, set[str]] = {}
        for request in receiver.taken:
            headers = {name.lower(): value for name, value in request.headers.items()}
            for one in request.told:
                if one["provider"]["id"] in providers and one["alert"] == "A1":
                    causes.setdefault(one["delivery_id"], set()).add(headers["webhook-id"])
        return causes

    until(lambda: len(told()) >= critical, seconds=120, why="every critical concern was told")
    assert len(told()) == critical
    assert all(len(ids) == 1 for ids in told().values())
    until(lambda: all_settled(place, providers), seconds=60, why="no delivery is left open")


def all_settled(place: Place, providers: list[str]) -> bool:
    found = [one for provider in providers for one in place.deliveries(provider)]
    mine = [one for one in found if one["alert"] == "A1" and one["recipient"]["role"] == "safeguarding"]
    return bool(mine) and all(one["state"] in ("sent", "acknowledged", "escalated") for one in mine)


def test_each_service_is_killed_in_turn_under_load(running, place, safeguarding):
    providers = [place.register() for _ in range(40)]
    events = concerns(place, providers, 2000)
    kills = Counter[str]()

    with Load(place, events) as load:
        for _ in range(3):
            for service in SERVICES:
                until(lambda: len(load.accepted) > 100 * sum(kills.values()) or not load.running, seconds=120)
                pid = running.kill(service)
                kills[service] += 1
                running.wait_successor(service, pid)

    assert all(kills[service] >= 3 for service in SERVICES)
    prove(running, place, load, providers=providers, receiver=safeguarding, critical=40)


def test_the_database_and_the_broker_are_killed_under_load(running, place, safeguarding):
    providers = [place.register() for _ in range(20)]

    with Load(place, concerns(place, providers, 600)) as load:
        for backend in ("postgres", "kafka"):
            until(lambda: len(load.accepted) > 50, seconds=60)
            pid = running.kill(backend)
            running.wait_successor(backend, pid)
            running.wait_ready()

    prove(running, place, load, providers=providers, receiver=safeguarding, critical=12)
