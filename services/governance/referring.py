"""For which reasons a provider may be brought before a body, as the place's policy names them. Pure."""

from services.governance.asking import Unfit
from shared.events import processes
from shared.policies.pack import Pack

LETTERED = ("CAL-9.", "CAL-10.")
"""Reasons that Calderdale lists by letters (rulings 26): these go by their letters on the log, as they always have."""


def fit(said: processes.EscalationReferred, pack: Pack) -> processes.EscalationReferred:
    """The referral, its reason by the one name that it has on the log. Raises Unfit, which names what is possible."""
    known = allowed(pack, said.to_body)
    if said.reason not in known:
        names = ", ".join(sorted(known))
        raise Unfit("/reason", f"{pack.pack} brings nobody before {said.to_body} for {said.reason}.", f"Use {names}.")
    return said.model_copy(update={"reason": known[said.reason]})


def allowed(pack: Pack, to_body: str) -> dict[str, str]:
    """What may be given, and its name on the log; where the policy names no reasons, CAL-10 a to d and g."""
    to = next((key for key, body in pack.bodies.items() if to_body in (key, *body.aliases)), to_body)
    named = {reason.code: reason.id for rule in pack.referrals if rule.to == to for reason in rule.reasons}
    if not named:
        return {letter: letter for letter in processes.LETTERS}
    found: dict[str, str] = {}
    for code, clause in named.items():
        name = clause.rpartition(".")[2] if clause.startswith(LETTERED) else code
        found |= {code: name, name: name}
    return found
