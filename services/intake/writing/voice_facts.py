"""What the answers of the voice form mean in the words of the ledger (pure)."""

from typing import Any

from services.intake.writing import voice_form
from services.intake.writing.questions import Answers, chosen, text

PUBLISHER = "voices"
"""Everybody who uses the form: it does not ask who they are."""
FEEDBACK, COMPLIMENT = "feedback.received", "compliment.received"


def kind(answers: Answers) -> str:
    """A compliment, or feedback."""
    return COMPLIMENT if text(answers, "told") == voice_form.PRAISE else FEEDBACK


def may_be_shared(answers: Answers) -> bool:
    """Whether the service may see the words."""
    return text(answers, "consent") == "yes"


def data(answers: Answers, reference: str) -> dict[str, Any]:
    """The fact's data, its text in clear."""
    said: dict[str, Any] = {
        "themes": chosen(answers, "themes"),
        "consent_to_share": may_be_shared(answers),
    }
    if comment := text(answers, "comment"):
        said["comment"] = comment
    if kind(answers) == FEEDBACK:
        said |= {
            "feedback_id": reference,
            "voice": text(answers, "voice"),
            "sentiment": text(answers, "sentiment"),
            "method": "form",
        }
    return said
