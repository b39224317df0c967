"""The policies and baselines that marks name, made ready to judge by: read from `places`, prepared once each."""

import asyncio
import logging

from services.risk.criteria import Rules
from services.risk.ending import end
from services.risk.expected import Baseline, Rate
from shared import policy
from shared.events import places
from shared.kafka.places import Places

logger = logging.getLogger(__name__)


class UnusablePolicy(Exception):
    """A policy that was adopted does not work here: the software is another than that which adopted it."""


class Policies:
    """By digest. A judgement never waits; who applies a mark does, with `need`, before it is judged."""

    def __init__(self, places: Places, seconds: float) -> None:
        self._places, self._seconds = places, seconds
        self._ready: dict[str, Rules] = {}
        self._baselines: dict[str, Baseline] = {}

    def rules(self, digest: str) -> Rules:
        """A policy that was needed before. Raises KeyError."""
        return self._ready[digest]

    def baseline(self, digest: str) -> Baseline:
        """A baseline of peers that was needed before. Raises KeyError."""
        return self._baselines[digest]

    async def need(self, digest: str) -> None:
        """Wait until the policy or baseline with this digest has been read. Raises UnusablePolicy.

        Ends the process if it does not come: without it no judgement can go on.
        """
        if digest in self._ready or digest in self._baselines:
            return
        try:
            async with asyncio.timeout(self._seconds):
                await self._arrived(digest)
        except TimeoutError:
            end(f"the policy {digest} is in force, and did not arrive on places within {self._seconds:g} s")
        if (baseline := self._places.baseline(digest)) is not None:
            self._baselines[digest] = of_peers(digest, baseline)
        elif (text := self._places.text(digest)) is not None:
            self._ready[digest] = await asyncio.to_thread(self._prepared, digest, text.text)

    async def _arrived(self, digest: str) -> None:
        if self._places.text(digest) is None and self._places.baseline(digest) is None:
            logger.warning("waiting for %s, which a mark has put in force, to arrive on places", digest)
            await self._places.until_known(digest)

    @staticmethod
    def _prepared(digest: str, text: dict[str, object]) -> Rules:
        try:
            rules = Rules(policy.parse(text))
        except policy.PackError as error:
            raise UnusablePolicy(f"the policy {digest}: {'; '.join(error.mistakes[:3])}") from error
        if rules.digest != digest:
            raise UnusablePolicy(f"the policy adopted as {digest} has the digest {rules.digest} here")
        return rules


def of_peers(digest: str, said: places.BaselinePublished) -> Baseline:
    """A published baseline as the judgement uses it."""
    rates = {name: Rate(each.events, each.exposure, each.peers) for name, each in said.rates.items()}
    return Baseline(digest, rates)
