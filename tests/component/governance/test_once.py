"""The same key decides once; a stale page is no basis; many at once all find their place."""

import asyncio

import orjson
import pytest

from tests.component.governance.conftest import Running

pytestmark = pytest.mark.asyncio(loop_scope="package")


class TestOnce:
    async def test_the_same_key_gives_the_same_answer_and_decides_once(self, governance: Running):
        provider = await governance.register()

        first = await governance.decide(provider, level="2", key="k-1")
        again = await governance.decide(provider, level="2", key="k-1")

        assert again.json() == first.json()
        kept = "SELECT 1 FROM journal WHERE key = %s AND type NOT LIKE '%%.task.%%'"
        assert len(await governance.rows(kept, provider)) == 4

    async def test_the_same_key_for_something_else_is_refused(self, governance: Running):
        provider = await governance.register()
        await governance.decide(provider, level="2", key="k-2")

        answer = await governance.decide(provider, level="3", key="k-2")

        assert answer.status_code == 422

    async def test_keys_of_two_people_never_meet(self, governance: Running):
        provider = await governance.register()
        await governance.decide(provider, level="1", key="k-3")

        answer = await governance.decide(provider, "manager", level="2", key="k-3", body="QUALITY_TEAM")

        assert answer.status_code == 201

    async def test_a_stale_page_is_no_basis(self, governance: Running):
        provider = await governance.register()
        version = (await governance.page(provider))["version"]
        await governance.decide(provider, level="2")

        stale = await governance.decide(provider, level="3", if_match=f'"{version}"')
        fresh = await governance.decide(provider, level="3", if_match=(await governance.page(provider))["version"])

        assert stale.status_code == 412
        assert fresh.status_code == 201

    async def test_fifty_at_once_on_one_page_one_is_taken_and_every_other_is_told_to_look_again(
        self, governance: Running
    ):
        provider = await governance.register()
        version = (await governance.page(provider))["version"]

        answers = await asyncio.gather(
            *(governance.decide(provider, level="2", key=f"page-{n}", if_match=version) for n in range(50))
        )

        assert sorted(answer.status_code for answer in answers) == [201] + [412] * 49
        steps = "SELECT count(*) FROM journal WHERE key = %s AND type LIKE '%%took_effect%%'"
        assert await governance.rows(steps, provider) == [(1,)]

    async def test_fifty_at_once_without_a_page_none_is_lost_and_none_is_unclear(self, governance: Running):
        """Each is taken, or told that others decide in this moment and to send it again; then it is taken too."""
        provider, waiting, taken = await governance.register(), list(range(50)), dict[int, str]()
        while waiting:
            answers = await asyncio.gather(
                *(governance.decide(provider, level="23"[n % 2], key=f"f-{n}") for n in waiting)
            )
            assert {answer.status_code for answer in answers} <= {201, 409, 503}, [a.text for a in answers]
            taken |= {
                n: answer.json()["decision_id"]
                for n, answer in zip(waiting, answers, strict=True)
                if answer.status_code == 201
            }
            waiting = [n for n in waiting if n not in taken]

        kept = await governance.rows(
            "SELECT body FROM journal WHERE key = %s AND type LIKE '%%took_effect%%' ORDER BY position", provider
        )
        effects = [orjson.loads(body)["data"] for (body,) in kept]
        assert sorted(one["decision_id"] for one in effects) == sorted(taken.values())
        page = await governance.page(provider)
        assert (page["confirmed"]["decision_id"], page["confirmed"]["level"]) == (
            effects[-1]["decision_id"], effects[-1]["decision"]["level"],
        )  # fmt: skip
        # Nobody decided on what was no longer so: each says what stood when it was taken.
        stood = [one["decision"].get("from_level") for one in effects]
        assert stood == [None, *(one["decision"]["level"] for one in effects[:-1])]

    async def test_many_at_once_about_one_provider_all_find_their_place(self, governance: Running):
        provider = await governance.register()

        answers = await asyncio.gather(*(governance.decide(provider, level="2", key=f"m-{n}") for n in range(6)))

        assert [answer.status_code for answer in answers] == [201] * 6
        steps = await governance.rows(
            "SELECT count(*) FROM journal WHERE key = %s AND type LIKE '%%took_effect%%'", provider
        )
        assert steps == [(6,)]
