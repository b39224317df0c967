"""A plain stock Faust application that does the risk processor's work with a Table, as the library's guide shows it.

The same ledger, the same pure core (`Judge`), the same outputs; state in a Table with its changelog, outputs by `send`,
Faust's own recovery, commits and rebalancing. It judges facts; marks only move time and policy (a stock agent cannot
sweep a table). It prints how far it is. Its state is not exact after a crash; that is not measured here.
"""

import os
import sys
import time
from typing import Any

import faust
import msgspec

from services.risk.criteria import Rules
from services.risk.judge import Judge
from services.risk.memory import PartitionRecord, ProviderRecord, encode
from services.risk.remembered import partition
from services.risk.remembered.partition import PartitionState
from shared import clock, events, policy
from shared.topics import PARTITIONS, Topics

NAMES = Topics(prefix=os.environ["TOPIC_SET"])
RULES = Rules(policy.load(os.environ["BENCH_PACK"]))
JUDGE = Judge(1, lambda _: RULES)
EVERY = 500
decode = msgspec.msgpack.Decoder(ProviderRecord).decode

app = faust.App(
    f"{NAMES.prefix}stock",
    broker=f"kafka://{os.environ['KAFKA_BOOTSTRAP']}",
    store="memory://",
    datadir=os.environ["BENCH_FOLDER"],
    topic_partitions=PARTITIONS,
    topic_allow_declare=False,
    topic_disable_leader=True,
    web_enabled=False,
    worker_redirect_stdouts=False,
    table_standby_replicas=0,
    consumer_auto_offset_reset="earliest",
    cython_optimizations=True,
    key_serializer="raw",
    value_serializer="raw",
)
raw: dict[str, Any] = {"key_type": bytes, "value_type": bytes}
ledger = app.topic(NAMES.name("ledger"), **raw)
output = app.topic(f"{NAMES.prefix}stock-out", **raw)
states = app.Table("states", partitions=PARTITIONS, **raw)
lanes = {number: PartitionRecord(PartitionState(number)) for number in range(PARTITIONS)}
applied = 0


def say(word: str) -> None:
    """One line, with the time that all processes of the machine share."""
    print(word, time.monotonic(), file=sys.__stdout__, flush=True)


@app.agent(ledger, concurrency=1)
async def judge(stream: Any) -> None:
    """One event after the other."""
    global applied  # noqa: PLW0603 - a benchmark's own count
    async for each in stream.events():
        number, offset = each.message.partition, each.message.offset
        event = events.decode(each.value)
        if partition.is_mark(event):
            lanes[number] = msgspec.structs.replace(JUDGE.mark(lanes[number], event, offset).partition, sweep=None)
            continue
        lanes[number] = JUDGE.passed(lanes[number], offset, event)
        kept = states.get(each.key)
        change = JUDGE.fact(lanes[number], decode(kept) if kept else None, event, clock.now())
        lanes[number] = change.partition
        for record in change.providers.values():
            states[each.key] = encode(record)
        for key, value, headers in change.outputs:
            await output.send(key=key, value=value, headers=dict(headers))
        applied += 1
        if applied % EVERY == 0:
            say(f"applied {applied}")


@app.on_worker_init.connect  # type: ignore[untyped-decorator]
def started(*_: Any, **__: Any) -> None:
    """The worker begins."""
    say("begun")


@app.task
async def ready() -> None:
    """Tasks begin when tables have been recovered."""
    say("recovered")


if __name__ == "__main__":
    sys.argv = ["faust", "worker", "--loglevel", "warn", "--without-web"]
    app.main()
