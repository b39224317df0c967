"""How one body brings a provider before another, who may be told, and which reports go where (read by governance)."""

from pydantic import Field

from shared.policies.section import Clause, Limit


class Reason(Clause):
    """A reason for which a provider may be brought before the other body."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")


class Referral(Clause):
    """One body brings a provider before another. A recommendation or a proposal, never a decision."""

    by: tuple[str, ...] = ()
    """Bodies. Empty: any."""
    roles: tuple[str, ...] = ()
    """Who may do it alone. Empty: the body."""
    to: str
    reasons: tuple[Reason, ...] = ()
    within: Limit | None = None
    """How soon it must be there. `{minutes: 0}`: the same minute."""


class Report(Clause):
    """A standing report."""

    name: str
    by: str | None = None
    """The body that gives it."""
    to: tuple[str, ...] = Field(min_length=1)
    """Who receives it: bodies of the policy, or groups by their names."""
    every: Limit | None = None
    """None: on demand."""


class Sharing(Clause):
    """How far information may go."""

    system: tuple[str, ...] = ()
    """Organisations inside of which it is shared freely. Empty: nothing is said."""
    outside: bool
    """Whether it may go outside without an agreement."""
    opened_by: tuple[str, ...] = ()
    """Decisions by which it may."""
