"""Send the inputs, remember every answer, then look whether the journal and Kafka hold what was answered."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from services.intake import normalise
from shared.events.envelope import kind_of
from shared.journal.rows import WIDTH, partition_of
from tests.component.intake.conftest import ELSEWHERE, PLACE, Running, new_alias
from tests.fuzz.inputs import Input, batch, single

CLAIMS = {"roles": ["publisher", "steward"], "org": "council", "publisher": "council-fuzz", "places": [PLACE]}
PROVIDERS, AT_ONCE, IN_A_BATCH = 20, 16, 100
SINGLES = 0.15
"""The share of events that come alone; the others come in batches."""
SERVER_ERROR = 500


@dataclass
class Tally:
    """What was answered, and what that has to mean."""

    answers: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[Input, str]] = field(default_factory=list)
    accepted: dict[str, Any] = field(default_factory=dict)
    """Each event's id, and whom it was about."""
    waiting: set[str] = field(default_factory=set)

    def take(self, sent: Input, status: int, answer: Any) -> None:
        """One answer: of a server error, or of an answer for fewer events than were sent, the input is kept."""
        if status >= SERVER_ERROR:
            self.broken.append((sent, str(answer)))
        if status != 202:
            self.answers[str(status)] += len(sent.subjects)
            return
        if len(answer["results"]) != len(sent.subjects):
            self.broken.append((sent, "not one answer for each event"))
        for result, subject in zip(answer["results"], sent.subjects, strict=False):
            self.answers[result["status"]] += 1
            if result["status"] == "accepted":
                self.accepted[result["id"]] = subject
            elif result["status"] == "quarantined":
                self.waiting.add(result["id"])


@dataclass(frozen=True)
class Verdict:
    """What became of what was answered."""

    lost: int
    mis_keyed: int
    unasked: int
    """Rows of facts that no answer speaks of."""
    unpublished: int


def inputs(count: int, seed: str, subjects: tuple[str, ...]) -> Iterator[Input]:
    """So many events, in requests."""
    number = 0
    while number < count:
        rng = random.Random(f"{seed}/{number}")
        if rng.random() < SINGLES * IN_A_BATCH / (SINGLES * IN_A_BATCH + 1 - SINGLES):
            yield single(rng, f"{seed}/{number}", subjects)
            number += 1
        else:
            many = min(IN_A_BATCH, count - number)
            yield batch(rng, [f"{seed}/{number + at}" for at in range(many)], subjects)
            number += many


async def send(intake: Running, count: int, seed: str) -> tuple[Tally, dict[str, str]]:
    """Register providers, send all inputs. Gives the tally, and whose each name is (in our place)."""
    aliases = [new_alias() for _ in range(PROVIDERS)]
    homes = {f"cqc:{alias}": await intake.register(alias) for alias in aliases}
    homes |= {provider_id: provider_id for provider_id in homes.values()}
    elsewhere = new_alias()
    await intake.register(elsewhere, ELSEWHERE)
    subjects = (*homes, f"cqc:{elsewhere}", "local:nobody-of-ours")
    headers, tally, queue = intake.bearer(**CLAIMS), Tally(), inputs(count, seed, subjects)

    async def worker() -> None:
        for sent in queue:
            answer = await intake.client.post(sent.path, content=sent.body, headers=headers | sent.headers)
            tally.take(sent, answer.status_code, answer.json() if answer.content else None)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return tally, homes


async def judge(intake: Running, tally: Tally, homes: dict[str, str]) -> Verdict:
    """Hold the journal, the quarantine and Kafka against the answers."""
    kinds = normalise.partner_types()
    rows = await intake.rows("SELECT id::text, key, partition, type FROM journal WHERE topic = 'ledger'")
    facts = {id_: (key, partition) for id_, key, partition, type_ in rows if kind_of(type_) in kinds}
    waiting = {str(id_) for (id_,) in await intake.rows("SELECT DISTINCT id FROM quarantine")}
    mis_keyed = sum(
        1
        for id_, subject in tally.accepted.items()
        if id_ in facts and facts[id_] != (homes.get(subject), partition_of(homes.get(subject, ""), WIDTH["ledger"]))
    )
    wanted = set(tally.accepted)
    seen: set[str] = set()

    def is_enough(found: list[Any]) -> bool:
        seen.update(event["id"] for event in found[len(seen_upto) :])
        seen_upto.extend(found[len(seen_upto) :])
        return wanted <= seen

    seen_upto: list[Any] = []
    await intake.ledger(is_enough)
    return Verdict(
        lost=len(wanted - set(facts)) + len(tally.waiting - waiting - set(facts)),
        mis_keyed=mis_keyed,
        unasked=len(set(facts) - wanted),
        unpublished=len(wanted - seen),
    )
