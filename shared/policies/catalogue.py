"""The facts that a policy may speak of: one typed, documented list.

`services/risk/gathering/facts.py` works each of them out.

A fact is *known* or *absent*; absent makes a criterion `unknown` unless the rest of it decides. There is no default.
Ages are whole London days before C, the last midnight that both writers have closed; what is later than C has age 0.
"""

from shared.policies import facts_heard, facts_managed, facts_regulated
from shared.policies.fact import Fact

__all__ = ["BY_NAME", "FACTS", "MAX_WINDOW_DAYS", "Fact"]

MAX_WINDOW_DAYS = 400
"""No window of any fact is longer: state is kept for that long."""

FACTS: tuple[Fact, ...] = (*facts_managed.FACTS, *facts_regulated.FACTS, *facts_heard.FACTS)

BY_NAME: dict[str, Fact] = {fact.name: fact for fact in FACTS}
