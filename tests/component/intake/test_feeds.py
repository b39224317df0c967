"""The feeds beside the running service, on a real database and broker; CQC's API is recorded and local."""

import asyncio
import copy
import os
import signal
import sys
from datetime import date

import orjson
import pytest

from services.intake.bulk import importing, syncing
from services.intake.feeds import capacity_tracker, carried_over, cqc_locations, ods_sites, table
from shared import calendar, clock
from tests.component.intake.conftest import PLACE, concern, new_alias, run, until
from tests.component.intake.test_importing import DATA, ROOT, environment
from tests.support.cqc import Cqc, by_id, recorded

OLDHAM = DATA / "api_locations_oldham_2025-03.jsonl.gz"
needs_data = pytest.mark.skipif(not OLDHAM.exists(), reason=f"THE REAL CQC FILES ARE NOT THERE: {OLDHAM}")
SINCE = "SELECT type, body FROM journal WHERE position > %s AND type NOT LIKE '%%day.closed%%' ORDER BY position"


def location(id_="1-111111111", **more):
    usual = {
        "locationId": id_, "name": "Synthetic House (not a real service)", "type": "Social Care Org",
        "localAuthority": "Oldham", "registrationStatus": "Registered", "registrationDate": "2020-01-01",
        "numberOfBeds": 30, "careHome": "Y", "gacServiceTypes": [{"name": "Residential homes"}], "relationships": [],
        "currentRatings": {"overall": {"rating": "Good", "reportDate": "2021-05-03", "reportLinkId": "r-1"}},
    }  # fmt: skip
    return usual | more


@pytest.fixture
def sync(fresh, capsys):
    """`import cqc-locations --api` without a process of its own."""

    async def syncing_(cqc, **more):
        settings = fresh.model_copy(update={"cqc_url": cqc.url, "cqc_per_minute": 60_000, "cqc_pause": 0.01} | more)
        feed = importing.Feed(name="cqc-locations", publisher="cqc", read=lambda file: None)
        council = syncing.Council(place=PLACE, name="Oldham", commissioning="council")
        code = await asyncio.to_thread(syncing.run, settings, feed, council)
        return code, *capsys.readouterr()

    return syncing_


@pytest.fixture
def load(fresh, capsys):
    """A feed's file without a process of its own."""

    async def loading(file, name, read, **more):
        feed = importing.Feed(name=name, publisher="test", read=read, **more)
        code = await asyncio.to_thread(importing.run, fresh, feed, [file])
        return code, *capsys.readouterr()

    return loading


async def position(intake):
    return (await intake.rows("SELECT coalesce(max(position), 0) FROM journal"))[0][0]


async def since(intake, before):
    return [(type_.split(".", 1)[1], orjson.loads(body)) for type_, body in await intake.rows(SINCE, before)]


@needs_data
@pytest.mark.timeout(120)
async def test_a_run_that_is_killed_goes_on_and_the_api_gives_what_the_file_gives(fresh, partners, load, sync):
    place, records = "E08000004", recorded(OLDHAM)

    def slow(before, path):  # never lets the run come to an end
        return (429, {"Retry-After": "60"}, b"") if before > 300 else None

    async with run(fresh, partners) as intake:
        with Cqc(records, mood=slow) as cqc:
            told = environment(fresh) | {"INTAKE_CQC_URL": cqc.url, "INTAKE_CQC_PER_MINUTE": "60000"}
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "services.intake", "import", "cqc-locations", "--api", "--place", place,
                "--council", "Oldham", cwd=ROOT, env=os.environ | told, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            await until(lambda: asyncio.sleep(0, len(cqc.asked) > 301))
            process.send_signal(signal.SIGKILL)
            await process.wait()
        had = {key for (key,) in await intake.rows("SELECT key FROM readings_done")}
        assert had
        assert await intake.rows("SELECT count(*) FROM feeds") == [(0,)]

        feed = importing.Feed(name="cqc-locations", publisher="cqc", read=lambda file: None)
        council = syncing.Council(place=place, name="Oldham")
        with Cqc(records) as cqc:
            settings = fresh.model_copy(update={"cqc_url": cqc.url, "cqc_per_minute": 60_000})
            assert await asyncio.to_thread(syncing.run, settings, feed, council) == 0
            asked = {path.rpartition("/")[2] for path in cqc.asked if "?" not in path}
        # What was had is asked for again only where it belongs to a service that was not.
        alone = {id_ for id_ in had & records.keys() if not records[id_]["relationships"]}
        assert alone
        assert not asked & alone
        assert await intake.rows("SELECT count(*) FROM feeds") == [(1,)]
        assert await intake.rows("SELECT count(*) FROM readings_done") == [(0,)]

        before = await position(intake)
        read = lambda file: cqc_locations.reading(  # noqa: E731
            list(records.values()), place, council="Oldham"
        )
        feed = importing.Feed(name="cqc-locations", publisher="cqc", read=read)
        assert await asyncio.to_thread(importing.run, fresh, feed, [OLDHAM]) == 0
        new = await since(intake, before)
        assert [kind for kind, _ in new] == []
        counted = await intake.rows("SELECT count(*), count(*) FILTER (WHERE facts ? 'closed_on') FROM providers")
        assert counted == [(106, 0)]
        assert (await intake.rows("SELECT count(*) FROM journal WHERE type LIKE '%%cqc_rating%%'")) == [(227,)]


