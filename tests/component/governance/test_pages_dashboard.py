"""The dashboards: what stands of every service of a place, what is not known, order, choice, CSV, one row again."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from shared.events import activity, alerts, assessments, concerns, corrections, cqc, incidents, returns, safeguarding
from tests.component.governance.browsing import Browser, sign_in
from tests.component.governance.conftest import Running, until
from tests.component.governance.test_history import judged

pytestmark = pytest.mark.asyncio(loop_scope="package")
MET = {
    "id": "HER-L3.a", "scale": "level", "level": "3", "says": "Overall CQC rating of Inadequate, or worse still",
    "outcome": "met", "strength": "decisive", "evidence": [], "evidence_count": 0,
}  # fmt: skip
numbers = iter(range(70, 100))


async def place_of(governance: Running) -> str:
    """A place that only one test fills."""
    place = f"X000007{next(numbers):02d}"
    assert (await governance.adopt(place=place)).status_code == 201
    return place


async def shown(browser: Browser, path: str, *words: str) -> str:
    """The page, once it says so."""

    async def said() -> str | None:
        answer = await browser.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text if all(word in answer.text for word in words) else None

    found: str = await until(said)
    return found


def plain(row: str) -> str:
    return " ".join(row.split())


async def test_a_service_of_which_nothing_is_known_says_so_everywhere(governance: Running):
    place = await place_of(governance)
    provider = await governance.register(place=place, name="Quiet House (synthetic)")

    page = await shown(sign_in(governance, "safe", place=place), f"/dashboards/{place}/care-homes", "Quiet House")

    row = page[page.index(f'<tr id="{provider}"') :].partition("</tr>")[0]
    assert row.count("not known") == 6, "the past year, occupancy, deaths, DoLS, reablement, CQC"
    assert "none yet" in row
    assert "app-tag--unknown" in row
    assert "Not judged yet" in row
    assert '<strong>1</strong> <strong class="app-tag app-tag--unknown">' in plain(page), "counted beside the levels"


async def test_everything_that_is_known_of_a_service_stands_in_its_row(governance: Running):
    place = await place_of(governance)
    provider = await governance.register(place=place, name="Full House (synthetic)")
    write = governance.others.write
    answer = await governance.ask(
        "POST", f"/v1/providers/{provider}/decisions", "chair", place=place,
        body={"type": "level.confirmed", "level": "1", "body": "MA_QUALITY_REVIEW", "rationale": "So agreed."},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    compared = {
        "measure": "safeguarding", "observed": 7, "expected": 2.25, "probability": 0.009, "outside": True,
        "far_outside": True, "group": "care_home_residential, 11-40", "peers": 9, "days": 90, "baseline": "9" * 64,
    }  # fmt: skip
    clocks = [{"kind": "contact", "since": "2026-01-01", "due": "2026-02-01"}]
    said = judged("3", "3", criteria=[MET], expected=[compared], clocks=clocks)
    raised: Any = {"alert": "A8", "cause": "c", "name": "Full House", "summary": "A stepped change"}
    home = {"kind": "RT-PMR", "beds": 40, "occupied_beds": 30}
    reabled = {"period": "2026-02", "started": 9, "completed": 8, "independent": 5}
    for model, data in (
        (concerns.QualityConcernRaised, {"concern_id": "QC-1", "themes": ["q.falls"], "severity": "S2"}),
        (cqc.CqcRatingPublished, {"overall": "inadequate", "report_date": "2023-02-01"}),
        (returns.ReturnSubmitted, {"return_type": "RT-PMR", "period": "2026-03", "body": home}),
        (activity.DolsActivityReported, {"period": "2026-03", "applications": 11}),
        (activity.ReablementReported, reabled),
        (incidents.DeathRecorded, {"death_id": "D-1", "expected": "expected", "count": 2, "period": "2026-03"}),
    ):
        await write(model, provider, data, place=place)
    for model, data in ((alerts.AlertRaised, raised), (assessments.AssessmentChanged, said)):
        await write(model, provider, data, topic="assessments", writer="risk", place=place)

    words = ("(synthetic): Level 3", "A8<", "app-spark")
    path = f"/dashboards/{place}/care-homes"
    page = await shown(sign_in(governance, "safe", place=place), path, *words)

    row = plain(page[page.index(f'<tr id="{provider}"') :].partition("</tr>")[0])
    for expected in (
        "Level 1", "Level 3", "differs from confirmed", "CQC: Inadequate, or RI throughout", "<strong>7</strong>",
        "of 2.2 expected", "far outside", "75%", "30 of 40, Mar 2026", "11<span", "5 of 8", "Inadequate<span",
        "overdue", "out of date", '"Concerns, 90 days"><strong>1</strong>', "app-spark",
    ):  # fmt: skip
        assert expected in row, (expected, row)
    assert "not known" not in row
    assert 'Deaths, 12 months">2<' in row
    other = plain((await sign_in(governance, place=place).get(path)).text)
    assert 'Deaths, 12 months"><span class="app-unknown">withheld' in other, "deaths are for safeguarding"


async def test_what_was_taken_back_is_not_shown(governance: Running):
    place = await place_of(governance)
    provider = await governance.register(place=place)
    good = await governance.others.write(
        cqc.CqcRatingPublished, provider, {"overall": "good", "report_date": "2025-02-01"}, place=place
    )
    bad = await governance.others.write(
        cqc.CqcRatingPublished, provider, {"overall": "inadequate", "report_date": "2026-02-01"}, place=place
    )
    browser, path = sign_in(governance, place=place), f"/dashboards/{place}/care-homes"
    await shown(browser, path, "Inadequate<span")
    withdrawn = {"event_id": str(bad.id), "because": "wrong_provider"}
    await governance.others.write(corrections.FactWithdrawn, provider, withdrawn, place=place)

    page = await shown(browser, path, "Good<span")

    assert good.id != bad.id
    assert "Inadequate" not in page


async def filled(governance: Running) -> tuple[str, Browser]:
    """A place with a calm service, a bad one, an unknown one, and one of community care."""
    place = await place_of(governance)
    calm = await governance.register(place=place, name="Alder (synthetic)")
    bad = await governance.register("joint", place=place, name="Birch (synthetic)")
    await governance.register(place=place, name="Cedar (synthetic)")
    await governance.register(place=place, name="Dogwood (synthetic)", service_type="extra_care", beds=None)
    for provider, level in ((calm, "1"), (bad, "3")):
        await governance.others.write(
            assessments.AssessmentChanged, provider, judged(level, level), topic="assessments", writer="risk",
            place=place,
        )  # fmt: skip
    browser = sign_in(governance, place=place)
    said = ("Birch (synthetic): Level 3", "Alder (synthetic): Level 1", "Cedar")
    await shown(browser, f"/dashboards/{place}/care-homes", *said)
    await shown(browser, f"/dashboards/{place}/community", "Dogwood")
    return place, browser


async def names(browser: Browser, path: str) -> list[str]:
    table = csv.DictReader(io.StringIO((await browser.get(path)).text))
    return [row["name"].partition(" ")[0] for row in table]


async def test_order_choice_and_csv_are_one_and_the_same(governance: Running):
    place, browser = await filled(governance)
    homes = f"/dashboards/{place}/care-homes?format=csv"

    assert await names(browser, homes) == ["Birch", "Cedar", "Alder"], "the worst, the unknown, the calm"
    assert await names(browser, homes + "&sort=name") == ["Alder", "Birch", "Cedar"]
    assert await names(browser, homes + "&level=unknown") == ["Cedar"]
    assert await names(browser, homes + "&level=3") == ["Birch"]
    assert await names(browser, homes + "&commissioning=joint") == ["Birch"]
    assert await names(browser, homes + "&named=ald") == ["Alder"]
    assert await names(browser, homes + "&only=alerts") == []
    assert await names(browser, f"/dashboards/{place}/community?format=csv") == ["Dogwood"]


async def test_a_csv_holds_no_formula_and_the_page_no_markup_of_others(governance: Running):
    place = await place_of(governance)
    await governance.register(place=place, name='=cmd()<script src="//x"></script>')
    browser = sign_in(governance, place=place)

    page = await shown(browser, f"/dashboards/{place}/care-homes", "=cmd()")
    table = (await browser.get(f"/dashboards/{place}/care-homes?format=csv")).text

    assert '<script src="//x">' not in page
    assert "'=cmd()" in table


async def test_one_record_that_cannot_be_read_hides_no_place(governance: Running):
    place, browser = await filled(governance)
    odd = await governance.register(place=place, name="Odd House (synthetic)")
    await governance.others.write(safeguarding.SafeguardingConcernReceived, odd, {"sg_ref": "SG-1"}, place=place)
    await governance.kinds(odd, 2, place)

    page = (await browser.get(f"/dashboards/{place}/care-homes")).text

    row = plain(page[page.index(f'<tr id="{odd}"') :].partition("</tr>")[0])
    assert 'data-label="Safeguarding, 90 days"><span class="app-unknown">not known' in row
    assert "Alder" in page


async def test_another_place_is_not_shown_nor_its_row(governance: Running):
    place, _ = await filled(governance)
    stranger = sign_in(governance, place="X00000076")

    assert (await stranger.get(f"/dashboards/{place}/care-homes")).status_code == 403
    provider = await governance.register(place=place)
    assert (await stranger.get(f"/dashboards/{place}/care-homes/rows/{provider}")).status_code == 403
    assert (await stranger.get(f"/dashboards/X00000076/care-homes/rows/{provider}")).status_code == 404
    assert (await stranger.get(f"/providers/{provider}")).status_code == 404


async def test_one_row_is_the_same_as_on_the_page(governance: Running):
    place, browser = await filled(governance)
    page = (await browser.get(f"/dashboards/{place}/care-homes")).text
    first = page[page.index("<tr id=") :].partition("</tr>")[0]
    provider = first.split('"')[1]

    row = (await browser.get(f"/dashboards/{place}/care-homes/rows/{provider}")).text

    assert plain(row.partition("</tr>")[0]) == plain(first)


@asynccontextmanager
async def heard(browser: Browser, governance: Running) -> AsyncIterator[asyncio.Queue[str]]:
    """What `/live` says, as it says it. Through the follower: an ASGI client without a server reads streams whole."""
    places = browser.sessions.find(browser.cookie).principal.places  # type: ignore[union-attr]
    said: asyncio.Queue[str] = asyncio.Queue()
    async with governance.service.live.following(places) as follower:

        async def hear() -> None:
            while True:
                said.put_nowait(await follower.next())

        hearing = asyncio.create_task(hear())
        try:
            yield said
        finally:
            hearing.cancel()


async def test_an_open_page_hears_of_its_own_places_within_a_second(governance: Running):
    place, browser = await filled(governance)
    mine = await governance.register(place=place)
    elsewhere = await governance.register(place="X00000069")
    async with heard(browser, governance) as said:
        began = asyncio.get_running_loop().time()
        for provider, where in ((elsewhere, "X00000069"), (mine, place)):
            await governance.others.write(
                concerns.QualityConcernRaised, provider, {"concern_id": "QC-9", "themes": [], "severity": "S1"},
                place=where,
            )  # fmt: skip
        async with asyncio.timeout(20):
            assert await said.get() == mine
        assert asyncio.get_running_loop().time() - began < 5, "usually a tenth of a second; the machine may be busy"
    assert said.empty()


async def test_many_rows_come_in_pages_of_less_than_a_hundred_kilobytes(governance: Running):
    place = await place_of(governance)
    for number in range(45):
        await governance.register(place=place, name=f"House {number:02d} (synthetic)")
    browser = sign_in(governance, place=place)
    path = f"/dashboards/{place}/care-homes?sort=name"

    first, second = (await browser.get(path)).text, (await browser.get(path + "&page=2")).text

    assert (first.count("<tr id="), second.count("<tr id=")) == (36, 9)
    assert "page 1 of 2" in first
    assert len(first.encode()) < 100_000
