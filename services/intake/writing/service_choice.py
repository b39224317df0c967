"""Which service a form is about: found in the register, or kept in the person's words for a steward to find (pure)."""

from services.intake.writing.questions import NONE, Answers, Page, Question, text

LOOKED_FOR, SERVICE, NAME, AREA = "looked_for", "service", "service_name", "service_area"
MOST_NAME, MOST_AREA = 50, 25
NAMED = "named"
"""The scheme of a service that nobody has found yet: `named:Rose Villa, Ross [C-7K3M-9QXF]`."""


def _is_not_found(answers: Answers) -> bool:
    return text(answers, SERVICE) == NONE


PAGES = (
    Page(
        "find-service",
        "Which care service is it?",
        (
            Question(
                LOOKED_FOR,
                "Which care service is it?",
                missing="Enter the name of the service, its town or its postcode",
                hint="Part of its name will do, or its postcode. If you do not know it, write what you know.",
                most=100,
                short="The service",
            ),
        ),
    ),
    Page(
        "service",
        "Select the service",
        (Question(SERVICE, "Select the service", "radios", "Select the service, or that it is not in this list"),),
    ),
    Page(
        "other-service",
        "Tell us which service you mean",
        (
            Question(
                NAME, "Name of the service, or what you know of it", most=MOST_NAME, missing="Enter what you know"
            ),
            Question(AREA, "Town or postcode (optional)", most=MOST_AREA),
        ),
        says=("Somebody will find out which service it is. Please write no names of people here.",),
        asked=_is_not_found,
    ),
)


def subject(answers: Answers, reference: str) -> str:
    """The provider as an event names it. The reference makes words like `my home` this one report's alone."""
    if not _is_not_found(answers):
        return text(answers, SERVICE)
    known = ", ".join(part for name in (NAME, AREA) if (part := " ".join(text(answers, name).split())))
    return f"{NAMED}:{known} [{reference}]"


def named(answers: Answers) -> str:
    """What was typed of a service that was not found."""
    return ", ".join(part for name in (NAME, AREA) if (part := text(answers, name)))