async def test_only_what_has_changed_is_asked_for_and_what_is_new_is_live(fresh, partners, sync):
    kept = location("1-222222222", registeredManagerAbsentDate="2026-01-10")
    records = by_id([location(), kept, location("1-333333333", localAuthority="Elsewhere")])
    async with run(fresh, partners) as intake:
        with Cqc(records) as cqc:
            code, out, err = await sync(cqc)
            assert code == 0, err
            assert "2 new" in out
            assert {event["basis"] for _, event in await since(intake, 0)} == {"import"}
            before, asked = await position(intake), len(cqc.asked)

            assert (await sync(cqc))[0] == 0
            assert len(cqc.asked) == asked + 1  # the changes alone: nobody's record is read
            assert await position(intake) == before

            changed, today = copy.deepcopy(kept), calendar.london_date(clock.now()).isoformat()
            changed["currentRatings"]["overall"] |= {"rating": "Inadequate", "reportDate": today}
            del changed["registeredManagerAbsentDate"]
            changed["numberOfBeds"] = 28
            cqc.records["1-222222222"], cqc.changed = changed, ["1-222222222", "1-333333333", "1-999999999"]
            await intake.rows("UPDATE feeds SET live_from = '2020-01-01' RETURNING 1")
            code, out, err = await sync(cqc)

        assert code == 0, err
        new = await since(intake, before)
        assert [(kind, event["basis"]) for kind, event in new] == [
            ("registry.service.changed.v1", "live"), ("cqc_rating.published.v1", "live"),
            ("cqc_commentary.published.v1", "live"), ("registry.manager.changed.v1", "live"),
        ]  # fmt: skip
        assert new[0][1]["data"] == {"beds": 28}
        assert new[1][1]["data"]["overall"] == "inadequate"
        assert new[3][1]["data"]["status"] == "in_post"


async def test_an_end_of_registration_closes_unless_another_follows(fresh, partners, sync):
    ended = {"registrationStatus": "Deregistered", "deregistrationDate": "2026-02-01"}
    heir = {"reason": "New Provider", "relatedLocationId": "1-444444444", "type": "HSCA Successor"}
    follows = {"reason": "New Provider", "relatedLocationId": "1-111111111", "type": "HSCA Predecessor"}
    async with run(fresh, partners) as intake:
        with Cqc(by_id([location(), location("1-222222222")])) as cqc:
            assert (await sync(cqc))[0] == 0
            before = await position(intake)
            cqc.records |= by_id([
                location(relationships=[heir], **ended), location("1-222222222", **ended),
                location("1-444444444", relationships=[follows], name="Synthetic Manor (not a real service)"),
            ])  # fmt: skip
            cqc.changed = ["1-111111111", "1-222222222"]
            code, _, err = await sync(cqc)

        assert code == 0, err
        kinds = [kind.removesuffix(".v1") for kind, _ in await since(intake, before)]
        assert kinds.count("registry.service.closed") == 1
        assert kinds.count("registry.service.reregistered") == 1
        assert "registry.service.registered" not in kinds
        names = await intake.rows("SELECT facts->>'name', facts ? 'closed_on' FROM providers ORDER BY 2")
        assert names == [("Synthetic Manor (not a real service)", False),
                         ("Synthetic House (not a real service)", True)]  # fmt: skip


async def test_a_feed_that_falls_silent_is_told_once_and_changes_no_level(fresh, partners, sync):
    """Golden 22: the CQC feed is silent for four days."""
    async with run(fresh, partners) as intake:
        with Cqc(by_id([location()])) as cqc:
            assert (await sync(cqc))[0] == 0
            look = intake.intake.freshness.look
            assert await look() == 0
            before = await position(intake)
            await intake.rows("UPDATE feeds SET heard = heard - interval '4 days' RETURNING 1")

            assert [await look(), await look()] == [1, 0]
            (feed,) = (await intake.steward("GET", "/v1/feeds")).json()["feeds"]
            assert (feed["feed"], feed["place"], feed["silent"]) == ("cqc-locations", PLACE, True)
            assert (await intake.steward("GET", "/v1/feeds", places=["X00000099"])).json()["feeds"] == []
            assert (await intake.steward("GET", "/v1/feeds", roles=["publisher"])).status_code == 403
            ((kind, raised),) = await since(intake, before)
            assert kind == "alert.raised.v1"
            assert (raised["subject"], raised["place"], raised["data"]["alert"]) == (PLACE, PLACE, "A19")
            assert "cqc-locations has been silent for 4 days" in raised["data"]["summary"]

            assert (await sync(cqc))[0] == 0
            assert [await look(), await look()] == [1, 0]
        (_, (kind, cleared)) = await since(intake, before)
        assert (kind, cleared["data"]["raised_id"]) == ("alert.cleared.v1", raised["id"])
        await intake.ledger(lambda found: any(event["id"] == cleared["id"] for event in found))


