"""Whatever a sender makes up, the answer keeps to the published OpenAPI document: schemathesis against all services."""

import os
import pathlib
import subprocess
import sys

import pytest

from tests.support.people import PORTS

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
WHO = {"intake": "steward", "risk": "auditor", "governance": "director", "notify": "ops"}
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.parametrize("service", PORTS)
def test_every_answer_is_one_that_the_document_promises(standing, service):
    command = [
        str(pathlib.Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{standing.urls[service]}/openapi.json",
        "--header",
        f"Authorization: Bearer {standing.token(WHO[service])}",
        "--checks",
        CHECKS,
        "--phases",
        "examples,fuzzing",
        "--mode",
        "all",
        "--max-examples",
        "10",
        "--seed",
        "1",
        "--no-color",
        "--continue-on-failure",
    ]

    hooks = os.environ | {"SCHEMATHESIS_HOOKS": "tests.support.ndjson"}

    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=500, env=hooks)

    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]
