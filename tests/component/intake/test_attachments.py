"""A file goes in encrypted, comes back to those who may read it, and each reading is on record."""

import hashlib

import pytest

from tests.component.intake.conftest import concern, new_alias

pytestmark = pytest.mark.asyncio(loop_scope="module")

PDF = b"%PDF-1.7 synthetic, about nobody"


async def put(intake, content=PDF, kind="application/pdf", query="", **claims):
    headers = intake.bearer(**claims) | {"Content-Type": kind}
    return await intake.client.post(f"/v1/attachments{query}", content=content, headers=headers)


async def get(intake, ref, path="", **claims):
    return await intake.client.get(f"/v1/attachments/{ref}{path}", headers=intake.bearer(**claims))


async def test_a_file_is_kept_encrypted_once_and_goes_with_its_fact(intake):
    answer = await put(intake)
    again = await put(intake)

    attachment = answer.json()
    assert (answer.status_code, again.json()) == (201, attachment)
    assert attachment["digest"] == hashlib.sha256(PDF).hexdigest()
    ((content,),) = await intake.rows("SELECT content FROM attachments WHERE ref = %s", attachment["ref"])
    assert b"synthetic" not in bytes(content)
    alias = new_alias()
    await intake.register(alias)
    result = await intake.result(concern(f"cqc:{alias}", attachments=[attachment]))
    assert (await intake.journal(result["id"]))["data"]["attachments"] == [attachment]


async def test_it_is_read_by_those_who_may_and_each_reading_is_on_record(intake):
    ref = (await put(intake)).json()["ref"]

    read = await get(intake, ref)
    elsewhere = await get(intake, ref, places=["E10000019"], roles=["quality-officer"])
    other = await get(intake, ref, publisher="police", org="police")
    officer = await get(intake, ref, roles=["quality-officer"], publisher="council-quality", org="council")
    reads = await get(intake, ref, "/reads", roles=["auditor"])

    assert (read.status_code, read.content, read.headers["content-type"]) == (200, PDF, "application/pdf")
    assert (elsewhere.status_code, other.status_code, officer.status_code) == (404, 404, 200)
    assert [one["roles"] for one in reads.json()][-2:] == [["publisher"], ["quality-officer"]]
    assert (await get(intake, ref, "/reads")).status_code == 403


async def test_what_is_restricted_to_safeguarding_goes_to_nobody_else(intake):
    ref = (await put(intake, query="?classification=restricted-safeguarding")).json()["ref"]

    officer = await get(intake, ref, roles=["quality-officer"], publisher="council-quality")
    safeguarding = await get(intake, ref, roles=["safeguarding"], publisher="council-quality")

    assert (officer.status_code, safeguarding.status_code) == (404, 200)


async def test_an_erased_file_is_gone_and_says_so(intake):
    content = b"%PDF-1.7 another"
    ref = (await put(intake, content)).json()["ref"]
    await intake.intake.parts.vault.destroy(f"attachment:{ref}")

    assert (await get(intake, ref)).status_code == 410


async def test_a_file_that_is_not_what_it_says_is_refused(intake):
    wrong, unknown, large = (
        await put(intake, b"MZ\x90"),
        await put(intake, PDF, "text/html"),
        await put(intake, b"x" * (3 * 2**20 + 1), "text/plain"),
    )

    assert (wrong.status_code, unknown.status_code, large.status_code) == (415, 415, 413)
    assert "not application/pdf" in wrong.json()["detail"]
