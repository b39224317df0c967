"""Go-live: what stood before the first event, from a spreadsheet, labelled everywhere, alarming nobody (rulings 30)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.decisions import Scope, SuspensionKind
from shared.events.registry import STEWARDS, Data, published

Scale = Literal["level", "rag", "rag-new", "rag-existing", "tier", "pamms-priority"]


class Restriction(Data):
    """A restriction that is in place, with its true start: its clock runs from there (HER-L3.g)."""

    suspension_id: words.Reference
    kind: SuspensionKind
    scope: Scope = "new_admissions"
    since: date


class Notice(Data):
    """A default notice that is neither satisfied nor withdrawn."""

    notice_id: words.Reference
    served_on: date
    remedy_by: date | None = None


class OpenAction(Data):
    """An action of a plan that is still to be done."""

    action_id: words.Reference
    due: date
    theme: words.Theme | None = None
    significant: bool = True


class OpenPlan(Data):
    """An improvement plan under way."""

    plan_id: words.Reference
    agreed_on: date
    due: date | None = None
    extended: bool = False
    actions: tuple[OpenAction, ...] = Field((), max_length=200)


@published(
    "carried_over.recorded", topic="ledger", writers=("intake",), readers=("risk", "governance"), senders=STEWARDS,
    basis="carried-over",
)  # fmt: skip
class CarriedOverRecorded(Data):
    """What stood for this provider on the day of going live, as the council's own records say."""

    as_at: date
    levels: dict[Scale, words.Word] = Field(default_factory=dict, max_length=6)
    """By scale: the level that people had confirmed."""
    level_since: date | None = None
    restrictions: tuple[Restriction, ...] = Field((), max_length=20)
    default_notices: tuple[Notice, ...] = Field((), max_length=20)
    plans: tuple[OpenPlan, ...] = Field((), max_length=20)
    last_contact: date | None = None
    record: words.Reference | None = None
    """Where the council's own record is (a row of its spreadsheet)."""
