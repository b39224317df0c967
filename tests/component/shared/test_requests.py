"""What every request gets: correlation, trace, readiness, and a 500 that tells nothing."""

import asyncio
import logging
import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from shared import logs, service
from shared.security import PUBLIC
from tests.support import settings as given


@pytest.fixture
def api() -> FastAPI:
    """The bare frame, with a route that tells what it sees and one that fails."""
    api = service.create_api("test", given.settings())

    @api.get("/seen", dependencies=[PUBLIC])
    def seen() -> dict[str, str | None]:
        return {"correlation": logs.correlation.get(), "traceparent": logs.traceparent.get()}

    @api.get("/broken", dependencies=[PUBLIC])
    async def broken() -> None:
        raise RuntimeError("password=hunter2")

    return api


TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


class TestCorrelation:
    def test_the_callers_own_are_kept(self, api: FastAPI) -> None:
        answer = TestClient(api).get("/seen", headers={"X-Correlation-Id": "case-7", "Traceparent": TRACE})

        assert answer.json() == {"correlation": "case-7", "traceparent": TRACE}
        assert answer.headers["x-correlation-id"] == "case-7"

    @pytest.mark.parametrize("sent", ["", "with space", "x" * 65, 'quote"', "new\x0bline"])
    def test_an_odd_one_is_replaced(self, api: FastAPI, sent: str) -> None:
        answer = TestClient(api).get("/seen", headers={"X-Correlation-Id": sent})

        assert re.fullmatch(r"[0-9a-f-]{36}", answer.json()["correlation"])

    @pytest.mark.parametrize(
        "sent",
        [
            "",
            "rubbish",
            TRACE.upper(),
            f"00-{'0' * 32}-{'b' * 16}-01",
            f"00-{'a' * 32}-{'0' * 16}-01",
            f"ff{TRACE[2:]}",
        ],
    )
    def test_a_trace_is_begun_where_there_is_none(self, api: FastAPI, sent: str) -> None:
        answer = TestClient(api).get("/seen", headers={"Traceparent": sent})

        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", answer.json()["traceparent"])

    def test_two_requests_do_not_share_theirs(self, api: FastAPI) -> None:
        client = TestClient(api)

        first, second = client.get("/seen").json(), client.get("/seen").json()

        assert first["correlation"] != second["correlation"]
        assert first["traceparent"] != second["traceparent"]
        assert logs.correlation.get() is None


class TestUnexpected:
    def test_tells_nothing_but_where_to_look(self, api: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
        answer = TestClient(api).get("/broken", headers={"X-Correlation-Id": "case-7"})

        assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
        assert answer.json()["correlation_id"] == "case-7"
        assert "hunter2" not in answer.text
        (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
        assert "hunter2" in (record.exc_text or str(record.exc_info))


class TestReadiness:
    async def test_each_check_is_named_with_its_reason(self, api: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(service, "CHECK_SECONDS", 0.05)

        async def refuses() -> None:
            raise ConnectionError("postgresql://careledger:hunter2@db")

        async def hangs() -> None:
            await asyncio.Event().wait()

        readiness = api.state.readiness
        readiness.add("places", lambda: "not read to the end")
        readiness.add("database", refuses)
        readiness.add("kafka", hangs)
        readiness.add("tables", lambda: None)

        answer = TestClient(api).get("/readyz")

        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json() == {
            "ready": False,
            "checks": [
                {"name": "places", "ok": False, "reason": "not read to the end"},
                {"name": "database", "ok": False, "reason": "ConnectionError"},
                {"name": "kafka", "ok": False, "reason": "no answer within 0.05 s"},
                {"name": "tables", "ok": True},
            ],
        }

    def test_all_well_is_200(self, api: FastAPI) -> None:
        api.state.readiness.add("tables", lambda: None)

        answer = TestClient(api).get("/readyz")

        assert (answer.status_code, answer.json()) == (200, {"ready": True, "checks": [{"name": "tables", "ok": True}]})

    def test_a_name_stands_for_one_check(self, api: FastAPI) -> None:
        api.state.readiness.add("tables", lambda: None)

        with pytest.raises(ValueError, match="tables"):
            api.state.readiness.add("tables", lambda: None)
