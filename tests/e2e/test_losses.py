"""What the loss of a database, or of everything that was derived, may cost: nothing that was published."""

import functools

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.e2e.conftest import adopted
from tests.support.deployment import SERVICES, Deployment
from tests.support.people import Place, until
from tests.support.proofs import chains_are_whole, history_ids, risk_equals_a_fold

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
PANEL = {"type": "level.confirmed", "scale": "level", "body": "MA_QUALITY_REVIEW", "rationale": "Synthetic."}


@pytest.fixture(scope="module")
def place(deployment) -> Place:
    return adopted(deployment)


def test_yesterdays_database_is_restored_and_nothing_published_is_lost(place, deployment):
    early, late = place.register(commissioning="joint"), None
    kept = [place.accept(place.concern(early)) for _ in range(5)]
    until(lambda: set(kept) <= set(history_ids(place, [early])))
    backup = Backup(deployment)
    backup.take()

    kept += [place.accept(place.concern(early, severity="S4")) for _ in range(5)]
    late = place.register()
    later = [place.accept(place.concern(late)) for _ in range(5)]
    until(lambda: place.view(late))
    confirmed = place.decide(late, PANEL | {"level": "2"})
    assert confirmed.status_code == 201, confirmed.text
    until(lambda: set(later) <= set(history_ids(place, [late])))
    until(lambda: len(history_ids(place, [late], "decision.took_effect")) == 1)
    until(lambda: settled(place, early), why="what had to be told about the critical concerns is on its way")
    before = len(deliveries(place, early))

    backup.restore()

    until(lambda: set(kept) <= set(history_ids(place, [early])), seconds=120)
    until(lambda: set(later) <= set(history_ids(place, [late])), seconds=120)
    assert place.view(late)["confirmed"]["decision_id"] == confirmed.json()["decision_id"]
    assert place.register(place.view(late)["aliases"]["cqc_location_id"]) == late
    again = place.accept(place.concern(late))
    until(lambda: again in history_ids(place, [late]))
    chains_are_whole(deployment)
    risk_equals_a_fold(deployment)
    assert len(deliveries(place, early)) == before


def test_a_rebuild_from_zero_equals_what_was_live_and_tells_nobody(place, deployment):
    providers = [place.register() for _ in range(5)]
    for provider in providers:
        rating = {"overall": "inadequate", "report_date": "2026-03-02"}
        place.accept(place.event("cqc_rating.published", provider, rating))
        concern = place.accept(place.concern(provider, severity="S4"))
        until(functools.partial(speaks, place, provider, "HER-L1.c", concern))
    until(lambda: all(deliveries(place, p) for p in providers))
    views = [judgement(place, provider) for provider in providers]
    told = [len(place.deliveries(provider)) for provider in providers]
    worker = deployment.pid("risk")

    rebuilt = deployment.run("services.risk", "refold")

    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    assert ", 0 events differ" in rebuilt.stdout
    deployment.wait_successor("risk", worker)
    fresh = place.accept(place.concern(providers[0]))
    until(lambda: fresh in history_ids(place, providers[:1]))
    risk_equals_a_fold(deployment)
    assert [judgement(place, provider) for provider in providers[1:]] == views[1:]
    assert [len(place.deliveries(provider)) for provider in providers[1:]] == told[1:]


def speaks(place: Place, provider: str, criterion: str, event: str) -> bool:
    seen = place.view(provider)
    return seen["indicated"]["min"] == "3" and any(
        event in c["evidence"] for c in seen["criteria"] if c["id"] == criterion
    )


def judgement(place: Place, provider: str) -> list:
    seen = place.view(provider)
    return [seen["indicated"], [(c["id"], c["outcome"], c["evidence"]) for c in seen["criteria"]]]


def settled(place: Place, provider: str) -> bool:
    return len({d["event_id"] for d in deliveries(place, provider)}) >= 5


def deliveries(place: Place, provider: str) -> list[dict]:
    return [one for one in place.deliveries(provider) if one["alert"] == "A1"]


class Backup:
    """A copy of the services' database, taken while they run, and put back as a restore would."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        url = deployment.settings["DATABASE_URL"]
        self._name = str(conninfo_to_dict(url)["dbname"])
        self._admin = make_conninfo(url, dbname="postgres")

    def take(self) -> None:
        """Copy it. PostgreSQL copies only what nobody is connected to, so the services wait."""
        self._while_down(f'CREATE DATABASE "{self._name}_backup" TEMPLATE "{self._name}"')

    def restore(self) -> None:
        """Put the copy in its place."""
        self._while_down(
            f'DROP DATABASE "{self._name}" WITH (FORCE)',
            f'ALTER DATABASE "{self._name}_backup" RENAME TO "{self._name}"',
        )

    def _while_down(self, *statements: str) -> None:
        for service in SERVICES:
            self._deployment.hold(service)
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (self._name,)
            )
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]
        for service in SERVICES:
            self._deployment.release(service)
