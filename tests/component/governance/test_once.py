"""The same key decides once; a stale page is no basis; many at once all find their place."""

import asyncio

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

    async def test_many_at_once_about_one_provider_all_find_their_place(self, governance: Running):
        provider = await governance.register()

        answers = await asyncio.gather(*(governance.decide(provider, level="2", key=f"m-{n}") for n in range(6)))

        assert [answer.status_code for answer in answers] == [201] * 6
        steps = await governance.rows(
            "SELECT count(*) FROM journal WHERE key = %s AND type LIKE '%%took_effect%%'", provider
        )
        assert steps == [(6,)]
