"""How patient notify is: the same for every channel and place."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """When a delivery that does not arrive is dead; the ladder's next role is told then."""

    attempts: int = 3
    """At least so many, however late it is."""
    patience: timedelta = timedelta(minutes=15)
    """The policy's limit (`within`) counts, but not less than this: what must go at once may still be tried again."""
    without_rule: timedelta = timedelta(hours=24)
    """For what no policy limits: the end of an alert, a summary."""
    late: timedelta = timedelta(minutes=15)
    """What was recorded longer ago than this comes late, by our fault: many such are one message."""
    storm: int = 10
    """So many of one cause to one recipient within `storm_within` are sent singly; further ones together."""
    storm_of_kind: int = 50
    """The same of one kind, whatever their causes."""
    storm_of_silence: int = 1
    """The same of A18: one role's silence about many services is one message after the first."""
    storm_within: timedelta = timedelta(minutes=1)
    gather: timedelta = timedelta(seconds=5)
    """So long are those of a storm, or late ones, waited for."""
    remind: float = 0.75
    """A reminder goes when this part of the time for an acknowledgement has passed."""
    downtime: timedelta = timedelta(minutes=5)
    """Standing still for longer than this stops the clocks of whoever was to answer."""
    summary_after: timedelta = timedelta(seconds=60)
    """A summary of what was not told one by one goes when nothing came for so long."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be under way at once."""

    per_recipient: int = 4
    in_all: int = 64
    lease: timedelta = timedelta(seconds=10)
    """Renewed while a message is under way. After it another process may send the same delivery: this one died."""
    failures: int = 5
    """So many in a row, and a recipient is tried with one message at a time, after a pause (the circuit)."""
    rate: float = 10.0
    """So many messages a second to one recipient, after a first `burst`. What is urgent goes first, then the oldest."""
    burst: int = 50
    idle: timedelta = timedelta(milliseconds=100)
    """Between two looks for something due, when there was nothing."""
    watch: timedelta = timedelta(seconds=1)
    """Between two looks for what time alone brings about."""
    catch_up: timedelta = timedelta(seconds=30)
    """So long does a start wait with sending until it has read what ended meanwhile."""
