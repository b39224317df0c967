"""The forms of a contract: a new one, and each step with choices from its own record. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from services.governance.asking import Unknown
from services.governance.domain.contract import NONE
from services.governance.monitoring import contract_orders
from services.governance.web import steps, words
from services.governance.web.form import Choices, Form
from services.governance.web.form_page import Asked
from services.governance.web.officers import wording

STEPS: Final = steps.of(contract_orders.AnyStep)
TITLES: Final[Mapping[str, str]] = {
    "reviewed": "Record a review",
    "rated": "Rate its risk",
    "breached": "Record a breach",
    "remedied": "Record that clauses are kept again",
    "documents_received": "Record documents that came in",
    "allocated": "Give it to another officer",
    "changed": "Change its terms",
    "ended": "End it",
}
LABELS: Final[Mapping[str, str]] = {
    "kind": "What is there", "commissioner": "Who commissions", "contract_reference": "The commissioner’s own number",
    "allocated_to": "Which role answers for it", "officer": "Monitoring officer, by staff code",
    "rag": "Its risk, as officers rate it", "tier": "Tier of monitoring", "size_band": "Pounds a year",
    "starts_on": "First day", "mid_term_on": "Middle of the term", "ends_on": "Last day", "signed": "Is it signed?",
    "clauses": "Clauses that matter here", "services": "Kinds of service that it covers",
    "documents": "Documents that the provider owes", "documents.name": "Document", "documents.due": "Due",
    "review_due": "To be reviewed by", "next_due": "Next review due", "reviewed_on": "Reviewed on",
    "how": "How it was reviewed", "found_on": "Found on", "ended_on": "Ends on", "because": "Why it ends",
}  # fmt: skip
HINTS: Final[Mapping[str, str]] = {
    "clauses": "One short code a line, such as returns or cqc_copies.",
    "documents.name": "A short code, such as insurance.",
    "mid_term_on": "Leave it empty: it follows from the first and the last day.",
    "review_due": "Leave it empty: a year from now.",
    "next_due": "Leave it empty: a year later, a quarter later at very high risk.",
    "officer": "A staff code such as qm-07, never a name.",
    "found_on": "Leave it empty if it was found today.",
}
SIZES: Final[Choices] = (
    ("under_25k", "Under £25,000"), ("25k_100k", "£25,000 to £100,000"), ("100k_500k", "£100,000 to £500,000"),
    ("500k_1m", "£500,000 to £1 million"), ("1m_5m", "£1 million to £5 million"), ("over_5m", "Over £5 million"),
    ("unknown", "Not known"),
)  # fmt: skip
KINDS: Final[Choices] = (
    ("contract", "A contract"), ("framework", "A framework"), ("spot", "Spot purchase"), ("block", "A block contract"),
    ("grant", "A grant"), (NONE, "There is no contract"),
)  # fmt: skip
NEW: Final = (
    "kind", "commissioner", "allocated_to", "officer", "rag", "tier", "contract_reference", "starts_on", "ends_on",
    "signed", "size_band", "clauses", "documents", "services", "mid_term_on", "review_due",
)  # fmt: skip
CHOICES: Final[Mapping[str, Choices]] = {
    "kind": KINDS, "size_band": SIZES, "allocated_to": wording.roles(),
    "commissioner": (("council", "The council"), ("nhs", "The NHS"), ("joint", "Both")),
    "rag": (("green", "Green"), ("amber", "Amber"), ("red", "Red")),
    "tier": tuple((each, f"Tier {each}") for each in "12345"),
}  # fmt: skip


def new(provider_id: str, name: str) -> Asked:
    """A new contract, or the known lack of one."""
    form = Form(contract_orders.NewContract, labels=LABELS, hints=HINTS, choices=CHOICES, only=NEW)
    says = ("If there is no contract, say so: that is shown too, and somebody answers for it.",)
    return Asked("Register a contract", form, f"/providers/{provider_id}", "Register it", says, name)


def offered(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The steps that this contract may take: name, title."""
    if found["ended_on"] or found.get("elsewhere"):
        return []
    wants = {"breached": found["clauses"], "remedied": found["breached"], "documents_received": found["documents_due"]}
    return [(name, title) for name, title in TITLES.items() if wants.get(name, True)]


def title(found: Mapping[str, Any]) -> str:
    """What kind of contract it is."""
    return dict(KINDS).get(found["kind"], "Contract")


def step(found: Mapping[str, Any], service: str, name: str) -> Asked:
    """One step of a contract with `service`. Raises Unknown."""
    if (asked := STEPS.get(name)) is None:
        raise Unknown("there is no such step")
    owed = [one["name"] for one in found["documents_due"]]
    clauses = found["breached"] if name == "remedied" else found["clauses"] if name == "breached" else ()
    own: dict[str, Choices] = {"clauses": _codes(clauses or ()), "documents": _codes(owed)}
    labels = {"clauses": "Which clauses", "documents": "Which documents"}
    if name == "changed":
        own, labels = {}, {}
    form = Form(
        asked.model, given={"type": name}, labels={**LABELS, **labels}, hints=_hints(found, name),
        choices={**CHOICES, **{key: one for key, one in own.items() if one}},
    )  # fmt: skip
    says = ("What you leave empty stays as it is.",) if name == "changed" else ()
    about = f"{service}: {title(found)}"
    return Asked(TITLES[name], form, f"/contracts/{found['contract_id']}", says=says, about=about)


def _hints(found: Mapping[str, Any], name: str) -> dict[str, str]:
    """What stands now, beside each field that changes it."""
    if name not in ("changed", "allocated", "rated"):
        return dict(HINTS)
    return dict(HINTS) | {
        key: f"Now: {', '.join(_said(key, each) for each in (value if isinstance(value, list) else [value]))}."
        for key, value in found.items()
        if key in LABELS and value not in (None, [], "")
    }


def _said(key: str, value: Any) -> str:
    """A value as the field's own choices say it."""
    found = dict(CHOICES.get(key, ())).get(str(value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return found or (str(value) if key == "officer" else words.value(value))


def _codes(codes: Any) -> Choices:
    return [(code, words.plain(code)) for code in codes]
