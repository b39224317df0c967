"""What each place's policy in force asks of its providers, read from `places`."""

import logging
from collections.abc import Iterator
from datetime import date

from pydantic import ValidationError

from services.intake.returns import asking
from services.intake.returns.asking import Policy
from shared.kafka.places import Places, PolicyText

log = logging.getLogger(__name__)


class Schedules:
    """The part of the policies that intake reads: returns."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._unusable: set[str] = set()

    async def until_ready(self) -> None:
        """Wait until every place's policy was read."""
        await self._places.until_ready()

    def in_force(self, today: date) -> tuple[tuple[str, str], ...]:
        """Place and digest of every policy in force: when this changes, there may be something to ask."""
        found = ((place, self._places.policy(place, today)) for place in sorted(self._places.places()))
        return tuple((place, text.digest) for place, text in found if text is not None)

    def policies(self, today: date) -> Iterator[Policy]:
        """What each place's policy in force asks."""
        for place, _ in self.in_force(today):
            if (policy := self.policy(place, today)) is not None:
                yield policy

    def policy(self, place: str, today: date) -> Policy | None:
        """What a place's policy in force says of returns; None where none is, or none that this software reads."""
        text = self._places.policy(place, today)
        if text is None:
            return None
        try:
            return asking.policy(place, text.text, self._places.in_force_since(place, today) or text.in_force_from)
        except (ValidationError, KeyError, StopIteration) as error:
            self._tell(text, error)
            return None

    def _tell(self, text: PolicyText, error: Exception) -> None:
        """Once, and loudly: nobody is asked for anything there."""
        if text.digest not in self._unusable:
            log.error("the policy %s of %s cannot be used to ask for returns: %s", text.digest, text.place, error)
            self._unusable.add(text.digest)
