"""What a policy may want to have come before a decision, and whether it has: from the case, the plan, the history."""

from collections.abc import Iterator
from datetime import datetime

from services.governance import doubted, matters, view
from services.governance.asking import Unfit
from services.governance.domain import hosts, lowering
from services.governance.event_store import EventStore
from services.governance.provider_case import ProviderCase
from shared import calendar
from shared.events import decisions, decode, entry_of, placements, processes
from shared.policies.deciding import Precondition
from shared.policies.pack import Pack

NOTICE = entry_of(placements.HostNoticeReceived).type
ASSURANCE = entry_of(placements.HostAssuranceReceived).type


def on_record(
    store: EventStore, case: ProviderCase, decision: decisions.Decision, pack: Pack, at: datetime
) -> frozenset[Precondition]:
    """All that is on record about this provider for such a decision (CAL-28, CAL-35, LGA-10, rulings 16-24)."""
    return frozenset(_found(store, case, decision, pack, at))


def demand_evidence(decision: decisions.Decision, evidence: tuple[str, ...]) -> None:
    """What is said to have come before must be on record: the decision names it. Raises Unfit."""
    if isinstance(decision, decisions.SuspensionImposed) and decision.prerequisites and not evidence:
        fix = "Give the ids of the events that show it: visits, plans, meetings, concerns."
        raise Unfit("/evidence", "Nothing on record shows what is said to have come before.", fix)


def _found(
    store: EventStore, case: ProviderCase, decision: decisions.Decision, pack: Pack, at: datetime
) -> Iterator[Precondition]:
    match decision:
        case decisions.SuspensionImposed(prerequisites=said):
            yield from said
        case decisions.LevelConfirmed() | decisions.LevelOverridden():
            if _signed_by_both(store, case, decision.scale, pack):
                yield "plan_signed_by_both"
        case processes.LsiAuthorised() | processes.LsiDeclined() | processes.LsiClosed():
            if decision.lsi_id in case.standing.lsis:  # begun or not, it was recommended or authorised before
                yield "recommended"
        case processes.TerminationConsidered() | processes.TerminationDecided():
            yield from _before_ending(case)
        case processes.PlacementsElsewhere(type="ooa.resumed"):
            if _assured(store, case, at):
                yield "host_assurance_embedded"


def _before_ending(case: ProviderCase) -> Iterator[Precondition]:
    """What was considered and held before a contract ends (HER-M3.h, CAL-26). What was considered last counts."""
    taken = sorted((one for one in case.decisions.values() if one.effective), key=lambda one: one.effective or one.at)
    said = [one.proposal.decision for one in taken]
    considered = [one.outcome for one in said if isinstance(one, processes.TerminationConsidered)]
    if considered[-1:] == ["terminate"]:
        yield "termination_considered"
    if any(isinstance(one, processes.ContractReviewHeld) for one in said):
        yield "contract_review_held"


def _signed_by_both(store: EventStore, case: ProviderCase, scale: str, pack: Pack) -> bool:
    """Whether the plan is over: completed, and signed off by both since the level was last raised (LGA-10)."""
    with store.reading() as cursor:
        newest = matters.newest(cursor, "plan", case.provider_id)
    if newest is None or newest["outcome"] != "completed":
        return False
    order = pack.scales[scale].order if scale in pack.scales else ()
    raised = lowering.raised_at(_moves(case, scale), order)
    return raised is None or newest["signed_off_on"] >= calendar.london_date(raised).isoformat()


def _moves(case: ProviderCase, scale: str) -> list[lowering.Move]:
    """What was decided on a scale, in its order."""
    found = [
        lowering.Move(taken.effective, said.level, said.from_level)
        for taken in case.decisions.values()
        if isinstance(said := taken.proposal.decision, decisions.LevelConfirmed | decisions.LevelOverridden)
        and said.scale == scale
        and taken.effective is not None
    ]
    return sorted(found, key=lambda one: one.at)


def _assured(store: EventStore, case: ProviderCase, at: datetime) -> bool:
    """Whether the host assured us of each of its notices since; or took back what the pause rests on.

    What was withdrawn was never true, an assurance that was corrected is to be given anew.
    """
    since, by = case.standing.paused_since, case.standing.paused_by
    if since is None or by is None:
        return False
    with store.reading() as cursor:
        cursor.execute(_SAID, (case.provider_id, [NOTICE, ASSURANCE], at), prepare=True)
        events = [decode(bytes(row["body"])) for row in cursor]
        fallen = doubted.read(cursor, case.provider_id, [str(event.id) for event in events]).fallen
    withdrawn = {name for name, one in fallen.items() if one.because == "withdrawn"}
    notices = {str(event.id): event for event in events if event.type == NOTICE and str(event.id) not in withdrawn}
    assurances = [event for event in events if event.type == ASSURANCE and str(event.id) not in fallen]
    if not hosts.all_assured(notices.values(), assurances):
        return False
    rests_on = set(case.decision(by).proposal.evidence)
    if rests_on and rests_on <= withdrawn | set(notices):
        return True
    return any(hosts.is_whole(event) and event.time > since for event in assurances)


_SAID = f"""
SELECT body FROM {view.SCHEMA}.history WHERE provider_id = %s AND type = ANY(%s) AND recordedtime <= %s
ORDER BY recordedtime, rank, partition, "offset"
"""  # noqa: S608 - names of ours alone
