"""The proof names the first row that is not as it was written, wherever it was altered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.governance.proof import keys, verifying
from services.governance.proof.checkpoints import Checkpoints
from services.governance.proof.findings import Findings
from services.governance.provider_case import ProviderCase
from shared.journal import checkpoint
from tests.component.governance.conftest import Running, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
PLACE = "E06000094"
"""Of these tests alone: what others do in this deployment (events without their journals) is not looked at."""


async def proven(running: Running, **changes: Any) -> Findings:
    known = running.settings.model_copy(update=changes)
    return await verifying.verify(known, place=PLACE, journals=("governance",))


async def decided(running: Running) -> str:
    """A provider of this place with a decision that everybody has."""
    policy = await running.adopt(place=PLACE)
    assert policy.status_code in (200, 201), policy.text
    provider = await running.register(place=PLACE)
    body = {"type": "level.confirmed", "body": "MA_QUALITY_REVIEW", "rationale": "The panel agreed.", "level": "2"}
    answer = await running.ask("POST", f"/v1/providers/{provider}/decisions", "chair", body=body, place=PLACE)
    assert answer.status_code == 201, answer.text
    ours = await running.rows("SELECT count(*) FROM journal WHERE key = %s", provider)
    await running.kinds(provider, ours[0][0] + 1, PLACE)
    return provider


@asynccontextmanager
async def altered(running: Running, table: str, which: str, *changes: str) -> AsyncIterator[None]:
    """Somebody who owns the database alters one row; afterwards it is as it was."""
    url = running.settings.database_url
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as owner:
        await owner.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table} WHERE {which}")
        await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            for change in changes:
                assert (await owner.execute(change)).rowcount == 1
            yield
        finally:
            await owner.execute(f"DELETE FROM {table} WHERE {which}")
            await owner.execute(f"INSERT INTO {table} TABLE kept")
            await owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


async def test_untouched_it_is_whole_and_every_alteration_is_named(governance: Running) -> None:
    provider = await decided(governance)
    rows = await governance.rows(
        'SELECT h.topic, h.partition, h."offset", h.id::text FROM governance_view.history AS h'
        ' WHERE provider_id = %s AND body LIKE \'%%"writer":"governance"%%\' ORDER BY h."offset" LIMIT 9',
        provider,
    )
    whole = await proven(governance)
    assert (whole.first, whole.journalled > 0, whole.shown > 0) == (None, True, True)

    said = (
        "the history has other content", "the history's columns are not its content's", "the history lacks it",
        "the journal of governance has other content", "the journal of governance lacks it",
        "the columns of the journal of governance are not its content's", "the history's columns are not its content's",
        "the columns of the journal of governance are not its content's", "the history has other content",
    )  # fmt: skip
    ids = [row[3] for row in rows]
    body = "SET body = replace(convert_from(body, 'UTF8'), '\"place\"', '\"Place\"')::bytea"
    history, journal, which = "governance_view.history", "governance.journal", f"id = ANY('{{{','.join(ids)}}}')"
    shown = (
        f"UPDATE {history} {body} WHERE id = '{ids[0]}'",
        f"UPDATE {history} SET time = time - interval '1 day' WHERE id = '{ids[1]}'",
        f"DELETE FROM {history} WHERE id = '{ids[2]}'",
        f"UPDATE {history} SET peak = peak + interval '1 day' WHERE id = '{ids[6]}'",  # as if nobody had known of it
        f"UPDATE {history} SET body = '\\x00' WHERE id = '{ids[8]}'",
    )
    journalled = (
        f"UPDATE {journal} {body} WHERE id = '{ids[3]}'",
        f"DELETE FROM {journal} WHERE id = '{ids[4]}'",
        f"UPDATE {journal} SET hash = repeat('a', 64) WHERE id = '{ids[5]}'",
        f"UPDATE {journal} SET type = 'careledger.task.raised.v2' WHERE id = '{ids[7]}'",
    )
    async with altered(governance, history, which, *shown), altered(governance, journal, which, *journalled):
        found = await proven(governance)
    named = [(bad.topic, bad.partition, bad.offset, bad.event_id, bad.says) for bad in sorted(found.rows)]
    assert named == [(*row, says) for row, says in zip(rows, said, strict=True)]
    assert found.first is not None
    assert str(found.first).startswith(f"ledger/{rows[0][1]} offset {rows[0][2]} event {ids[0]}: ")
    assert (await proven(governance)).is_whole


async def test_what_the_journal_says_was_published_and_kafka_lacks_is_named(governance: Running) -> None:
    """As if a topic had been cut short: the journal has a row more than Kafka, behind its mark."""
    provider = await decided(governance)
    more = (
        "INSERT INTO governance.journal SELECT position - 1000000, topic, partition, key, type, sequence - 1000000,"
        " prevsequence, prevhash, hash, gen_random_uuid(), digest, recordedtime, body FROM governance.journal"
        f" WHERE key = '{provider}' AND type LIKE '%took_effect%'"
    )
    async with altered(governance, "governance.journal", "position < 0", more):
        found = await proven(governance)

    assert "and Kafka lacks it" in str(found.first)


async def test_a_decision_that_pages_are_shown_from_is_altered_or_gone(governance: Running) -> None:
    """Pages are shown from the event store: whoever writes another level there is named too."""
    case = ProviderCase.create_id(await decided(governance))
    events, which = "governance.governance_events", f"originator_id = '{case}'"
    lower = 'SET state = replace(convert_from(state, \'UTF8\'), \'"level":"2"\', \'"level":"1"\')::bytea'
    async with altered(
        governance, events, which, f"UPDATE {events} {lower} WHERE {which} AND topic LIKE '%TookEffect'"
    ):
        other = {bad.says for bad in (await proven(governance)).rows}
    async with altered(governance, events, which, f"DELETE FROM {events} WHERE {which} AND topic LIKE '%Proposed'"):
        gone = {bad.says for bad in (await proven(governance)).rows}

    lacks = "the event store lacks it, or has it with other content"
    assert other == {f"the event store has ProviderCase.TookEffect 3 of {case}, which was never published so", lacks}
    assert gone == {f"the event store lacks what came before ProviderCase.TookEffect 3 of {case}", lacks}


async def test_what_was_put_into_the_history_beyond_kafka_is_named(governance: Running) -> None:
    provider = await decided(governance)
    put = [
        f"INSERT INTO governance_view.history SELECT topic, {partition}, 9000000, rank, provider_id, recordedtime,"
        " peak, time, gen_random_uuid(), type, classification, body FROM governance_view.history AS h"
        f" WHERE provider_id = '{provider}' AND type LIKE '%took_effect%' AND \"offset\" < 9000000"
        for partition in ("h.partition", "99")
    ]
    async with altered(governance, "governance_view.history", '"offset" = 9000000', *put):
        found = await verifying.verify(governance.settings, journals=("governance",))

    assert {
        "the history has a row where Kafka has none",
        "history has 1 rows where Kafka has no partition, the first at 9000000",
    } <= {bad.says for bad in found.rows}


async def test_the_service_takes_its_own_after_a_day_was_closed(governance: Running) -> None:
    # Before the next test, which alters checkpoints for a moment: none may be put on an altered one.
    async def taken() -> Any:
        return await governance.rows("SELECT 1 FROM checkpoints WHERE writer = 'governance'")

    await until(taken)


async def test_checkpoints_are_taken_once_a_day_and_miss_what_was_cut_off(governance: Running, tmp_path: Path) -> None:
    provider, known = await decided(governance), governance.settings
    file, key = tmp_path / "checkpoints.jsonl", keys.signing(known)
    taking = Checkpoints(known.database_url, key, governance.service.closer, file)
    days = [day for (day,) in await governance.rows("SELECT day FROM checkpoints WHERE writer = 'governance'")]
    next_day = date.fromordinal(max([date(2026, 1, 1), *days]).toordinal() + 1)

    first = await taking.take(next_day)
    again = await taking.take(next_day)
    whole = await proven(governance, checkpoint_file=file)

    assert ([one.writer for one in first], again) == (["governance"], [])
    assert (whole.first, whole.checkpoints >= 1, len(file.read_bytes().splitlines()) >= 1) == (None, True, True)
    file.write_bytes(file.read_bytes().replace(b'"governance"', b'"intake"'))
    assert "the table lacks it" in str((await proven(governance, checkpoint_file=file)).first)

    # Kafka and journal were both written anew, so that they fit: the head that was signed is in neither.
    cut = checkpoint.read(first[0].kept, key.public_key())
    anew = replace(cut, heads={("ledger", provider): "0" * 64}).signed(key)
    which = f"writer = 'governance' AND day = '{next_day}'"
    change = f"UPDATE governance.checkpoints SET kept = '\\x{anew.hex()}' WHERE {which}"
    async with altered(governance, "governance.checkpoints", which, change):
        found = await proven(governance)
    assert f"the head of {provider} that governance had signed at {next_day} is gone" in str(found.first)


async def test_operators_read_what_was_found(governance: Running) -> None:
    found = await proven(governance)

    answer = await governance.ask("GET", "/v1/verifications", "auditor", limit=1)
    refused = await governance.ask("GET", "/v1/verifications", "officer")

    assert answer.json()["verifications"][0]["place"] == PLACE
    assert (found.first, answer.json()["verifications"][0]["is_whole"]) == (None, True)
    assert answer.json()["public_key"] == keys.written(keys.signing(governance.settings).public_key())
    assert refused.status_code == 403
