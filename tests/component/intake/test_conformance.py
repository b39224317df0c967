"""The same cases of CloudEvents over HTTP: what is one is judged by its type, what is none is answered 400."""

import pytest

from tests.contracts.test_cloudevents import CASES

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_every_case_is_answered_as_the_specification_has_it(intake):
    wrong = []
    for case in CASES:
        headers = intake.bearer() | case["headers"]
        try:
            [value.encode("ascii") for value in headers.values()]
        except UnicodeEncodeError:
            continue  # no HTTP header can hold it
        answer = await intake.client.post("/v1/events?dry_run=true", content=case["body"].encode(), headers=headers)
        allowed = (202, 422) if case["valid"] else (400,)
        if answer.status_code not in allowed:
            wrong.append((case["what"], answer.status_code, answer.text[:200]))

    assert wrong == []