async def test_what_stands_at_go_live_is_loaded_once_and_mistakes_are_told(fresh, partners, tmp_path, load):
    file, known = tmp_path / "go-live.csv", new_alias()
    head = ",".join(carried_over.COLUMNS) + "\n"

    def row(**cells):
        return ",".join(cells.get(name, "") for name in carried_over.COLUMNS) + "\n"

    level = {"provider": f"cqc:{known}", "kind": "level", "scale": "level", "level": "2", "since": "2026-01-20"}
    pause = {
        "provider": f"cqc:{known}", "kind": "restriction", "reference": "S-1", "restriction": "voluntary_pause",
        "since": "2025-11-13",
    }  # fmt: skip

    async def loading():
        read = lambda f: carried_over.reading(table.read(f, carried_over.NEEDED), PLACE, date(2026, 3, 1))  # noqa: E731
        return await load(file, "carried-over", read, basis="carried-over", strict=True)

    async with run(fresh, partners) as intake:
        await intake.register(known)
        before = await position(intake)
        file.write_text(head + row(**level) + row(**pause | {"since": "13/11/2025"}))
        code, _, err = await loading()
        assert code == 1
        assert "contradict" in err
        file.write_text(head + row(**level | {"scale": "lvl"}) + row(**pause | {"reference": ""}))
        code, _, err = await loading()
        assert (code, await position(intake)) == (1, before)
        assert "row 2, column scale" in err
        assert "row 3, column reference: it is missing" in err

        file.write_text(head + row(**level) + row(**pause) + row(**level | {"provider": "cqc:1-000000001"}))
        code, out, _ = await loading()

        assert code == 1
        assert "row 4: its service is not registered (cqc:1-000000001)" in out
        ((kind, event),) = await since(intake, before)
        assert (kind, event["basis"]) == ("carried_over.recorded.v1", "carried-over")
        assert event["data"]["levels"] == {"level": "2"}
        assert event["data"]["restrictions"][0]["since"] == "2025-11-13"
        file.write_text(head + row(**level) + row(**pause))
        assert (await loading())[0] == 0
        assert len(await since(intake, before)) == 1


async def test_a_capacity_snapshot_is_a_return_and_a_site_code_a_further_name(fresh, partners, tmp_path, load):
    sites, snapshots, known = tmp_path / "ods.csv", tmp_path / "capacity.csv", new_alias()
    sites.write_text(f"ODS Code,CQC Location ID\nVZZZ1,{known}\nVZZZ2,1-000000001\n")
    snapshots.write_text(
        "ODS Code,Last Updated,Maximum Capacity,Occupied,Agency Nurses\n"
        "VZZZ1,13/02/2026 10:15,40,36,\nVZZZ1,09/02/2026,40,37,\nVZZZ2,13/02/2026,10,9,0\nVZZZ1,14/03/2026,forty,1,1\n"
    )
    async with run(fresh, partners) as intake:
        provider, other = await intake.register(known), new_alias()
        await intake.register(other)
        before = await position(intake)
        kept = await intake.result(concern("ods_site_code:VZZZ1"))

        code, out, err = await load(sites, "ods-sites", lambda f: ods_sites.reading(table.read(f, ()), PLACE))
        assert code == 0, err
        assert "2 rows: 1 became events, 0 were there already, 1 left out" in out
        sites.write_text(f"ODS Code,CQC Location ID\nVZZZ1,{other}\n")
        code, out, err = await load(sites, "ods-sites", lambda f: ods_sites.reading(table.read(f, ()), PLACE))
        assert "left out: 1 rows: another service has one of its names" in out
        code, out, err = await load(
            snapshots, "capacity-tracker", lambda f: capacity_tracker.reading(table.read(f, ()), PLACE)
        )

        assert code == 0, err
        assert "4 rows: 1 became events" in out
        for why in ("an older snapshot", "its service is not registered", "maximumcapacity is no count"):
            assert f"left out: 1 rows: {why}" in out.replace("cannot be read: ", "")
        new = dict(await since(intake, before))
        assert (await intake.journal(kept["id"]))["subject"] == provider
        filed = new["returns.submitted.v1"]["data"]
        assert (filed["return_type"], filed["period"], filed["submitted_on"]) == ("RT-CT", "2026-02", "2026-02-13")
        assert filed["body"] == {"kind": "RT-CT", "maximum_capacity": 40, "occupied": 36}
