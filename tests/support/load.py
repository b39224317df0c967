"""A partner that never gives up: posts events from a thread, batch by batch, until each is known to be kept."""

import threading
import time
from collections.abc import Sequence
from types import TracebackType

import httpx2

from tests.support.people import JSON, Place

BATCH = {"Content-Type": "application/cloudevents-batch+json"}


class Load:
    """`with Load(place, events) as load:` posts all events in the background; leaving waits until all are kept."""

    def __init__(self, place: Place, events: Sequence[JSON], *, batch: int = 10, pause: float = 0.05) -> None:
        self.place, self._events, self._batch, self._pause = place, list(events), batch, pause
        self.accepted: dict[str, str] = {}
        """The sender's reference → our id."""
        self.refused: list[str] = []
        self.retries = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._given_up = threading.Event()

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            self._given_up.set()
        self._thread.join(240)
        assert not self._thread.is_alive(), f"{len(self.accepted)} of {len(self._events)} are kept"

    @property
    def running(self) -> bool:
        """Whether there is still something to post."""
        return self._thread.is_alive()

    def _run(self) -> None:
        for start in range(0, len(self._events), self._batch):
            batch = self._events[start : start + self._batch]
            while not self._given_up.is_set() and not self._post(batch):
                self.retries += 1
                time.sleep(0.2)
            time.sleep(self._pause)

    def _post(self, batch: list[JSON]) -> bool:
        try:
            answer = self.place.call("POST", "intake", "/v1/events", org="icb", json=batch, headers=BATCH)
        except httpx2.HTTPError:
            return False
        if answer.status_code >= 500:
            return False
        results = answer.json().get("results", [])
        if answer.status_code != 202 or len(results) != len(batch):
            self.refused.append(answer.text)
            return True
        for event, result in zip(batch, results, strict=True):
            if result["status"] in ("accepted", "duplicate"):
                self.accepted[event["id"]] = result["id"]
            else:
                self.refused.append(f"{event['id']}: {result}")
        return True
