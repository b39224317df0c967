"""Which rules of a policy ask for a meeting about a provider, and for what cause (rulings 33, SAL-27). Pure.

A rule's conditions are alternatives, as the policies read them: "an indicated level 3 or an immediate risk" (HER-30).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from services.governance.meetings.known import Known
from shared.policies.deciding import Convene
from shared.policies.pack import Pack
from shared.policies.section import Limit


@dataclass(frozen=True, slots=True)
class Asked:
    """A body is asked to meet about a provider."""

    body: str
    clause: str
    provider_id: str
    cause: str
    """The same as long as what asks holds: it is asked for once."""
    within: Limit | None = None


def asked(pack: Pack, known: Known) -> Iterator[Asked]:
    """All that asks for a meeting about this provider now."""
    for rule in pack.convene:
        for cause in _causes(pack, rule, known):
            yield Asked(rule.body, rule.id, known.provider_id, cause, rule.within)


def referral_cause(decision_id: str, body: str) -> str:
    """The cause key of the alert that a provider was brought before a body: that body is asked by it already."""
    return f"referral:{decision_id}:{body}"


def _causes(pack: Pack, rule: Convene, known: Known) -> Iterator[str]:
    on, primary = rule.on, pack.primary
    if on.indicated and (level := known.at_least(primary, on.indicated)):
        yield f"indicated:{primary}:{level}"
    for scale, codes in on.scales.items():
        if level := known.at_least(scale, codes):
            yield f"indicated:{scale}:{level}"
    if (confirmed := known.levels.get(primary)) in on.confirmed:
        yield f"confirmed:{primary}:{confirmed}"
    met = {one.id for one in known.assessment.criteria if one.outcome == "met"} if known.assessment else set()
    yield from (f"criterion:{name}" for name in on.criteria if name in met)
    for one in known.alerts:
        is_asked = one.cause.startswith("referral:") and one.cause.endswith(f":{rule.body}")
        if one.alert in on.alerts and not is_asked:
            yield f"alert:{one.alert_id}"
