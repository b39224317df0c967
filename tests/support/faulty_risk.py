"""The risk service with faults put in before it starts: `python -m tests.support.faulty_risk`. For tests alone.

F_SLICE, F_JUMP: how likely a fetch loses some of its records, or the client's position jumps ahead. F_CLEAR: how likely
the stream's queue is emptied every 100 ms. F_POISON: the id of an event on which the pure core breaks. F_DEAF: a kind
of event that the core does not know yet. F_FOLD: the version of the fold that it takes for its own.
"""

import os
import random
from typing import Any

from faust.transport.drivers import aiokafka as driver

from services.risk import __main__ as risk
from services.risk import app, memory
from services.risk.remembered import state


def chance(name: str) -> bool:
    return random.random() < float(os.environ.get(name) or "0")


def lose_fetched_records() -> None:
    """What the library has fetched goes missing on its way: from the middle, or the tail, or without being fetched."""
    stock = driver.AIOKafkaConsumerThread._fetch_records

    async def fetch(self: Any, consumer: Any, active: Any, **options: Any) -> Any:
        found = {}
        for tp, records in (await stock(self, consumer, active, **options) or {}).items():
            kept = records
            if chance("F_SLICE"):
                first = random.randrange(len(records) + 1)
                kept = (
                    records[:first]
                    + records[random.choice([len(records), random.randrange(first, len(records) + 1)]) :]
                )
                print("FAULT", "slice", len(records) - len(kept), flush=True)
            if kept:
                found[tp] = kept
            if chance("F_JUMP"):
                consumer.seek(tp, await consumer.position(tp) + random.randrange(1, 50))
                print("FAULT", "jump", flush=True)
        return found

    driver.AIOKafkaConsumerThread._fetch_records = fetch


def empty_queues() -> None:
    """What was handed over is lost before it is taken."""
    build = app.build_app

    def built(*arguments: Any) -> Any:
        made = build(*arguments)

        @made.timer(0.1)
        async def clear() -> None:
            lost = sum(len(queue._queue) for queue in made.flow_control._queues)
            if lost and chance("F_CLEAR"):
                made.flow_control.clear()
                print("FAULT", "clear", lost, flush=True)

        return made

    app.build_app = built


def break_on(event_id: str) -> None:
    """The core does not understand this event."""
    stock = state.fold

    def fold(known: Any, event: Any) -> Any:
        if str(event.id) == event_id:
            raise ZeroDivisionError("poison")
        return stock(known, event)

    state.fold = fold


def know_nothing_of(kind: str) -> None:
    """An older core."""
    state.CHANGES = {known: change for known, change in state.CHANGES.items() if known != kind}


if __name__ == "__main__":
    lose_fetched_records()
    empty_queues()
    if poison := os.environ.get("F_POISON"):
        break_on(poison)
    if kind := os.environ.get("F_DEAF"):
        know_nothing_of(kind)
    if fold := os.environ.get("F_FOLD"):
        memory.VERSION = int(fold)  # type: ignore[misc] # software that keeps other things of a provider
    risk.cli()
