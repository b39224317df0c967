"""What a back-test cannot show, said from its own figures: nothing here knows a pack or a file by name. Pure."""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from services.risk.looking_back.confusion import Confusion
from services.risk.looking_back.lead_time import LeadTime
from services.risk.looking_back.movements import Spoke
from services.risk.looking_back.outcomes import INADEQUATE, KINDS
from services.risk.looking_back.signals import Signal
from services.risk.looking_back.spool import Survey
from services.risk.looking_back.tally import Tally

RATING = "cqc_rating.published"
SHOWN = 12


class Limit(BaseModel):
    """One limit, with its figures in the sentence."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    says: str


def limits(  # noqa: PLR0917 - all that was found
    tally: Tally,
    survey: Survey,
    spoke: Sequence[Spoke],
    leads: Sequence[LeadTime],
    confusions: Sequence[Confusion],
    unanswerable: Sequence[str],
) -> tuple[Limit, ...]:
    """Every limit that this history has."""
    return (
        *_by_construction(tally, leads),
        *_indistinct(tally.signals, confusions),
        *_silent(survey, spoke, unanswerable),
        *_leakage(tally),
        *_verification(tally.signals, confusions),
        *_survivorship(tally),
        *_clocks(survey),
        *_always(tally),
    )


def _by_construction(tally: Tally, leads: Sequence[LeadTime]) -> Iterator[Limit]:
    """A warning that only the event's own record can raise: it cannot come before it (rulings 15)."""
    by_id = {signal.id: signal for signal in tally.signals}
    for lead in leads:
        rises, own = tally.by_own_record.get(lead.signal, [0, 0])
        if lead.outcome == INADEQUATE and lead.events and rises and own == rises and not lead.warned.part:
            says = (
                f"That {by_id[lead.signal].words} was raised {rises} times, every time by the very record of an "
                f"Inadequate rating. Its lead before the {lead.events} downgrades is 0 by construction: it says "
                "nothing of foresight, for or against the policy."
            )
            yield Limit(id=f"by-construction-{lead.signal}", title="Lead time 0 by construction", says=says)


def _indistinct(signals: Sequence[Signal], confusions: Sequence[Confusion]) -> Iterator[Limit]:
    by_id = {signal.id: signal for signal in signals}
    told: dict[str, list[str]] = {}
    for signal in signals:
        cells = [each.cells.model_dump_json() for each in confusions if each.signal == signal.id]
        if cells:
            told.setdefault("".join(cells), []).append(signal.id)
    for alike in told.values():
        if len(alike) > 1:
            names = "; ".join(by_id[each].words for each in alike)
            says = f"In this history these are the same warning, at every landmark: {names}. It cannot tell them apart."
            yield Limit(id=f"same-{alike[0]}", title="Warnings that cannot be told apart", says=says)


def _silent(survey: Survey, spoke: Sequence[Spoke], unanswerable: Sequence[str]) -> Iterator[Limit]:
    never, met = [each.id for each in spoke if not each.known], [each.id for each in spoke if each.met]
    kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(survey.kinds.items()))
    if never:
        says = (
            f"The history holds {kinds} and nothing else. {len(never)} of the {len(spoke)} criteria were never known, "
            f"for any provider on any day; ever met were {_names(met)}. What the policy makes of the other facts is "
            "not tried here."
        )
        yield Limit(id="criteria-without-facts", title="Most of the policy cannot speak", says=says)
    if unanswerable:
        says = f"Nobody ever filed {_names(unanswerable)} in this history: nobody is judged for not having filed it."
        yield Limit(id="returns-never-asked", title="Returns that were never asked for", says=says)


def _leakage(tally: Tally) -> Iterator[Limit]:
    own = ", ".join(f"{own} of {rises} rises to “{id_}”" for id_, (rises, own) in tally.by_own_record.items() if rises)
    says = (
        "CQC hears of councils' intelligence before it rates, and councils act on its ratings: warning and event are "
        "not independent, and part of every agreement below is the same knowledge counted twice. The crudest part "
        f"is measured: the record of an Inadequate rating itself is behind {own or 'no rise'}."
    )
    yield Limit(id="label-leakage", title="Label leakage", says=says)


def _verification(signals: Sequence[Signal], confusions: Sequence[Confusion]) -> Iterator[Limit]:
    rated = [each for each in confusions if each.outcome == INADEQUATE and each.seen_if_warned.whole]
    by_id = {signal.id: signal for signal in signals}
    for each in rated[:1]:
        says = (
            "Whoever is not inspected is not found Inadequate. Within the horizon CQC published a rating of "
            f"{_percent(each.seen_if_warned.value)} of those of whom it was said that {by_id[each.signal].words}, "
            f"and of {_percent(each.seen_if_not.value)} of the others; among those that were rated again, "
            f"{_percent(each.precision_if_seen.value)} and {_percent(each.missed_if_seen.value)} were downgraded. "
            "Precision below contains that difference in being looked at."
        )
        yield Limit(id="verification", title="Those warned of are looked at more often", says=says)


def _survivorship(tally: Tally) -> Iterator[Limit]:
    says = (
        f"Only providers with at least one record are here, and {tally.unwatched} of them were never open while "
        f"anything was known. Of the other {tally.moves.providers}, {tally.closed} closed, {tally.closed_warned} of "
        "them while the worst level was within the range; what would have become of "
        "them is not known. A service that is registered anew under another owner appears here as one that closed and "
        "another that began, unless the history links them. Closing is not failure: most close for other reasons."
    )
    yield Limit(id="survivorship", title="Survivorship", says=says)


def _clocks(survey: Survey) -> Iterator[Limit]:
    says = (
        f"{survey.clocks['recorded']} facts count from when they were recorded (live), {survey.clocks['published']} "
        "from when they were published (imported): when the council really read those is not known, and it may have "
        "been later. Every day closes on time in a replay."
    )
    yield Limit(id="clock-of-knowledge", title="When something was known", says=says)


def _always(tally: Tally) -> Iterator[Limit]:
    says = (
        f"{tally.first_inadequate} Inadequate ratings were a provider's first, or its predecessor's, and are no "
        f"downgrades; {tally.after_closing} ratings were published when the service had closed, and are no events. "
        f"Looked for were: {'; '.join(KINDS.values())}."
    )
    yield Limit(id="what-counts", title="What counts as an event", says=says)
    says = (
        "A replay shows what a policy would have said, not what people would have done. It is no ground for acting "
        "against any one provider, and a level is never the sole basis of a sanction."
    )
    yield Limit(id="no-verdict", title="What this is not", says=says)


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:SHOWN])
    return f"{shown} and {len(names) - SHOWN} more" if len(names) > SHOWN else shown or "none"


def _percent(value: float | None) -> str:
    return "none" if value is None else f"{value * 100:.1f} %"
