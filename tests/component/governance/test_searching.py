"""The history filtered and searched; exported as a bundle that the command line proves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.governance.proof import commands
from shared.events import concerns, safeguarding
from tests.component.governance.conftest import Running, kind
from tests.component.governance.test_history import CONCERN

pytestmark = pytest.mark.asyncio(loop_scope="package")
DAY = timedelta(days=1)


async def busy(running: Running) -> tuple[str, datetime]:
    provider, now = await running.register(), datetime.now(UTC)
    for number in range(4):
        data = CONCERN | {"concern_id": f"QC-{number}"}
        await running.others.write(concerns.QualityConcernRaised, provider, data, time=now - number * 10 * DAY)
    data = {"sg_ref": "SG-77", "abuse_types": ["abuse.neglect"]}
    await running.others.write(safeguarding.SafeguardingConcernReceived, provider, data)
    await running.kinds(provider, 6)
    return provider, now


async def test_by_days_groups_publishers_and_words(governance: Running) -> None:
    provider, now = await busy(governance)
    days = {"from": (now - 21 * DAY).date().isoformat(), "to": (now - 9 * DAY).date().isoformat()}

    between = await governance.history(provider, group="concerns", **days)
    named = await governance.history(provider, q="qc-3", limit=1)
    nobody = await governance.history(provider, publisher="icb-quality")
    ours = await governance.history(provider, publisher="intake", group="safeguarding")
    path = f"/v1/providers/{provider}/history"
    hidden = (await governance.ask("GET", path, "officer", q="SG-77")).json()["entries"]
    unknown = await governance.ask("GET", path, "officer", group="nonsense")

    assert [entry["event"]["data"]["concern_id"] for entry in between] == ["QC-1", "QC-2"]
    assert [entry["event"]["data"]["concern_id"] for entry in named] == ["QC-3"]
    assert nobody == []
    assert [kind(entry) for entry in ours] == ["safeguarding_concern.received"]
    assert (hidden, len(await governance.history(provider, q="SG-77"))) == ([], 1)
    assert (unknown.status_code, unknown.json()["errors"][0]["path"]) == (422, "query:group")


async def test_a_bundle_is_proven_by_the_command_and_withholds_what_may_not_be_read(
    governance: Running, tmp_path: Path
) -> None:
    provider, _ = await busy(governance)
    await governance.decide(provider, level="2")
    ((ours,),) = await governance.rows("SELECT count(*) FROM journal WHERE key = %s", provider)
    await governance.kinds(provider, 6 + ours)
    key = (await governance.ask("GET", "/v1/verifications", "auditor")).json()["public_key"]

    answer = await governance.ask("GET", f"/v1/providers/{provider}/history", "officer", format="bundle")

    assert answer.headers["content-type"] == "application/zip"
    (file := tmp_path / "bundle.zip").write_bytes(answer.content)
    run = CliRunner().invoke(commands.cli, ["verify-bundle", str(file), "--key", key])
    assert (run.exit_code, f"{6 + ours} events of {provider} (1 withheld)" in run.output) == (0, True), run.output
    assert b"policies/" in answer.content
    file.write_bytes(answer.content[:-100])
    assert CliRunner().invoke(commands.cli, ["verify-bundle", str(file)]).exit_code == 1
