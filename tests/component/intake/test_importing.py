"""Step 7 of the issue: the real rating files, by the command line, beside the running service; harmless to repeat."""

import asyncio
import csv
import os
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.intake.bulk import commands, importing, throttle
from shared.kafka import lag
from shared.topics import PARTITIONS, Topics
from tests.component.intake.conftest import KEY, concern, run

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data" / "cqc"
LINCOLNSHIRE = DATA / "latest_ratings_lincolnshire_2026-06.csv"
needs_data = pytest.mark.skipif(not LINCOLNSHIRE.exists(), reason=f"THE REAL CQC FILES ARE NOT THERE: {DATA}")
HEAD = (
    "Location ID,Location Name,Location Type,Location Primary Inspection Category,Location Local Authority,"
    "Service / Population Group,Domain,Latest Rating,Publication Date,Inherited Rating (Y/N),Provider Name\n"
)


def environment(settings):
    """Where the deployment is, as every service is told."""
    return {
        "DATABASE_URL": settings.database_url, "VAULT_DATABASE_URL": settings.vault_database_url,
        "KAFKA_BOOTSTRAP": settings.kafka_bootstrap, "TOPIC_SET": settings.topic_set, "ENVIRONMENT": "local",
        "ISSUER": settings.issuer, "JWKS_URL": settings.jwks_url, "MASTER_KEY": KEY, "DIGEST_KEY": KEY,
    }  # fmt: skip


