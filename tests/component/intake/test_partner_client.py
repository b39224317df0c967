"""What the partners' guide says works as it stands there: its Python client, and each of its curl commands' bodies."""

import asyncio
import json
import os
import re
import shlex
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn

from tests.component.intake.conftest import new_alias

pytestmark = pytest.mark.asyncio(loop_scope="module")
GUIDE = Path(__file__).parents[3] / "docs" / "partners"


@asynccontextmanager
async def listening(intake):
    """The service behind a port of this machine."""
    config = uvicorn.Config(intake.client._transport.app, port=0, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done()
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


async def run(intake, url, *words):
    token = intake.bearer()["Authorization"].removeprefix("Bearer ")
    env = os.environ | {"CARELEDGER_URL": url, "CARELEDGER_TOKEN": token}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(GUIDE / "send.py"), *words, env=env, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_the_python_client_sends_once_and_the_same_again_counts_once(intake):
    alias = new_alias()
    await intake.register(alias)
    concern = (f"cqc:{alias}", f"QC-{alias}", "2026-03-02T09:30:00Z", "S2", "q.medicines", "Synthetic. A dose missed.")

    async with listening(intake) as url:
        code, out, err = await run(intake, url, *concern)
        _, again, _ = await run(intake, url, *concern)

    assert code == 0, err
    answer, receipt = map(json.loads, out.splitlines())
    assert answer["status"] == "accepted"
    assert receipt["status"] in ("journalled", "published")
    assert json.loads(again.splitlines()[0]) == {"id": answer["id"], "status": "duplicate"}


async def test_the_python_client_says_what_is_wrong_and_how_to_mend_it(intake):
    async with listening(intake) as url:
        code, _, err = await run(intake, url, "nobody", "1", "yesterday", "S9", "q.medicines", "Synthetic.")

    assert code == 1
    assert "422" in err
    assert "/severity: Input should be" in err


def commands():
    """Every curl command of the guide, as words."""
    blocks = re.findall(r"(?:^    .*\n)+", (GUIDE / "README.md").read_text(), re.MULTILINE)
    return [shlex.split(block) for block in blocks if block.lstrip().startswith("curl")]


@pytest.mark.parametrize("words", [each for each in commands() if "-d" in each], ids=lambda words: words[2][-30:])
async def test_each_curl_command_is_understood(intake, words):
    path = words[2].removeprefix("$CARELEDGER_URL")
    content_type = next(word for word in words if word.startswith("Content-Type")).partition(": ")[2]

    headers = intake.bearer() | {"Content-Type": content_type}
    answer = await intake.client.post(path, content=words[words.index("-d") + 1].encode(), headers=headers)

    assert answer.status_code == 202, answer.text
    assert answer.json()["results"][0]["status"] in ("accepted", "quarantined")
