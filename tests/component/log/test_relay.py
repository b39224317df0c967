"""The relay on a real database and a real broker."""

import asyncio

from shared.topics import Topics
from tests.component.log import logs


async def test_what_is_appended_reaches_kafka_in_order(journal_url: str, kafka_bootstrap: str, topics: Topics) -> None:
    async with logs.Service(journal_url, kafka_bootstrap, topics) as intake:
        intake.lead()
        await logs.until(intake.is_open)

        given = logs.many(300)
        results = await asyncio.gather(*(intake.append([row]) for row in given))
        await logs.until(intake.is_published)

    assert [result.status for (result,) in results] == ["accepted"] * 300
    verdict = await logs.judge(kafka_bootstrap, topics.name("ledger"))
    assert verdict.is_clean
    assert verdict.repeats == 0
    assert set(verdict.ids) == {str(row.draft.id) for row in given}
