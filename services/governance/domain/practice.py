"""What an example of good practice amounts to, folded from its steps: whether, and how far, it may be shared. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from services.governance.domain.kind import Kind
from shared.events import Data, partners

SCOPES = ("none", "forum", "place", "public")
"""From nobody to everybody: what may go far may stay near (ours)."""
Consent = Literal["not_asked", "asked", "given", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Practice:
    """One example (CAL-23, HER-3)."""

    identified: partners.GoodPracticeIdentified
    consent: Consent = "not_asked"
    scope: str = "none"
    """How far the provider lets it go."""
    due: date | None = None
    """By when its answer is awaited."""
    since: date | None = None
    """Since when it has permitted it; None: not known, or it does not."""
    shared: tuple[partners.GoodPracticeShared, ...] = ()


def take(practice: Practice | None, step: Data) -> Practice:
    """The practice after a step."""
    match step:
        case partners.GoodPracticeIdentified():
            agreed = step.provider_consent
            kept = practice.shared if practice else ()
            return Practice(
                step, "given" if agreed else "not_asked", step.shared_scope if agreed else "none", shared=kept
            )
        case partners.GoodPracticeConsentAsked() if practice:
            return replace(practice, consent="asked", due=step.due)
        case partners.GoodPracticeConsentAnswered() if practice:
            since = practice.since or step.answered_on
            consent: Consent = "given" if step.given else "refused"
            return replace(practice, consent=consent, scope=step.scope, due=None, since=since if step.given else None)
        case partners.GoodPracticeConsentWithdrawn() if practice:
            return replace(practice, consent="withdrawn", scope="none", since=None)
        case partners.GoodPracticeShared() if practice:
            return replace(practice, shared=(*practice.shared, step))
    assert practice is not None  # noqa: S101 - it is identified first
    return practice


def unfit(practice: Practice, step: Data) -> str | None:
    """Why a step is not possible, or None."""
    return UNFIT[type(step)](practice, step)


def reaches(practice: Practice, scope: str) -> bool:
    """Whether the provider's permission goes so far (CAL-23)."""
    return practice.consent == "given" and SCOPES.index(scope) <= SCOPES.index(practice.scope)


def document(practice: Practice) -> dict[str, Any]:
    """As it is shown."""
    said = practice.identified
    return {
        "practice_id": said.practice_id,
        "themes": list(said.themes),
        "consent": practice.consent,
        "scope": practice.scope,
        "consent_due": practice.due.isoformat() if practice.due else None,
        "shared": [{"on": one.shared_on.isoformat(), "audience": one.audience} for one in practice.shared],
    }


def _asking(practice: Practice, _: partners.GoodPracticeConsentAsked) -> str | None:
    waits = practice.consent in ("asked", "given")
    return f"the provider's consent is {practice.consent} already" if waits else None


def _withdrawing(practice: Practice, _: partners.GoodPracticeConsentWithdrawn) -> str | None:
    return None if practice.consent == "given" else "the provider has not given its consent"


def _sharing(practice: Practice, step: partners.GoodPracticeShared) -> str | None:
    if reaches(practice, step.audience):
        early = practice.since is not None and step.shared_on < practice.since
        return f"the provider has permitted it since {practice.since}" if early else None
    if practice.consent != "given":
        return f"good practice is shared with the provider's permission only: it is {practice.consent}"
    return f"the provider lets it go as far as {practice.scope}, not {step.audience}"


UNFIT: Mapping[type[Data], Callable[[Practice, Any], str | None]] = {
    partners.GoodPracticeConsentAsked: _asking,
    partners.GoodPracticeConsentAnswered: lambda _made, _step: None,
    partners.GoodPracticeConsentWithdrawn: _withdrawing,
    partners.GoodPracticeShared: _sharing,
}
KIND = Kind(
    name="practice",
    key="practice_id",
    first=partners.GoodPracticeIdentified,
    further=tuple(UNFIT),
    take=take,
    unfit=unfit,
    document=document,
    is_open=lambda made: made.consent in ("not_asked", "asked") or (made.consent == "given" and not made.shared),
    due=lambda made: made.due,
)
