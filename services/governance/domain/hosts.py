"""What host authorities said of a service where our people are: which notices pause, and which are assured. Pure."""

from collections.abc import Iterable
from datetime import datetime

from shared.events import Event, data_of, placements


def pauses(said: placements.HostNoticeReceived) -> bool:
    """Whether it tells of significant concerns (CAL-35): all but a moderate one that asks nothing of us."""
    return not (said.requested_action == "none" and said.concern_level == "moderate")


def is_whole(event: Event) -> bool:
    """Whether an assurance says that improvements are made *and* embedded (rulings 24)."""
    said = data_of(event)
    return isinstance(said, placements.HostAssuranceReceived) and said.improvements_made and said.embedded


def all_assured(notices: Iterable[Event], assurances: Iterable[Event]) -> bool:
    """Whether each notice that pauses has a whole assurance of its own as the newest word since: another's is none."""
    newest = {_key(event): event for event in sorted(assurances, key=_when)}
    standing = [event for event in notices if _pausing(event)]
    return all(
        (answer := newest.get(_key(event))) is not None and _when(answer) > _when(event) and is_whole(answer)
        for event in standing
    )


def _pausing(event: Event) -> bool:
    said = data_of(event)
    return isinstance(said, placements.HostNoticeReceived) and pauses(said)


def _when(event: Event) -> tuple[datetime, datetime]:
    return event.time, event.recordedtime


def _key(event: Event) -> tuple[str, str]:
    said = data_of(event)
    assert isinstance(said, placements.HostNoticeReceived | placements.HostAssuranceReceived)  # noqa: S101 - asked so
    return said.host_authority, said.notice_id
