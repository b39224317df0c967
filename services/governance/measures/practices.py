"""Good practice as measures see it: what may be shared, and what was (K16, A17; CAL-23). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.governance.measures.asked import Asked
from services.governance.measures.item import Item
from services.governance.measures.record import Fact, Place, Service
from shared.events import alerts, partners

GOOD_PRACTICE = "A17"
STEPS = (
    partners.GoodPracticeIdentified, partners.GoodPracticeConsentAsked, partners.GoodPracticeConsentAnswered,
    partners.GoodPracticeConsentWithdrawn, partners.GoodPracticeShared,
)  # fmt: skip


@dataclass
class Example:
    """One example as it stands: with the provider's newest word, and whether anybody heard of it."""

    fact: Fact
    said: partners.GoodPracticeIdentified
    permitted: bool
    shared: bool = False


def good_practice(place: Place, asked: Asked) -> Iterator[Item]:
    """K16: of the good practice that may be shared, what was shared (CAL-23: with permission)."""
    told = shared(place)
    for service in place.services:
        for one in examples(service):
            if not asked.holds(one.fact.day):
                continue
            when, name = f"identified on {one.fact.day}", one.said.practice_id
            if one.shared or (one.permitted and one.fact.id in told):
                yield Item(service.provider_id, "yes", f"{when}, shared", name)
            elif not one.permitted:
                yield Item(service.provider_id, "not_due", "it may not be shared", name)
            else:
                yield Item(service.provider_id, "no", f"{when}, not shared", name)


def examples(service: Service) -> list[Example]:
    """Each as it was identified, with what was said of it since, as it was recorded."""
    found: list[Example] = []
    by_name: dict[str, Example] = {}
    for fact, data in sorted(service.of(*STEPS), key=lambda one: one[0].recorded):
        if isinstance(data, partners.GoodPracticeIdentified):
            may = data.provider_consent and data.shared_scope != "none"
            by_name[data.practice_id] = Example(fact, data, may)
            found.append(by_name[data.practice_id])
        elif isinstance(data, partners.PracticeStep) and (one := by_name.get(data.practice_id)) is not None:
            match data:
                case partners.GoodPracticeConsentAnswered():
                    one.permitted = data.given and data.scope != "none"
                case partners.GoodPracticeConsentWithdrawn():
                    one.permitted = False
                case partners.GoodPracticeShared():
                    one.shared = True
    return found


def shared(place: Place) -> set[str]:
    """The ids of all good practice that an A17 told of."""
    told = place.own.of(alerts.AlertRaised) if place.own else []
    return {name for _, data in told if data.alert == GOOD_PRACTICE for name in data.evidence}
