"""A command as it was asked: by whom, when, under which key; what is answered, and why it may be refused."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.governance.domain.authority import Asker, Verdict
from services.governance.publish import Origin
from shared import calendar


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and how."""

    subject: str
    organisation: str
    roles: frozenset[str]
    places: frozenset[str]
    at: datetime
    key: str
    """The caller's Idempotency-Key, or one made for this request alone."""
    digest_key: bytes
    if_match: str | None = None
    correlationid: str | None = None
    traceparent: str | None = None

    @property
    def asker(self) -> Asker:
        """As authority sees them."""
        return Asker(self.organisation, self.roles)

    @property
    def actor(self) -> str:
        """The person's pseudonym: the same person has the same, and it says nothing to who lacks the key."""
        return hmac.digest(self.digest_key, f"actor|{self.subject}".encode(), hashlib.sha256).hex()[:24]

    @property
    def scoped_key(self) -> str:
        """One person's keys never meet another's."""
        return f"{self.actor}:{self.key}"

    def demand_come(self, day: date | None, path: str) -> None:
        """What is said to have happened on a day has not happened on one that lies ahead. Raises Unfit."""
        if day is not None and day > calendar.london_date(self.at):
            raise Unfit(path, "That day has not come.", "Give today or an earlier day.")

    def digest(self, command: str, about: str, content: Mapping[str, Any]) -> bytes:
        """What was asked, in short: the same key with another digest is a mistake."""
        said = json.dumps([command, about, content], sort_keys=True).encode()
        return hmac.digest(self.digest_key, said, hashlib.sha256)

    def origin(self, place: str) -> Origin:
        """What the events of this command share."""
        return Origin(place, self.digest_key, self.correlationid, self.traceparent)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    status: int
    body: Mapping[str, Any]
    again: bool = False
    """It was carried out before: this is what was answered then."""


class Refused(Exception):
    """The policy refuses: `verdict` names the rule, `policy` the pack and version."""

    def __init__(self, verdict: Verdict, policy: Mapping[str, str]) -> None:
        super().__init__(verdict.why)
        self.verdict, self.policy = verdict, policy


class PlaceNotHeld(Exception):
    """The token does not hold the place."""


class Unknown(Exception):
    """No such provider, decision or pack."""


class NoPolicy(Exception):
    """The place has no policy in force, so nobody's authority can be judged."""


class Stale(Exception):
    """`If-Match` names another version than the present one."""


class Clash(Exception):
    """Others decided about the same provider in the same moment, again and again."""


class KeyReused(Exception):
    """The key was used for something else."""


class Unfit(Exception):
    """A field that does not fit the policy or the case: `path` is a JSON pointer."""

    def __init__(self, path: str, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.path, self.problem, self.fix = path, problem, fix
