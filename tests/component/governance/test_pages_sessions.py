"""Who may see a page: a session that lives in the database, can be ended, grows old; and whose forms are its own."""

from datetime import timedelta

import pytest

from tests.component.governance.browsing import COOKIE, sign_in
from tests.component.governance.conftest import PLACE, Running

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_nobody_sees_a_page_without_signing_in(governance: Running):
    answer = await governance.client.get("/dashboards?x=1", headers={"Accept": "text/html"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?then=%2Fdashboards%3Fx%3D1"


async def test_a_cookie_that_we_never_gave_is_no_session(governance: Running):
    browser = sign_in(governance)
    browser.cookie = browser.cookie[:-2] + "zz"

    assert (await browser.get("/dashboards")).status_code == 303


async def test_the_table_alone_gives_nobody_a_session_or_a_token(governance: Running):
    browser = sign_in(governance, sub="somebody-sealed")
    [(digest, bearer)] = await governance.rows("SELECT digest, bearer FROM sessions WHERE subject = 'somebody-sealed'")

    assert browser.cookie.encode() not in digest + bearer
    assert governance.issuer.token(sub="x")[:20].encode() not in bearer


async def test_signing_out_ends_the_session_wherever_its_cookie_is(governance: Running):
    browser = sign_in(governance)
    token = await browser.csrf()

    answer = await browser.post("/sign-out", {"csrf_token": token})

    assert (answer.status_code, answer.headers["location"]) == (303, "/signed-out")
    assert f'{COOKIE}=""' in answer.headers["set-cookie"]
    assert (await browser.get("/dashboards")).status_code == 303


async def test_all_sessions_of_one_person_can_be_revoked(governance: Running):
    first, second = (sign_in(governance, sub="leaver") for _ in range(2))
    other = sign_in(governance)

    assert first.sessions.revoke("leaver") == 2

    assert [(await one.get("/dashboards")).status_code for one in (first, second, other)] == [303, 303, 200]


@pytest.mark.parametrize("column", ["seen", "began"])
async def test_a_session_ends_by_idleness_and_after_eight_hours(governance: Running, column: str):
    browser = sign_in(governance, sub=f"sleeper-{column}")
    ago = {"seen": timedelta(minutes=31), "began": timedelta(hours=8, seconds=1)}[column]
    async with governance.service.pool.connection() as connection:
        await connection.execute(
            f"UPDATE sessions SET {column} = clock_timestamp() - %s WHERE subject = %s", (ago, f"sleeper-{column}")
        )

    assert (await browser.get("/dashboards")).status_code == 303


async def test_use_keeps_a_session_alive_and_listening_does_not(governance: Running):
    browser = sign_in(governance, sub="worker")
    seen = "SELECT clock_timestamp() - seen < interval '1 minute' FROM sessions WHERE subject = 'worker'"
    async with governance.service.pool.connection() as connection:
        await connection.execute("UPDATE sessions SET seen = seen - interval '20 minutes' WHERE subject = 'worker'")

    assert browser.sessions.find(browser.cookie, used=False) is not None
    await browser.get("/dashboards", **{"Sec-Fetch-Mode": "cors"})
    assert await governance.rows(seen) == [(False,)], "a row that the script renewed is nobody's use"
    await browser.get("/dashboards")
    assert await governance.rows(seen) == [(True,)]


class TestAForm:
    async def test_without_its_token_nothing_is_done(self, governance: Running):
        browser = sign_in(governance)

        for sent in ({}, {"csrf_token": "0" * 64}, {"csrf_token": await sign_in(governance).csrf()}):
            answer = await browser.post("/sign-out", sent)
            assert (answer.status_code, "out of date" in answer.text) == (403, True)
        assert (await browser.get("/dashboards")).status_code == 200

    async def test_from_another_site_nothing_is_done(self, governance: Running):
        browser = sign_in(governance)

        answer = await browser.post(
            "/sign-out", {"csrf_token": await browser.csrf()}, **{"Sec-Fetch-Site": "cross-site"}
        )

        assert answer.status_code == 403
        assert (await browser.get("/dashboards")).status_code == 200


async def test_what_was_written_is_not_lost_with_a_session_that_ended_meanwhile(governance: Running):
    browser = sign_in(governance, sub="interrupted")
    path, text = f"/dashboards/{PLACE}/care-homes/views", "What I wrote for half an hour <b>"
    ours, theirs = {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site"}
    stale = await browser.post(path, {"name": text, "csrf_token": "0" * 64}, **ours)
    browser.sessions.revoke("interrupted")
    ended = await browser.post(path, {"name": text, "csrf_token": "0" * 64}, **ours)

    assert [(one.status_code, "for half an hour &lt;b&gt;" in one.text) for one in (stale, ended)] == [
        (403, True), (401, True)
    ]  # fmt: skip
    assert "half an hour" not in (await browser.post(path, {"name": text}, **theirs)).text, "no other site speaks here"


async def test_a_session_that_was_begun_elsewhere_has_no_bearer(governance: Running):
    """Whoever can write the table, and knows no cookie that sealed the token, gets no session."""
    browser = sign_in(governance, sub="victim")
    async with governance.service.pool.connection() as connection:
        await connection.execute("UPDATE sessions SET bearer = bearer || '\\x00' WHERE subject = 'victim'")

    assert (await browser.get("/dashboards")).status_code == 303


async def test_a_page_may_load_nothing_from_elsewhere(governance: Running):
    answer = await sign_in(governance).get("/dashboards")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
