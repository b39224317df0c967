"""CQC's public API, asked politely: not too fast, again after a pause where it says so, one page after another."""

import asyncio
import email.utils
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import httpx2
import tenacity

PUBLIC = "https://api.service.cqc.org.uk/public/v1"
"""The documented address; the subscription key is asked for at the developer portal of the same name."""
KEY_HEADER = "Ocp-Apim-Subscription-Key"
PER_PAGE = 1000
ATTEMPTS = 8
LONGEST_PAUSE = 300.0
ANSWER_SECONDS = 60.0
TOO_MANY, SERVER_ERROR, NOT_FOUND = 429, 500, 404


class OutOfReach(Exception):
    """CQC's API does not answer, or not usefully: what it said last, without the address' secrets."""


class _Again(Exception):
    """An answer that is worth another attempt; after so many seconds, if it says."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class CqcApi:
    """`async with CqcApi(...) as cqc:`. Every method raises OutOfReach."""

    def __init__(self, url: str, key: str | None, *, per_minute: int, first_pause: float = 1.0) -> None:
        """`per_minute`: at most so many requests. `first_pause`: seconds before the second attempt, then doubling."""
        self._client = httpx2.AsyncClient(
            base_url=url.rstrip("/") + "/",
            headers={"Accept": "application/json"} | ({KEY_HEADER: key} if key else {}),
            timeout=ANSWER_SECONDS,
            follow_redirects=False,
        )
        self._every, self._next, self._gate = 60.0 / per_minute, 0.0, asyncio.Lock()
        self._first_pause = first_pause

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def locations(self, council: str) -> AsyncIterator[str]:
        """The ids of every location of a local authority, open or closed."""
        async for page in self._pages("locations", {"localAuthority": council}, "locations"):
            for each in page:
                yield str(each["locationId"])

    async def changes(self, since: datetime, until: datetime) -> AsyncIterator[str]:
        """The ids of every location that changed in between, of all England."""
        window = {"startTimestamp": _stamp(since), "endTimestamp": _stamp(until)}
        async for page in self._pages("changes/location", window, "changes"):
            for each in page:
                yield str(each)

    async def location(self, location_id: str) -> dict[str, Any] | None:
        """One location's record; None: there is none (any more)."""
        answer = await self._get(f"locations/{location_id}", {})
        return None if answer is None else _object(answer)

    async def report(self, link_id: str) -> str | None:
        """The text of a published report; None: there is none."""
        answer = await self._get(f"reports/{link_id}", {}, accept="text/plain")
        return None if answer is None else answer.text

    async def _pages(self, path: str, query: Mapping[str, str], member: str) -> AsyncIterator[list[Any]]:
        page, pages = 1, 1
        while page <= pages:
            answer = await self._get(path, {**query, "page": str(page), "perPage": str(PER_PAGE)})
            if answer is None:
                raise OutOfReach(f"{path}: there is no such list")
            body = _object(answer)
            if not isinstance(found := body.get(member), list):
                raise OutOfReach(f"{path}: the answer holds no {member}")
            yield found
            page, pages = page + 1, int(body.get("totalPages", 1))

    async def _get(self, path: str, query: Mapping[str, str], *, accept: str | None = None) -> httpx2.Response | None:
        retrying = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=self._pause,
            retry=tenacity.retry_if_exception_type((_Again, httpx2.TransportError)),
        )
        try:
            return await retrying(self._once, path, query, accept)
        except tenacity.RetryError as failed:
            last = failed.last_attempt.exception()
            raise OutOfReach(f"{path}: {type(last).__name__ if last and not str(last) else last}") from last

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """What the API asks for, else doubling, with jitter; never longer than a few minutes."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _Again) and error.after is not None:
            return min(error.after, LONGEST_PAUSE)
        return float(tenacity.wait_random_exponential(self._first_pause, max=LONGEST_PAUSE)(state))

    async def _once(self, path: str, query: Mapping[str, str], accept: str | None) -> httpx2.Response | None:
        await self._turn()
        answer = await self._client.get(path, params=query, headers={"Accept": accept} if accept else None)
        if answer.status_code == TOO_MANY or answer.status_code >= SERVER_ERROR:
            raise _Again(f"it answered {answer.status_code}", _after(answer))
        if answer.status_code == NOT_FOUND:
            return None
        if not answer.is_success:
            raise OutOfReach(f"{path}: it answered {answer.status_code}")
        return answer

    async def _turn(self) -> None:
        """One request after another, evenly."""
        async with self._gate:
            loop = asyncio.get_running_loop()
            if (wait := self._next - loop.time()) > 0:
                await asyncio.sleep(wait)
            self._next = max(self._next, loop.time()) + self._every


def _object(answer: httpx2.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError as error:
        raise OutOfReach(f"{answer.request.url.path}: the answer is no JSON") from error
    if not isinstance(body, dict):
        raise OutOfReach(f"{answer.request.url.path}: the answer is no object")
    return body


def _after(answer: httpx2.Response) -> float | None:
    """`Retry-After`: seconds, or a date."""
    said = answer.headers.get("retry-after", "")
    if said.isdigit():
        return float(said)
    try:
        return max((email.utils.parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
