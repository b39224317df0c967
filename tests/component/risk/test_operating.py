"""What operators meet: a poisoned record and its release, a re-fold beside the worker, a late policy, a hole."""

from collections.abc import Callable
from datetime import date

import orjson

from services.risk.commands import desk
from shared.topics import PARTITIONS
from tests.component.risk.worker import Worker, until
from tests.component.risk.world import World, whole
from tests.support import ledger as ledgers
from tests.support import servers

Start = Callable[..., Worker]
HOMES = [ledgers.provider_id(number) for number in range(30)]


def opening(world: World) -> None:
    world.adopt()
    for home in HOMES:
        ledgers.registered(world.ledger, home)


async def letters(world: World) -> list[dict[str, object]]:
    """All dead letters."""
    async with desk(world.settings) as (connected, _):
        reader, topic = connected.reader, connected.letters
        return [
            orjson.loads(record.value)
            for number in range(PARTITIONS)
            async for record in reader.records(topic, number, *(await reader.bounds(topic, number)))
        ]


class TestPoison:
    def test_is_held_through_restarts_and_whole_after_its_release(self, world: World, start: Start) -> None:
        opening(world)
        poison = ledgers.concern(world.ledger, HOMES[0], 1, severity="S4").event
        for number, home in enumerate(HOMES):
            ledgers.concern(world.ledger, home, 100 + number, severity="S4")
        world.write()
        worker = start(F_POISON=str(poison.id))
        world.settle(worker)
        held = world.prove()
        alerted = {event.subject for said in held.said.values() for event in said if event.kind == "alert.raised"}
        assert alerted == set(HOMES[1:])
        assert held.about(HOMES[0])[-1].data["unprocessed"] == 1
        [letter] = servers.run(letters(world))
        assert (letter["id"], letter["topic"]) == (str(poison.id), "ledger")

        worker.end()
        worker.start(F_POISON="")  # as if a corrected version had been deployed
        until(lambda: worker.ready, "ready", worker)
        measured = 'careledger_providers_unprocessed{place="E06000019"} 1.0'
        until(lambda: measured in worker.metrics(), "measured", worker)
        assert world.command("release", str(poison.id)).returncode == 0
        until(lambda: worker.said("was released: applied"), "released", worker)

        proof = world.prove()
        assert (proof.differences, proof.positions) == ([], proof.ends)
        assert proof.about(HOMES[0])[-1].data.get("unprocessed", 0) == 0
        causes = [event.causationid for event in proof.about(HOMES[0]) if event.data.get("alert") == "A1"]
        assert causes[0] == str(poison.id)
        assert len(causes) == 2
        until(lambda: "careledger_providers_unprocessed{" not in worker.metrics(), "measured again", worker)


class TestRefold:
    def test_a_core_that_has_learnt_takes_over_from_the_running_worker(self, world: World, start: Start) -> None:
        opening(world)
        for number in range(60):
            ledgers.concern(world.ledger, HOMES[number % 30], number, severity="S4" if number % 10 == 0 else "S3")
        world.ledger.close_day(date(2026, 3, 1), ["quality_concern.raised"])
        world.write()
        worker = start(F_DEAF="quality_concern.raised")
        world.settle(worker)
        deaf = world.prove()
        assert deaf.differences != []
        assert "alert.raised" not in deaf.kinds

        worker._env["F_DEAF"] = ""
        done = world.command("refold")
        assert done.returncode == 0, done.stdout + done.stderr
        until(lambda: bool(worker.exits) and worker.ready, "started again as the new version", worker)
        ledgers.concern(world.ledger, HOMES[1], 1000, severity="S4")
        world.write()
        world.settle(worker)

        assert worker.exits == [70]
        proof = world.prove()
        assert (proof.differences, proof.positions) == ([], proof.ends)
        raised = [event for said in proof.said.values() for event in said if event.data.get("alert") == "A1"]
        assert sorted(event.basis for event in raised) == ["live"] + ["rebuild"] * 6
        before = {event.id for said in deaf.said.values() for event in said}
        new = [event for said in proof.said.values() for event in said if event.id not in before]
        live = [event for event in new if event.basis != "rebuild"]
        assert {event.subject for event in live} == {HOMES[1]}

        again = world.command("refold")
        assert again.returncode == 0, again.stdout + again.stderr
        assert again.stdout.count(" 0 events differ") == PARTITIONS
        until(lambda: len(worker.exits) == 2 and worker.ready, "as the third version", worker)
        assert world.command("verify").returncode == 0

    def test_only_what_other_software_folded_is_folded_anew_when_it_is_asked_so(
        self, world: World, start: Start
    ) -> None:
        opening(world)
        ledgers.concern(world.ledger, HOMES[0], 1, severity="S4")
        world.write()
        worker = start()
        world.settle(worker)
        worker.end()

        said = [world.command("refold", "--when-other", **faults).stdout for faults in ({"F_FOLD": "99"}, {}, {})]

        assert "version 2 of risk's state is in use" in said[0]
        assert "version 3 of risk's state is in use" in said[1]
        assert not said[2]
        assert world.command("verify").returncode == 0


class TestPolicy:
    def test_the_ledger_waits_for_the_text_that_a_mark_names(self, world: World, start: Start) -> None:
        digest = world.adopt()
        ledgers.registered(world.ledger, HOMES[0])
        text, marks = world.ledger.records[0], world.ledger.records[1:]
        world.write_only(marks)
        worker = start(RISK_PLACES_SECONDS="1")
        until(lambda: 70 in worker.exits, "gives up, to begin again", worker)
        assert worker.said(f"the policy {digest} is in force, and did not arrive")

        world.write_only([text])
        world.settle(worker)

        whole(world.prove())


class TestHole:
    def test_a_missing_record_stops_its_partition_alone_and_says_so(self, world: World, start: Start) -> None:
        opening(world)
        lost = ledgers.concern(world.ledger, HOMES[0], 1)
        after = ledgers.concern(world.ledger, HOMES[0], 2, severity="S4")
        elsewhere = next(home for home in HOMES if ledgers.partition_of(home) != lost.partition)
        ledgers.concern(world.ledger, elsewhere, 3, severity="S4")
        world.write_only([record for record in world.ledger.records if record is not lost])

        worker = start()
        until(lambda: worker.said(f"ledger {lost.partition} stops"), "stopped", worker)
        until(lambda: alerted(world, elsewhere), "the others go on", worker)

        assert 'careledger_gaps_total{service="risk"} 2.0' in worker.metrics()  # looked once more, then stopped
        answer = worker.get("/readyz")
        assert answer is not None
        assert answer.status_code == 503
        assert f"partition {lost.partition} stopped" in answer.text
        assert not alerted(world, after.key.decode())
        assert worker.exits == []


def alerted(world: World, provider: str) -> bool:
    """Whether an alert about a provider was said."""
    return any(event.kind == "alert.raised" for event in world.prove().about(provider))
