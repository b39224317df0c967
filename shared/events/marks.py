"""Marks: how time and policy reach risk in one order with the facts (architecture §3). Their subject is a partition."""

from datetime import date

from pydantic import Field

from shared.events.registry import Data, published


@published(
    "day.closed", topic="ledger", writers=("intake", "governance"), readers=("risk", "governance", "notify"),
    classification="official",
)  # fmt: skip
class DayClosed(Data):
    """Everything this writer recorded before the London midnight that ends `date` lies before this mark."""

    date: date
    """Closes all days up to this one."""
    sources: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Per place the kinds of event heard on the days closed: a count is zero only where its source is alive."""


@published(
    "policy.in_force", topic="ledger", writers=("governance",), readers=("risk", "governance"),
    classification="official",
)  # fmt: skip
class PolicyInForce(Data):
    """From here on this text of `places` counts for its place."""

    place: str
    digest: str


@published(
    "baseline.in_force", topic="ledger", writers=("governance",), readers=("risk", "governance"),
    classification="official",
)  # fmt: skip
class BaselineInForce(Data):
    """From here on this baseline of `places` counts for its place."""

    place: str
    digest: str


@published(
    "shadow.in_force", topic="ledger", writers=("governance",), readers=("risk", "governance"),
    classification="official",
)  # fmt: skip
class ShadowInForce(Data):
    """From here on this text of `places` is judged beside the policy in force at its place."""

    place: str
    digest: str | None = None
    """None: nothing is judged beside it any more."""
