"""Contracts as measures see them: reviewed within the year (K2: OXF-8 "all contracts are reviewed annually"). Pure."""

from collections.abc import Iterator
from datetime import date

from services.governance.measures.asked import MONTHS, Asked
from services.governance.measures.item import Item
from services.governance.measures.record import Fact, Place, Service
from shared import calendar
from shared.events import contracts, decisions, processes

COMMISSIONED = ("council", "nhs", "joint")


def running(service: Service, day: date) -> dict[str, tuple[Fact, contracts.ContractRegistered]]:
    """The contracts that run on a day, by their reference, each as it was registered."""
    found = {data.contract_id: (fact, data) for fact, data in service.of(contracts.ContractRegistered)}
    ends: dict[str, date] = {name: data.ends_on for name, (_, data) in found.items() if data.ends_on is not None}
    for _, changed in service.of(contracts.ContractChanged):
        if changed.ends_on is not None:
            ends[changed.contract_id] = changed.ends_on
    for _, ended in service.of(contracts.ContractEnded):
        ends[ended.contract_id] = min(ended.ended_on, ends.get(ended.contract_id, ended.ended_on))
    return {name: one for name, one in found.items() if name not in ends or ends[name] >= day}


def reviewed(place: Place, asked: Asked) -> Iterator[Item]:
    """K2: of each contract that runs, whether it was reviewed within the last twelve months."""
    after = calendar.add_months(asked.last, -MONTHS)
    for service in place.open(asked):
        known = {name: one for name, one in running(service, asked.last).items() if one[1].kind != "no_contract"}
        if not known and _is_owed(service):
            yield Item(service.provider_id, "unknown", "it is commissioned, and no contract is on the record")
        for name, (fact, data) in known.items():
            begun, last = data.starts_on or fact.day, max(_reviews(service, name), default=None)
            if last is not None and last > after:
                yield Item(service.provider_id, "yes", f"reviewed on {last}", name)
            elif begun > after:
                yield Item(service.provider_id, "not_due", f"begun on {begun}: a year has not passed", name)
            else:
                when = f"last reviewed on {last}" if last else "no review is on the record"
                yield Item(service.provider_id, "no", when, name)


def _reviews(service: Service, name: str) -> Iterator[date]:
    yield from (data.reviewed_on for _, data in service.of(contracts.ContractReviewed) if data.contract_id == name)
    for fact, data in service.of(decisions.DecisionTookEffect):
        if isinstance(data.decision, processes.ContractReviewHeld):
            yield fact.day


def _is_owed(service: Service) -> bool:
    """Commissioned, and not known to be without a contract."""
    if service.about.get("commissioning") not in COMMISSIONED:
        return False
    said = [data.kind for _, data in service.of(contracts.ContractRegistered)]
    return not said or said[-1] != "no_contract"
