"""What differs between two policies, in words: asked of risk, which reads them, in the reader's name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.governance.web.neighbours import Neighbours
from shared import policy
from shared.policies.pack import Pack

MOST: Final = 200
"""Sentences on one page."""


@dataclass(frozen=True, slots=True)
class Different:
    """What the second says otherwise than the first."""

    parts: Sequence[Mapping[str, Any]] = ()
    """Each with a `heading` and its `sentences`."""
    missing: str = ""
    """Why it is not known."""

    @property
    def count(self) -> int:
        """How many sentences."""
        return sum(len(part["sentences"]) for part in self.parts)

    def beginning(self, most: int = MOST) -> list[Mapping[str, Any]]:
        """As many sentences as fit on a page; a part that is cut says so by its `left`."""
        found: list[Mapping[str, Any]] = []
        room = most
        for part in self.parts:
            shown = part["sentences"][:room]
            room -= len(shown)
            left = len(part["sentences"]) - len(shown)
            found.append({"heading": part["heading"], "sentences": shown, "left": left, "all": len(part["sentences"])})
        return found


async def compare(near: Neighbours, bearer: str, first: Pack, second: Pack) -> Different:
    """What differs; where risk does not say, why."""
    body = {"first": policy.document(first), "second": policy.document(second)}
    answer = await near.order("risk", "/v1/policies/diff", bearer, body)
    if not answer.is_good:
        return Different(missing=answer.missing or "Risk did not compare them.")
    return Different(parts=answer.body["parts"])
