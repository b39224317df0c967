"""The concern form: what it asks, in plain words (pure). What the answers mean is in `concern_facts`."""

from collections.abc import Callable

from services.intake.writing import questions, service_choice
from services.intake.writing.questions import NONE, Answers, Option, Page, Question, text

KIND = "concern"
NOT_SAID, WORKER = "not_said", "care_worker"
MOST_TEXT = 10_000

THEMES = (
    Option("q.dignity", "People are not treated with kindness or respect"),
    Option("q.care_planning", "Care does not fit what the person needs"),
    Option("q.medicines", "Medicines: wrong, late or missed"),
    Option("q.falls_moving", "Falls, or being moved unsafely"),
    Option("q.skin_pressure", "Sore skin, pressure sores or wounds"),
    Option("q.nutrition_hydration", "Food and drink"),
    Option("q.ipc", "Cleanliness or infection"),
    Option("q.staffing_levels", "Not enough staff"),
    Option("q.training_supervision", "Staff who do not know what to do"),
    Option("q.recruitment", "Who is employed, and how they are checked"),
    Option("q.homecare_delivery", "Visits at home: missed, late or too short"),
    Option("q.health_access", "Not getting a doctor, nurse or dentist when needed"),
    Option("q.choice_control", "Choice: visits, money, when to get up, going out"),
    Option("q.consent_mca", "Things done without asking the person"),
    Option("q.lived_experience", "Nothing to do, or being lonely"),
    Option("q.eol", "Care at the end of life"),
    Option("q.communication", "Not being told, or not being understood"),
    Option("q.equality", "Unfair treatment because of who someone is"),
    Option("q.environment", "The building, equipment or fire safety"),
    Option("q.complaints", "Complaints that are not listened to"),
    Option("q.whistleblow_culture", "Staff are afraid to speak up"),
    Option("q.safeguarding_system", "Harm is not noticed or not reported"),
    Option("q.leadership", "The manager, or no manager"),
    Option("q.records_info", "Records, or private information"),
    Option("q.transport_transfer", "Leaving hospital, or moving between services"),
    Option("q.unclassified", "Something else"),
)
ABUSE = (
    Option("abuse.physical", "Physical abuse", "Such as hitting, rough handling, tying down, wrong use of medicines"),
    Option("abuse.neglect", "Neglect", "Such as not giving food, care, medicines or medical help"),
    Option("abuse.psychological", "Emotional abuse", "Such as threats, shouting, humiliation, being kept alone"),
    Option("abuse.sexual", "Sexual abuse"),
    Option("abuse.financial", "Financial abuse", "Such as theft, fraud, pressure about money or a will"),
    Option("abuse.discriminatory", "Abuse because of who someone is", "Such as race, disability, faith or sexuality"),
    Option("abuse.organisational", "Poor care across the service", "Such as routines that harm or neglect people"),
    Option("abuse.domestic", "Domestic abuse"),
    Option("abuse.modern_slavery", "Modern slavery", "Such as forced work"),
    Option("abuse.self_neglect", "A person does not look after themselves"),
    Option(NONE, "No, none of these"),
)
REPORTERS = (
    Option("person_using_service", "I use the service"),
    Option("family", "I am family, or a friend"),
    Option(WORKER, "I work there, or did"),
    Option("health_professional", "I work in health: a nurse, doctor, therapist, ambulance"),
    Option("social_care_professional", "I work in social care, for a council, or as an advocate"),
    Option("other_professional", "I work for another organisation: police, fire, voluntary"),
    Option("public", "Somebody else"),
    Option(NOT_SAID, "I prefer not to say"),
)
PROFESSIONALS = frozenset({"health_professional", "social_care_professional", "other_professional"})
_UNKNOWN = Option("unknown", "I do not know")
_HARM = (
    Option("none", "Nobody has been harmed, as far as I know"),
    Option("minor", "Somebody was upset or slightly hurt, and is better now"),
    Option("serious", "Somebody was seriously hurt, became very unwell, or needed hospital"),
    Option("died", "Somebody has died"),
    _UNKNOWN,
)
_COULD = (
    Option("none", "It is unlikely that somebody will be harmed"),
    Option("minor", "Somebody could be upset or slightly hurt"),
    Option("serious", "Somebody could be seriously hurt or become very unwell"),
    _UNKNOWN,
)
_PEOPLE = (
    Option("0", "Nobody yet"), Option("1", "One person"), Option("2-5", "2 to 5 people"),
    Option("6-10", "6 to 10 people"), Option("11+", "More than 10 people"), _UNKNOWN,
)  # fmt: skip
_YES_NO = (Option("yes", "Yes"), Option("no", "No"), _UNKNOWN)


