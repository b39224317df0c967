"""What is told of a place by itself: a theme that rises (A16, weekly), good practice to share (A17, monthly). Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.governance.measures import practices, themes
from services.governance.measures.record import Fact, Place
from services.governance.measures.themes import Rising
from shared import calendar, identifiers
from shared.events import partners
from shared.events.alerts import AlertBody, AlertCleared, AlertRaised

THEME, PRACTICE = "A16", "A17"
MOST = 100
"""Examples that one message names; the others come with the next."""


@dataclass(frozen=True, slots=True)
class Word:
    """An alert about the place, and the cause that it is known by."""

    cause: str
    alert: AlertBody


def week_of(now_closed: date) -> date:
    """The Sunday that ends the newest whole week."""
    return calendar.add_days(now_closed, -(now_closed.isoweekday() % 7))


def month_of(now_closed: date) -> date:
    """The last day of the newest whole month."""
    following = calendar.add_days(now_closed, 1)
    return calendar.add_days(following.replace(day=1), -1)


def named(one: Rising) -> str:
    """What rises, and where: the cause without its week."""
    return f"theme:{one.theme}:{one.group.scope}:{one.group.name}"


def risen(place: Place, last: date, standing: Iterable[str], digest: str | None) -> list[Word]:
    """A16s to raise and to clear at the end of a week. `standing`: causes that were raised and not cleared.

    What goes on rising is not told again: its cause is the week in which it began.
    """
    week = f"{last:%G-W%V}"
    open_ = {cause.rpartition(":")[0]: cause for cause in standing}
    found = {named(one): one for one in themes.rising(place, last)}
    raised = [_risen(place, one, f"{name}:{week}", last, digest) for name, one in found.items() if name not in open_]
    return raised + [_over(place, cause, digest) for name, cause in open_.items() if name not in found]


def _risen(place: Place, one: Rising, cause: str, last: date, digest: str | None) -> Word:
    where = {"organisation": f"at the services of {one.group.name}", "sector": f"in {_words(one.group.name)}"}
    said = one.trend
    summary = (
        f"{_theme(one.theme)} rises {where.get(one.group.scope, 'across the place')}: {said.recent} in the last "
        f"{themes.RECENT_DAYS} days where {said.expected:.0f} would be expected, more than before in "
        f"{len(one.services)} services."
    )
    body = AlertRaised(
        alert="A16", cause=cause, name=place.code, summary=summary[:500], since=last, policy_digest=digest,
        clause="SAL-18",
    )  # fmt: skip
    return Word(cause, body)


def _over(place: Place, cause: str, digest: str | None) -> Word:
    raised_id = str(identifiers.alert_id(THEME, place.code, cause))
    summary = f"{_theme(cause.split(':')[1])} does not rise any more."
    body = AlertCleared(
        alert="A16", cause=cause, name=place.code, summary=summary, policy_digest=digest, raised_id=raised_id
    )
    return Word(cause, body)


def practice(place: Place, last: date, digest: str | None) -> Word | None:
    """The A17 of a month: good practice that may be shared and was not told before; None: there is none."""
    told = practices.shared(place)
    found = [
        (one.fact, one.said)
        for service in place.services
        for one in practices.examples(service)
        if one.fact.id not in told and one.permitted
    ][:MOST]
    if not found:
        return None
    return _practice(place, found, last, digest)


def _practice(
    place: Place, found: Sequence[tuple[Fact, partners.GoodPracticeIdentified]], last: date, digest: str | None
) -> Word:
    counts = Counter(theme for _, data in found for theme in data.themes)
    about = ", ".join(f"{_words(theme.partition('.')[2])} ({number})" for theme, number in counts.most_common(10))
    number = len(found)
    summary = f"{number} example{'s' * (number > 1)} of good practice may be shared: {about}."
    body = AlertRaised(
        alert="A17", cause=f"practice:{last:%Y-%m}", name=place.code, summary=summary[:500], since=last,
        policy_digest=digest, clause="CAL-23", evidence=tuple(fact.id for fact, _ in found),
    )  # fmt: skip
    return Word(body.cause, body)


def _theme(code: str) -> str:
    return _words(code.partition(".")[2]).capitalize()


def _words(code: str) -> str:
    return code.replace("_", " ")
