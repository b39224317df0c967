"""The voice form: what people who use care, their families, advocates and staff say, in easy words (pure)."""

from services.intake.writing import service_choice
from services.intake.writing.questions import Answers, Form, Option, Page, Question, text

KIND = "feedback"
PRAISE, OPINION, WORRY = "praise", "opinion", "worry"

VOICES = (
    Option("person", "I get care from the service"),
    Option("family", "I am family, or a friend"),
    Option("carer", "I look after somebody, unpaid"),
    Option("advocate", "I speak for somebody: an advocate"),
    Option("staff", "I work there"),
    Option("visitor", "I visit the service"),
    Option("other", "Somebody else"),
)
FEELINGS = (
    Option("positive", "Good"),
    Option("neutral", "Sometimes good, sometimes not"),
    Option("negative", "Not good"),
)
THEMES = (
    Option("q.dignity", "How kind the staff are"),
    Option("q.lived_experience", "Things to do"),
    Option("q.nutrition_hydration", "Food and drink"),
    Option("q.choice_control", "Choosing for myself"),
    Option("q.communication", "Being listened to"),
    Option("q.care_planning", "Getting the help I need"),
    Option("q.health_access", "Seeing a doctor, nurse or dentist"),
    Option("q.medicines", "Medicines"),
    Option("q.staffing_levels", "Enough staff"),
    Option("q.training_supervision", "Staff who know what to do"),
    Option("q.homecare_delivery", "Visits at my home"),
    Option("q.environment", "The building and the rooms"),
    Option("q.ipc", "How clean it is"),
    Option("q.equality", "Being treated fairly"),
    Option("q.complaints", "What happens when I complain"),
    Option("q.leadership", "The manager"),
    Option("q.unclassified", "Something else"),
)


def _is_opinion(answers: Answers) -> bool:
    return text(answers, "told") == OPINION


def _is_worry(answers: Answers) -> bool:
    return text(answers, "told") == WORRY


def _one(name: str, label: str, options: tuple[Option, ...], missing: str, hint: str = "") -> Question:
    return Question(name, label, "radios", missing, hint, options)


_TOLD = "What do you want to tell us?"
_MAY_SEE = "May the service see your words?"
_WORDS = "Tell us in your own words (optional)"
_KINDS = (
    Option(PRAISE, "Thank you", "Something was good"),
    Option(OPINION, "What the care is like"),
    Option(WORRY, "I am worried", "Somebody could be hurt, or is treated badly"),
)
_CONSENT = (Option("yes", "Yes, the service can see my words"), Option("no", "No, only the council and its partners"))

FORM = Form(
    KIND,
    "Tell us about care",
    (
        Page("told", _TOLD, (_one("told", _TOLD, _KINDS, "Select one"),)),
        Page(
            "worried",
            "Please tell us on the other form",
            says=("That form asks about harm and danger. It goes to the people who can act at once.",),
            warns="If somebody is in danger now, call 999.",
            link=("Tell us what worries you", "/concern"),
            is_end=True,
            asked=_is_worry,
        ),
        *service_choice.PAGES,
        Page("you", "Who are you?", (_one("voice", "Who are you?", VOICES, "Select who you are"),)),
        Page(
            "feeling",
            "How is the care?",
            (_one("sentiment", "How is the care?", FEELINGS, "Select how the care is"),),
            asked=_is_opinion,
        ),
        Page(
            "about",
            "What is it about?",
            (
                Question(
                    "themes", "What is it about?", "checkboxes", "Select what it is about, or “Something else”",
                    "Select all that you want.", THEMES,
                ),
            ),
        ),
        Page(
            "words",
            _WORDS,
            (
                Question(
                    "comment", _WORDS, "textarea", hint="Please leave out names of people.", most=5_000,
                    short="Your words",
                ),
            ),
        ),
        Page(
            "sharing",
            _MAY_SEE,
            (
                _one(
                    "consent", _MAY_SEE, _CONSENT, "Select yes if the service may see your words",
                    "We do not ask your name. Nobody is told who you are.",
                ),
            ),
        ),
    ),
)  # fmt: skip