async def command(settings, *arguments):
    """`python -m services.intake import FEED …`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.intake", "import", *map(str, arguments), cwd=ROOT,
        env=os.environ | environment(settings), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


@pytest.fixture
def load(fresh, capsys):
    """The same command without a process of its own: what it does, prints and returns."""

    async def loading(*files, place="X00000009", said=None, commissioning="none"):
        read = partial(commands._ratings, council="Nowhere", place=place, said=said, commissioning=commissioning)
        feed = importing.Feed(name="cqc-ratings", publisher="cqc", read=read)
        code = await asyncio.to_thread(importing.run, fresh, feed, files)
        return code, *capsys.readouterr()

    return loading


def table(*rows):
    return HEAD + "".join(",".join(row) + "\n" for row in rows)


def row(location, rating, published, *, group="Overall", domain="Overall", name="Synthetic House", inherited="N"):
    return (location, name, "Social Care Org", "Residential social care", "Nowhere", group, domain, rating, published,
            inherited, "Synthetic Care")  # fmt: skip


@needs_data
async def test_a_real_file_loads_whole_and_again_changes_nothing(fresh, partners, tmp_path):
    report = tmp_path / "report.csv"
    async with run(fresh, partners) as intake:
        lincoln = ("cqc-ratings", LINCOLNSHIRE, "--place", "E10000019", "--council", "Lincolnshire")

        first = await command(fresh, *lincoln, "--report", report)
        before = await intake.rows("SELECT max(position) FROM journal WHERE type NOT LIKE '%%day.closed%%'")
        again = await command(fresh, *lincoln)

        assert [code for code, _, _ in (first, again)] == [0, 0], first
        assert "services: 356: 356 new" in first[1]
        assert "cqc_rating.published: 437 new" in first[1]
        assert "42 rows: no rating published for the location (Not Rated, no date)" in first[1]
        assert "services: 356: 356 known" in again[1]
        assert "cqc_rating.published: 0 new, 437 there already" in again[1]
        assert await intake.rows("SELECT max(position) FROM journal WHERE type NOT LIKE '%%day.closed%%'") == before

        rows = list(csv.DictReader(report.open()))
        assert [int(row["row"]) for row in rows] == list(range(2, 4_161))
        counted = Counter(row["outcome"] for row in rows)
        taken, left = counted["became an event"], counted["left out"]
        assert f"4159 rows: {taken} became events, 0 were there already, {left} left out" in first[1]
        events = [
            orjson.loads(body)
            for (body,) in await intake.rows("SELECT body FROM journal WHERE type NOT LIKE '%%day.closed%%'")
        ]
        assert {(event["basis"], event["place"]) for event in events} == {("import", "E10000019")}
        assert await intake.rows("SELECT count(*) FROM heard") == [(0,)]
        await intake.ledger(lambda found: len([e for e in found if "cqc_rating" in e["type"]]) == 437)


async def test_a_file_that_fits_both_orders_needs_it_said(fresh, partners, tmp_path, load):
    file = tmp_path / "ratings.csv"
    file.write_text(
        table(row("1-111111111", "Good", "03/02/2026"), row("1-222222222", "Inadequate", "", group="Homecare"))
    )
    async with run(fresh, partners) as intake:
        code, _, err = await load(file)
        assert (code, await intake.rows("SELECT count(*) FROM providers")) == (1, [(0,)])
        assert "--date-order" in err

        code, out, err = await load(file, said="mdy", commissioning="joint")

        assert code == 0, err
        assert "services: 2: 2 new" in out
        ((body,),) = await intake.rows("SELECT body FROM journal WHERE type LIKE '%%cqc_rating%%'")
        event = orjson.loads(body)
        assert event["data"]["report_date"] == "2026-03-02"
        assert (event["time"], event["observedtime"]) == ("2026-03-02T00:00:00.000000Z",) * 2
        assert event["source"] == "/places/X00000009/publishers/cqc"
        facts = await intake.rows("SELECT facts->>'commissioning' FROM providers")
        assert facts == [("joint",), ("joint",)]


async def test_what_a_steward_has_said_stays_and_what_waited_is_released(fresh, partners, tmp_path, load):
    file = tmp_path / "ratings.csv"
    file.write_text(table(row("1-111111111", "Good", "13/02/2026"), row("1-222222222", "Good", "13/02/2026")))
    async with run(fresh, partners) as intake:
        provider = await intake.register("1-111111111")
        kept = await intake.result(concern("cqc:1-222222222"))

        code, out, err = await load(file, place="E06000019")

        assert code == 0, err
        assert "services: 2: 1 new, 1 known" in out
        seen = (await intake.steward("GET", f"/v1/providers/{provider}")).json()
        assert seen["name"] == "Rowan House (synthetic)"
        assert (await intake.journal(kept["id"]))["basis"] == "live"


async def test_a_changed_row_is_a_new_fact_and_the_others_are_not(fresh, partners, tmp_path, load):
    file = tmp_path / "ratings.csv"
    async with run(fresh, partners):
        file.write_text(table(row("1-111111111", "Good", "13/02/2026"), row("1-222222222", "Good", "13/02/2026")))
        await load(file)
        file.write_text(table(row("1-111111111", "Inadequate", "14/03/2026"), row("1-222222222", "Good", "13/02/2026")))

        code, out, err = await load(file)

        assert code == 0, err
        assert "cqc_rating.published: 1 new, 1 there already" in out


def test_a_place_that_is_none_loads_nothing():
    with pytest.raises(SystemExit, match="GSS"):
        importing.checked_place("Nowhere")


async def test_without_a_running_intake_it_stops_and_says_so(fresh, tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_text(table(row("1-111111111", "Good", "13/02/2026")))

    code, _, err = await command(fresh, "cqc-ratings", file, "--place", "X00000009", "--council", "Nowhere")

    assert code == 1
    assert "Is intake running?" in err
    assert "Traceback" not in err


async def test_it_waits_for_risk_and_does_not_pass_one_that_does_not_read(fresh, partners, tmp_path, load, monkeypatch):
    file, names = tmp_path / "ratings.csv", Topics(prefix=fresh.topic_set)
    file.write_text(table(*(row(f"1-{number:09d}", "Good", "13/02/2026") for number in range(20))))
    for name, value in (("MOST_UNJUDGED", 10), ("PATIENCE_SECONDS", 1.0)):
        monkeypatch.setattr(throttle, name, value)
    async with run(fresh, partners) as intake:
        assert await lag.behind(fresh.kafka_bootstrap, names, "ledger", throttle.RISK) is None
        assert (await load(file))[0] == 0  # no risk has ever read: nothing to wait for
        await intake.ledger(lambda found: len([e for e in found if "cqc_rating" in e["type"]]) == 20)
        reader = AIOKafkaConsumer(bootstrap_servers=fresh.kafka_bootstrap, group_id=names.name("risk-v1"))
        await reader.start()
        try:
            lanes = [TopicPartition(names.name("ledger"), number) for number in range(PARTITIONS)]
            reader.assign(lanes)
            await reader.commit(dict.fromkeys(lanes, 0))

            code, _, err = await load(file)

            assert code == 1
            assert "risk has" in err
            await reader.commit(await reader.end_offsets(lanes))
            assert await lag.behind(fresh.kafka_bootstrap, names, "ledger", throttle.RISK) == 0
            assert (await load(file))[0] == 0
        finally:
            await reader.stop()
