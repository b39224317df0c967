"""The client of CQC's API against a local server: its pages, its pace, its patience."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from services.intake import cqc_client
from services.intake.cqc_client import CqcApi, OutOfReach
from tests.support.cqc import Cqc

RECORDS = {
    f"1-{number}": {"locationId": f"1-{number}", "name": f"Synthetic {number}", "localAuthority": "Oldham"}
    for number in range(7)
}


def api(cqc, **more):
    return CqcApi(cqc.url, "secret-key", **({"per_minute": 60_000, "first_pause": 0.01} | more))


async def test_every_page_of_a_list_is_read_and_the_key_is_shown():
    with Cqc(RECORDS, per_page=3) as cqc:
        async with api(cqc) as client:
            assert [id_ async for id_ in client.locations("Oldham")] == sorted(RECORDS)

        assert len(cqc.asked) == 3
        assert cqc.keys == {"secret-key"}


async def test_a_window_of_changes_is_asked_for_in_utc():
    with Cqc(RECORDS, changed=["1-3", "1-5"]) as cqc:
        async with api(cqc) as client:
            since = datetime(2026, 3, 1, 9, tzinfo=UTC)
            found = [id_ async for id_ in client.changes(since, since + timedelta(days=1))]

        assert found == ["1-3", "1-5"]
        assert "startTimestamp=2026-03-01T09%3A00%3A00Z" in cqc.asked[0]
        assert "endTimestamp=2026-03-02T09%3A00%3A00Z" in cqc.asked[0]


async def test_what_is_not_there_is_nothing():
    with Cqc(RECORDS) as cqc:
        async with api(cqc) as client:
            assert await client.location("1-99") is None
            assert (await client.location("1-4"))["name"] == "Synthetic 4"


async def test_a_report_is_asked_for_as_text():
    with Cqc(RECORDS) as cqc:
        async with api(cqc) as client:
            assert await client.report("abc") == "Report abc (synthetic)"


@pytest.mark.parametrize("how", ["seconds", "date"])
async def test_it_waits_as_long_as_it_is_told(how):
    after = "1" if how == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=2))

    def mood(before, path):
        return (429, {"Retry-After": after}, b"") if before == 0 else None

    with Cqc(RECORDS, mood=mood) as cqc:
        async with api(cqc) as client:
            began = time.monotonic()
            assert await client.location("1-1") is not None
        assert time.monotonic() - began >= 0.9
        assert len(cqc.asked) == 2


async def test_a_server_that_is_ill_is_asked_again_and_at_last_given_up(monkeypatch):
    monkeypatch.setattr(cqc_client, "ATTEMPTS", 3)
    with Cqc(RECORDS, mood=lambda before, path: (503, {}, b"") if before % 4 != 3 else None) as cqc:
        async with api(cqc) as client:
            with pytest.raises(OutOfReach, match="503"):
                await client.location("1-1")
            assert await client.location("1-1") is not None
        assert len(cqc.asked) == 4


@pytest.mark.parametrize("status", [401, 403, 302])
async def test_what_asking_again_cannot_mend_is_told_at_once(status):
    with Cqc(RECORDS, mood=lambda before, path: (status, {"Location": "http://127.0.0.1:1/"}, b"")) as cqc:
        async with api(cqc) as client:
            with pytest.raises(OutOfReach, match=str(status)) as told:
                await client.location("1-1")
        assert "secret-key" not in str(told.value)
        assert len(cqc.asked) == 1


@pytest.mark.parametrize("body", [b"not json", b"[]", b"{}"])
async def test_an_answer_that_makes_no_sense_is_no_empty_list(body):
    with Cqc(RECORDS, mood=lambda before, path: (200, {}, body)) as cqc:
        async with api(cqc) as client:
            with pytest.raises(OutOfReach):
                [id_ async for id_ in client.locations("Oldham")]


async def test_it_keeps_to_its_pace():
    with Cqc(RECORDS) as cqc:
        async with api(cqc, per_minute=1200) as client:
            began = time.monotonic()
            for number in range(5):
                await client.location(f"1-{number}")
        assert time.monotonic() - began >= 4 * 0.05


async def test_nobody_there_is_out_of_reach(monkeypatch):
    monkeypatch.setattr(cqc_client, "ATTEMPTS", 2)
    async with CqcApi("http://127.0.0.1:1", None, per_minute=60_000, first_pause=0.01) as client:
        with pytest.raises(OutOfReach):
            await client.location("1-1")
