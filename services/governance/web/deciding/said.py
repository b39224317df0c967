"""Words of the forms of decisions: labels, hints, and choices whose codes say too little. Pure."""

from collections.abc import Mapping
from typing import Final

from services.governance.domain.authority import BEFORE
from services.governance.web.form import Choices

LABELS: Final[Mapping[str, str]] = {
    "body": "Which body decides?",
    "level": "Which level?",
    "review_by": "Review by",
    "dissent": "Who did not agree?",
    "lead": "Who leads?",
    "scope": "What does it cover?",
    "outcome": "To what end?",
    "kind": "What kind of restriction?",
    "prerequisites": "What has come before",
    "suspension_id": "Which restriction?",
    "notice_id": "Which notice?",
    "clause": "Clause of the contract",
    "remedy_by": "To be remedied by",
    "because": "Why is it served?",
    "grounds": "Grounds",
    "lead_role": "Who leads the process?",
    "police_liaison": "Are the police told already?",
    "lsi_id": "Which process?",
    "step": "Which step was taken?",
    "reference": "Where its record is kept",
    "learning_shared": "Was what was learnt shared?",
    "sar_considered": "Was a safeguarding adults review considered?",
    "to_body": "Before which body?",
    "reason": "Why?",
    "threshold_tool": "Which thresholds were applied?",
    "result": "What came of it?",
    "sg_ref": "Safeguarding reference",
    "provider_seniors": "Were the provider’s senior managers there?",
    "next_by": "Next review by",
    "ends_on": "Ends on",
    "transition_plan": "Is it settled how people are looked after meanwhile?",
    "purpose": "What is the visit for?",
    "announced": "Is it announced?",
    "by_when": "By when?",
    "host_assurance_ref": "Reference of the host’s assurance",
    "audience": "To whom?",
    "event_ids": "What is it about?",
    "evidence": "Evidence it rests on",
    "rationale": "Reason",
    "meeting_id": "Taken at the meeting",
    "item": "Item of its agenda",
    "effective_at": "Counts from",
}
OWN_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "lead_org.agreed": {"scope": "In what?"},
    "lsi.authorised": {"scope": "Is it about the service, or the whole organisation?"},
    "visit.ordered": {"lead": "Who leads the visit?"},
}
HINTS: Final[Mapping[str, str]] = {
    "review_by": "If you leave it out, the policy’s own time counts.",
    "prerequisites": "What the policy may want first. Tick what is on record, and name the events that show it below.",
    "grounds": "What it is about: never a person’s story.",
    "lead_role": "A role, never a name.",
    "reference": "A number or name of the record elsewhere, never what was said.",
    "threshold_tool": "Its short name in small letters, such as local_thresholds.",
    "audience": "A short name in small letters, such as neighbouring_council.",
    "sg_ref": "The reference of the safeguarding record, never what it says.",
    "evidence": "Tick what was weighed. What stands behind the criteria that are met comes first, then the newest."
    " Tick nothing, and it is recorded as resting on what the facts indicate now.",
    "event_ids": "Tick what may, or may not, be told.",
    "rationale": "Kept sealed: who reads it is recorded. Write no person’s name.",
    "meeting_id": "Leave it open if it was taken outside a meeting.",
    "item": "Its number there, if it was on the agenda.",
    "effective_at": "A past day and time, if it did not count from now. Leave it open for now.",
}
PREREQUISITES: Final[Choices] = [
    (code, BEFORE[code].partition(" (among")[0].removeprefix("that ").capitalize())
    for code in ("support_unsuccessful", "unable_or_unwilling", "compliance_concern", "provider_agrees")
]  # fmt: skip
CHOICES: Final[Mapping[str, Choices]] = {
    "lead": [("council", "The council"), ("icb", "The ICB")],
    "because": [
        ("plan_timescales_missed", "Timescales of the improvement plan were missed"),
        ("breach", "A breach of contract"), ("level_response", "The level asks for it"), ("other", "Another reason"),
    ],
}  # fmt: skip
REASONS: Final[Mapping[str, str]] = {
    "a": "Barriers or issues impact on the quality of the service",
    "b": "The service is not improving as expected",
    "c": "Issues cannot be resolved",
    "d": "People or the provider are at significant risk",
    "g": "The provider may fail",
}
"""The letters that stand where a policy names no reasons of its own (CAL-10 a to d; g: rulings 26)."""
ANSWERS: Final[Mapping[str, tuple[str, str, bool]]] = {
    "consent": ("Consent to this decision", "consent", True),
    "refuse_consent": ("Refuse consent", "consent", False),
    "approve": ("Approve this decision", "approval", True),
    "refuse_approval": ("Refuse to approve", "approval", False),
    "ratify": ("Ratify this decision", "ratification", True),
    "refuse_ratification": ("Refuse to ratify", "ratification", False),
}
"""How a decision that waits may be answered: what it is called, what is given, and whether one agrees."""
