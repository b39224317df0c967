"""Returns as measures see them: in on time (K4), partners' ratings (K13), their burden (K17). Pure."""

from collections.abc import Callable, Iterator
from datetime import date

from services.governance.measures.asked import Asked, months
from services.governance.measures.burden import Wanted, wanted
from services.governance.measures.forms import FIELDS, shipped
from services.governance.measures.item import Item
from services.governance.measures.record import Place, Service
from shared import calendar
from shared.events import partners, returns
from shared.policies import gathering

MDRA = "RT-MDRA"
Key = tuple[str, str]


def on_time(place: Place, asked: Asked) -> Iterator[Item]:
    """K4: of each return that was due in the period, whether it was in by its day."""
    for service in place.services:
        submitted, waived = _submitted(service), {_key(data) for _, data in service.of(returns.ReturnWaived)}
        for data in _requests(service).values():
            if data.asked_of != "provider" or not asked.holds(data.due_on):
                continue
            about, came = f"{data.return_type} {data.period}", submitted.get(_key(data))
            if _key(data) in waived:
                yield Item(service.provider_id, "not_due", "it need not be made", about)
            elif came is not None and came <= data.due_on:
                yield Item(service.provider_id, "yes", f"in on {came}, due {data.due_on}", about)
            else:
                grace = _grace(place, data.return_type)
                missed = came is None or came > calendar.add_days(data.due_on, grace)
                when = f"in on {came}" if came else "not in"
                end = f", {grace} days of grace" if grace and not missed else ""
                yield Item(service.provider_id, "no", f"{when}, due {data.due_on}{end}", about)


def _requests(service: Service) -> dict[Key, returns.ReturnRequested]:
    """The newest request for each return."""
    return {_key(data): data for _, data in service.of(returns.ReturnRequested)}


def _submitted(service: Service) -> dict[Key, date]:
    """The day of the first answer to each."""
    found: dict[Key, date] = {}
    for fact, data in service.of(returns.ReturnSubmitted):
        day = data.submitted_on or fact.day
        found[_key(data)] = min(day, found.get(_key(data), day))
    return found


def _key(data: returns.Asked) -> Key:
    return data.return_type, data.period


def _grace(place: Place, type_: str) -> int:
    schedules = place.pack.returns.items() if place.pack else ()
    return max((one.grace_days for key, one in schedules if gathering.return_type(key) == type_), default=0)


def complete(place: Place, asked: Asked) -> Iterator[Item]:
    """K13: of each service and month, whether every partner had rated it before the cut-off (CAL-7)."""
    rule = place.pack.partner_ratings if place.pack else None
    if rule is None:
        return
    for service in place.services:
        dues = {data.period: data.due_on for data in _requests(service).values() if data.return_type == MDRA}
        for month in months(asked):
            period = f"{month:%Y-%m}"
            cut_off = dues.get(period, month.replace(day=rule.cut_off_day))
            if not asked.holds(cut_off) or not service.is_open(cut_off) or service.known_from > month:
                continue
            rated = {
                data.partner
                for fact, data in service.of(partners.PartnerRatingSubmitted)
                if data.period == period and fact.day <= cut_off
            }
            missing = sorted(set(rule.partners) - rated)
            if missing:
                yield Item(service.provider_id, "no", f"missing on {cut_off}: {', '.join(missing)}", period)
            else:
                yield Item(service.provider_id, "yes", f"complete by {cut_off}", period)


def burden(place: Place, asked: Asked) -> Iterator[Item]:
    """K17a: of each service, the fields that it is asked for in a month, without what others have already."""
    yield from _burden(place, asked, lambda one: len(one.asked), "fields")


def minutes(place: Place, asked: Asked) -> Iterator[Item]:
    """K17b: of each service, the minutes that this takes in a month, by the minutes of each form."""
    yield from _burden(place, asked, lambda one: one.minutes, "minutes")


def _burden(place: Place, asked: Asked, size: Callable[[Wanted], float], unit: str) -> Iterator[Item]:
    length = len(months(asked))
    for service in place.services:
        asks = [one for one in _requests(service).values() if one.asked_of == "provider" and asked.holds(one.due_on)]
        if not asks:
            continue
        if unknown := sorted({one.return_type for one in asks} - FIELDS.keys()):
            yield Item(service.provider_id, "unknown", f"no form is known of {', '.join(unknown)}")
            continue
        found = wanted(service, asked, shipped())
        total, kept = sum(map(size, found)), sum(len(one.shown) for one in found)
        why = f"{len(found)} returns, {total:.0f} {unit}; {kept} fields shown and not asked"
        yield Item(service.provider_id, "yes", why, value=round(total / length, 2))
