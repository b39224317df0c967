"""Spreadsheets by a saved mapping: every row is answered, and the same file twice changes nothing."""

import csv
import io
import secrets

import pytest

from tests.component.intake.conftest import new_alias
from tests.unit.intake.test_spreadsheet import HEAD, MAPPING, written

pytestmark = pytest.mark.asyncio(loop_scope="module")
ICB = {"roles": ["icb-quality"], "org": "icb", "publisher": "icb-quality"}


async def save(intake, **changes):
    body = MAPPING.model_dump(mode="json", exclude_none=True) | changes
    return await intake.client.post("/v1/spreadsheets/mappings", json=body, headers=intake.bearer(**ICB))


async def load(intake, content, *, dry_run=False, accept="application/json", mapping="concern-log", **claims):
    headers = intake.bearer(**(ICB | claims)) | {"Content-Type": "text/csv", "Accept": accept}
    path = f"/v1/spreadsheets?mapping={mapping}&dry_run={str(dry_run).lower()}"
    return await intake.client.post(path, content=content, headers=headers)


def row(alias, reference=None, **changes):
    cells = dict(
        zip(HEAD, [reference or secrets.token_hex(4), "02/03/2026", alias, "High", "Meds", "=words"], strict=True)
    )
    return list((cells | changes).values())


class TestLoading:
    async def test_every_row_is_answered_first_in_a_rehearsal_then_for_good_then_as_known(self, intake):
        await save(intake)
        alias = new_alias()
        provider = await intake.register(alias)
        content = written(
            HEAD, row(alias), row(new_alias()), row(alias, Level="Awful"), row(alias, Date="soon"), row(alias, "same"),
            row(alias, "same"), delimiter=";", encoding="cp1252",
        )  # fmt: skip
        wanted = ["accepted", "quarantined", "refused", "refused", "accepted", "duplicate"]

        rehearsed = (await load(intake, content, dry_run=True)).json()
        assert [each["status"] for each in rehearsed["results"]] == wanted
        assert await intake.rows("SELECT FROM journal WHERE key = %s AND type LIKE '%%concern%%'", provider) == []

        loaded = (await load(intake, content)).json()
        again = (await load(intake, content)).json()

        assert [each["status"] for each in loaded["results"]] == wanted
        assert loaded["counts"] == {"accepted": 2, "quarantined": 1, "refused": 2, "duplicate": 1}
        assert [each["line"] for each in loaded["results"]] == [2, 3, 4, 5, 6, 7]
        assert loaded["results"][1]["reason"] == "unknown-provider"
        assert loaded["results"][2]["errors"][0]["path"] == "/severity"
        assert loaded["results"][3]["errors"][0]["path"] == "/Date"
        assert again["counts"] == {"duplicate": 3, "quarantined": 1, "refused": 2}
        assert len(await intake.rows("SELECT FROM journal WHERE key = %s AND type LIKE '%%concern%%'", provider)) == 2
        event = await intake.journal(loaded["results"][0]["id"])
        assert event["data"]["severity"] == "S3"
        assert event["source"].endswith("/icb-quality")
        assert "words" not in str(event["data"])

    async def test_a_row_changed_under_the_same_reference_is_a_conflict(self, intake):
        await save(intake)
        alias = new_alias()
        await intake.register(alias)
        await load(intake, written(HEAD, row(alias, "mine")))

        (result,) = (await load(intake, written(HEAD, row(alias, "mine", Level="Low")))).json()["results"]

        assert result["status"] == "conflict"

    async def test_the_answer_as_a_file_holds_no_formula(self, intake):
        await save(intake)
        answer = await load(intake, written(HEAD, row(new_alias())), dry_run=True, accept="text/csv")

        head, told = csv.reader(io.StringIO(answer.text, newline=""))
        assert head[:3] == ["line", "status", "why"]
        assert told[:3] == ["2", "quarantined", "unknown-provider"]
        assert told[head.index("Details")] == "'=words"


class TestMappings:
    async def test_is_kept_for_its_publisher_alone(self, intake):
        await save(intake, name="ours")

        mine = await intake.client.get("/v1/spreadsheets/mappings", headers=intake.bearer(**ICB))
        other = await intake.client.get("/v1/spreadsheets/mappings", headers=intake.bearer(publisher="icb-other"))

        assert "ours" in [each["name"] for each in mine.json()["mappings"]]
        assert "ours" not in [each["name"] for each in other.json()["mappings"]]
        assert (await load(intake, written(HEAD), mapping="ours", publisher="icb-other")).status_code == 404

    async def test_a_type_or_a_field_that_there_is_not_is_told_with_the_nearest(self, intake):
        unknown = await save(intake, type="quality_concern.raise")
        field = await save(intake, fields={"severty": {"column": "Level"}})

        assert unknown.json()["errors"][0]["fix"].startswith("Use one of: quality_concern.raised")
        assert field.json()["errors"][0]["path"] == "/fields/severty"
        assert "severity" in field.json()["errors"][0]["fix"]

    @pytest.mark.parametrize("word", ["\\u0000", "\\ud800"])
    async def test_what_no_database_holds_is_refused(self, intake, word):
        body = MAPPING.model_dump_json(exclude_none=True).replace("Meds", word)
        headers = intake.bearer(**ICB) | {"Content-Type": "application/json"}

        answer = await intake.client.post("/v1/spreadsheets/mappings", content=body, headers=headers)

        assert answer.status_code == 422

    async def test_what_is_no_such_table_is_422_and_what_is_no_csv_415(self, intake):
        await save(intake)

        assert (await load(intake, b"Ref\n1")).status_code == 422
        no_csv = await intake.client.post("/v1/spreadsheets?mapping=concern-log", json={}, headers=intake.bearer(**ICB))
        assert no_csv.status_code == 415

    async def test_a_type_that_is_not_the_senders_is_refused_row_by_row(self, intake):
        await save(intake)
        alias = new_alias()
        await intake.register(alias)
        police = {"org": "police", "publisher": "police", "roles": ["publisher"]}
        said = {"return_type": "RT-PMR", "period": "2026-03", "because": "other"}
        fields = {name: {"value": value} for name, value in said.items()}
        body = MAPPING.model_dump(mode="json", exclude_none=True) | {"type": "returns.waived", "fields": fields}
        await intake.client.post("/v1/spreadsheets/mappings", json=body, headers=intake.bearer(**police))

        (result,) = (await load(intake, written(HEAD, row(alias)), **police)).json()["results"]

        assert result["status"] == "refused"
        assert "not yours to send" in result["errors"][0]["problem"]
