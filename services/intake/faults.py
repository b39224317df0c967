"""What is wrong with something that was sent: where, what, and how to put it right (pure)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError


def keepable(value: str) -> str:
    """A text that database and events can hold. Raises ValueError for one with NUL or lone surrogates."""
    if "\0" in value:
        raise ValueError("holds a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError("holds half a character (a lone surrogate)") from error
    return value


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, in pydantic's terms, so that the edge words both alike."""

    loc: tuple[str | int, ...]
    """Below the event: `("data", "severity")`."""
    msg: str
    type: str = "value_error"
    ctx: Mapping[str, Any] = field(default_factory=dict)
    fix: str | None = None
    """Where the general advice for the type is not enough."""

    def under(self, *loc: str | int) -> "Fault":
        """The same fault, seen from further out."""
        return replace(self, loc=(*loc, *self.loc))

    def __str__(self) -> str:
        """Fit for the database, which takes no NUL: the name of a field may hold one."""
        return f"{'/'.join(map(str, self.loc)) or 'event'}: {self.msg}".replace("\0", "?")


def not_unicode(data: Any) -> Iterator[Fault]:
    """A fault for each text, and each name of a field, that holds half a character: no encoding of it exists."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [(("data",), data)]
    while waiting:  # no recursion: what is sent may be nested deeply
        loc, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [((*loc, "?"), name) for name in value] + [((*loc, name), each) for name, each in value.items()]
        elif isinstance(value, list | tuple):
            waiting += [((*loc, place), each) for place, each in enumerate(value)]
        elif isinstance(value, str):
            try:
                value.encode()
            except UnicodeEncodeError:
                said = tuple(str(part).encode(errors="replace").decode() for part in loc)
                yield Fault(said, "holds half a character (a lone surrogate)", fix="Send it as UTF-8, without it.")


class Refused(Exception):
    """Something sent cannot be used; `faults` say why. Never repeats what was sent: it may be about a person."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))


class NotACloudEvent(Refused):
    """It does not follow CloudEvents 1.0."""


class Unusable(Refused):
    """A CloudEvent, but of a type that we do not take, or with data that breaks its schema."""


class NotTheirs(Refused):
    """A type that this sender may not send, whatever it says."""


def of(error: ValidationError, *under: str | int) -> list[Fault]:
    """pydantic's errors as faults, without what was sent."""
    return [
        Fault((*under, *each["loc"]), each["msg"], each["type"], each.get("ctx", {}))
        for each in error.errors(include_url=False, include_input=False)
    ]
