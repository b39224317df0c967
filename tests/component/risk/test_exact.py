"""Nothing lost, nothing doubled: through kill -9, workers that join and die, lost records, an absent broker."""

import random
import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.component.risk.door import closed_door
from tests.component.risk.worker import Worker, until
from tests.component.risk.world import World, whole
from tests.support import ledger as ledgers

PROVIDERS = 150
Start = Callable[..., Worker]


class Load:
    """Concerns about many providers, an S4 now and then; every so often both writers close a day."""

    def __init__(self, world: World) -> None:
        self.world, self.count, self.days = world, 0, 0
        world.adopt()
        for number in range(PROVIDERS):
            ledgers.registered(world.ledger, ledgers.provider_id(number))

    def add(self, count: int) -> None:
        """So many more, and written."""
        for _ in range(count):
            provider = ledgers.provider_id(self.count % PROVIDERS)
            ledgers.concern(self.world.ledger, provider, self.count, severity="S4" if self.count % 89 == 0 else "S2")
            self.count += 1
        self.world.write()

    def close(self) -> None:
        """One day is over."""
        self.world.ledger.close_day(date(2026, 3, 1) + timedelta(days=self.days), ["quality_concern.raised"])
        self.days += 1
        self.world.write()


@pytest.fixture
def load(world: World) -> Load:
    return Load(world)


class TestExact:
    def test_kill_9_under_load_changes_nothing(self, world: World, load: Load, start: Start) -> None:
        chance = random.Random(9)
        load.add(1200)
        worker = start()
        for _ in range(4):
            until(lambda: worker.ready, "ready", worker)
            load.add(200)
            load.close()
            time.sleep(chance.uniform(0.05, 0.8))  # any moment will do: the load is far from worked off
            worker.kill()
            worker.start()

        world.settle(worker)

        assert load.count == 2000
        assert set(worker.exits) == {-9}
        proof = world.prove()
        whole(proof)
        assert proof.kinds["day.judged"] == 12 * load.days
        critical = [event for said in proof.said.values() for event in said if event.data.get("alert") == "A1"]
        assert len(critical) == len(range(0, load.count, 89))

    def test_a_second_worker_joins_one_is_frozen_both_die_in_turn(self, world: World, load: Load, start: Start) -> None:
        load.add(300)
        one = start("one")
        until(lambda: one.ready, "ready", one)
        two = start("two")
        load.add(300)
        until(lambda: two.ready and one.ready, "both ready", one, two)
        load.add(300)
        two.freeze()  # it wakes up as a zombie: others have its partitions, and it does not know
        until(lambda: one.said("took up 12 partitions: ", since=two.frozen), "one has all", one)
        load.close()
        load.add(200)
        two.thaw()
        until(lambda: two.ready and one.ready, "both ready again", one, two)
        one.kill()
        load.add(200)
        one.start()
        until(lambda: two.ready and one.ready, "both ready for the last time", one, two)
        two.end()

        world.settle(one)

        whole(world.prove())

    def test_records_lost_inside_the_stream_library_are_fetched_again(
        self, world: World, load: Load, start: Start
    ) -> None:
        worker = start(F_SLICE="0.3", F_JUMP="0.1", F_CLEAR="0.6")
        until(lambda: worker.ready, "ready", worker)
        for _ in range(10):
            load.add(100)
        load.close()

        world.settle(worker)

        whole(world.prove())
        assert worker.said("FAULT slice")
        assert worker.said("back to") or worker.said("instead of")


class TestNoBroker:
    def test_waits_alive_and_not_ready_until_one_answers(self, world: World, load: Load, start: Start) -> None:
        load.add(50)
        with closed_door(world.bootstrap) as door:
            worker = start(KAFKA_BOOTSTRAP=f"127.0.0.1:{door.port}")
            until(lambda: worker.said("waiting for a broker"), "waiting", worker)
            alive, ready = worker.get("/healthz"), worker.get("/readyz")
            assert alive is not None
            assert ready is not None
            assert (alive.status_code, ready.status_code) == (200, 503)

            door.open()
            world.settle(worker)

        assert worker.exits == []
        whole(world.prove())