def _is(name: str, *values: str) -> Callable[[Answers], bool]:
    return lambda answers: text(answers, name) in values


def _one(name: str, label: str, options: tuple[Option, ...], missing: str, hint: str = "") -> Page:
    question = Question(name, label, "radios", missing, hint, options)
    return Page(name.replace("_", "-"), label, (question,))


FORM = questions.Form(
    KIND,
    "Report a concern about a care service",
    (
        _one("danger", "Is somebody in danger, or badly hurt or ill, right now?", _YES_NO, "Select yes if somebody is in danger now"),  # noqa: E501
        Page(
            "call-999",
            "Call 999 now",
            says=(
                "Ask for the police or an ambulance. Do that before you go on with this form.",
                "If you cannot speak, call 999 from a mobile telephone and press 55 when asked.",
                "When you have called, please tell us here what happened.",
            ),
            warns="This form is not an emergency service. Nobody reads it within minutes.",
            asked=_is("danger", "yes"),
        ),
        *service_choice.PAGES,
        Page(
            "what-happened",
            "What are you worried about?",
            (
                Question(
                    "description", "What are you worried about?", "textarea", "Tell us what you are worried about",
                    "Tell us what you saw or heard, and where. You do not need proof. Please leave out full names,"
                    " dates of birth and NHS numbers: write “a resident” or “a carer”.", most=MOST_TEXT,
                    short="What you are worried about",
                ),
            ),
        ),
        Page(
            "about",
            "What is it about?",
            (
                Question(
                    "themes", "What is it about?", "checkboxes", "Select what it is about, or “Something else”",
                    "Select all that apply.", THEMES,
                ),
            ),
        ),
        Page(
            "abuse",
            "Could somebody have been abused or neglected?",
            (
                Question(
                    "abuse_types", "Could somebody have been abused or neglected?", "checkboxes",
                    "Select what could have happened, or “No, none of these”",
                    "Select all that could apply. You do not have to be sure. The safeguarding team is told at once.",
                    ABUSE,
                ),
            ),
        ),
        _one("harm", "Has somebody been harmed?", _HARM, "Select whether somebody has been harmed"),
        _one("could_happen", "What could happen if nothing changes?", _COULD, "Select what could happen"),
        _one("again", "Has it happened more than once?", _YES_NO, "Select yes if it has happened more than once"),
        _one("people", "How many people does it affect?", _PEOPLE, "Select how many people it affects", "Your best guess will do."),  # noqa: E501
        _one(
            "when", "When did it happen?",
            (Option("today", "Today"), Option("date", "On another day that I can name"),
             Option("going_on", "It is still going on"), _UNKNOWN),
            "Select when it happened",
        ),
        Page(
            "when-date",
            "What day was it?",
            (
                Question(
                    "date", "What day was it?", "date", "Enter the day",
                    "For example, 27 3 2026. The nearest day that you know will do.", short="The day",
                ),
            ),
            asked=_is("when", "date"),
        ),
        Page(
            "already-done",
            "What has been done about it already? (optional)",
            (
                Question(
                    "immediate_action", "What has been done about it already? (optional)", "textarea",
                    hint="For example, you spoke to the manager, or called a doctor.", most=MOST_TEXT,
                    short="What has been done",
                ),
            ),
        ),
        _one("reporter_type", "Who are you?", REPORTERS, "Select who you are, or that you prefer not to say"),
        _one(
            "contact", "May we contact you?",
            (Option("yes", "Yes, you may ask me questions"), Option("no", "No, I want to stay anonymous")),
            "Select yes if we may contact you",
            "Your name is kept apart from what you tell us. Only a named safeguarding lead can see it, and each look is"
            " recorded. The service is not told who you are.",
        ),
        Page(
            "your-details",
            "How can we reach you?",
            (
                Question(
                    "name", "Your name", missing="Enter your name", most=100, autocomplete="name", is_personal=True
                ),
                Question(
                    "email", "E-mail address (optional)", most=200, email=True, autocomplete="email", is_personal=True
                ),
                Question("telephone", "Telephone number (optional)", most=30, autocomplete="tel", is_personal=True),
            ),
            asked=_is("contact", "yes"),
        ),
        Page(
            "your-reference",
            "Do you have a reference of your own for this? (optional)",
            (
                Question(
                    "own_reference", "Do you have a reference of your own for this? (optional)", most=100,
                    hint="Such as an incident number. If you e-mail us about it too, we can see that it is the same.",
                    short="Your reference",
                ),
            ),
            asked=_is("reporter_type", *PROFESSIONALS),
        ),
    ),
)  # fmt: skip
