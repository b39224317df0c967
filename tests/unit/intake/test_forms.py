"""Whatever is answered, a form leads to its end, and its answers are a fact that the door takes."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake import normalise
from services.intake.writing import (
    concern_facts,
    concern_form,
    questions,
    return_facts,
    return_fields,
    return_form,
    return_known,
    service_choice,
    submitting,
    voice_form,
)
from services.intake.writing.drafts import Draft, plain
from services.intake.writing.questions import NONE, Option
from shared.events import registry

TODAY, SENT = date(2026, 3, 2), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SERVICES = (Option("prv-0123456789abcdef", "Synthetic House"), Option(NONE, "not listed"))
CONCERN = {
    "danger": "no", "themes": ["q.medicines"], "abuse_types": [NONE], "harm": "none", "could_happen": "none",
    "again": "no", "people": "1", "when": "today", "description": "Synthetic.", "reporter_type": "public",
    "contact": "no",
}  # fmt: skip


def draft(kind, bound=None):
    return Draft(uuid4(), kind, "C-7K3M-9QXF", ["E06000019"], bound or {}, None, "open", SENT, SENT, None, None, 1)


@st.composite
def posts(draw, question, options):
    """What a person may send for a question: often right, sometimes anything."""
    anything = st.text(max_size=40)
    if question.kind in ("radios", "checkboxes"):
        values = st.sampled_from([option.value for option in options or question.options])
        return {question.name: draw(st.lists(values, min_size=1, max_size=3 if question.kind == "checkboxes" else 1))}
    if question.kind == "date":
        day = draw(st.dates(date(1990, 1, 1), date(2030, 1, 1)))
        return {f"{question.name}-{part}": [str(getattr(day, part))] for part in ("day", "month", "year")}
    if question.kind == "number":
        return {question.name: [draw(st.one_of(st.integers(0, 120).map(str), st.just("12.5"), st.just(""), anything))]}
    return {question.name: [draw(st.one_of(st.just("Synthetic words"), st.just(""), anything))]}


def walk(draw, form):
    """Go through a form as people do, page by page, until it is whole; None where a wrong answer ended the patience."""
    answers = {}
    for _ in range(60):
        page = form.unanswered(answers)
        if page is None or page.is_end:
            return form.kept(answers) if page is None else None
        sent = {}
        for each in page.questions:
            sent |= draw(posts(each, SERVICES if each.name == service_choice.SERVICE else ()))
        if page.name == "service":
            told, errors = {service_choice.SERVICE: sent[service_choice.SERVICE][0]}, {}
        else:
            told, errors = questions.read(page, sent, TODAY)
        if errors:
            return None
        answers |= told
    raise AssertionError("the form has no end")


def submission(fact, key=b"k" * 32):
    return normalise.fact(
        fact.type, fact.data, reference=fact.reference, publisher=fact.publisher, digest_key=key,
        attributes={"subject": fact.subject, "time": fact.time.isoformat().replace("+00:00", "Z")},
    )  # fmt: skip


class TestEveryForm:
    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_whatever_the_concern_form_lets_through_is_a_concern(self, data):
        if (answers := walk(data.draw, concern_form.FORM)) is not None:
            it = submission(submitting.concern(draft("concern"), answers, SENT))
            assert it.data["severity"] in ("S1", "S2", "S3", "S4")
            assert it.data["themes"]
            assert it.texts["description"]

    @settings(max_examples=100, deadline=None)
    @given(st.data())
    def test_whatever_the_voice_form_lets_through_is_feedback_or_a_compliment(self, data):
        if (answers := walk(data.draw, voice_form.FORM)) is not None:
            submission(submitting.feedback(draft("feedback"), answers, SENT))

    @pytest.mark.parametrize("kind", sorted(return_fields.RETURNS))
    @settings(max_examples=40, deadline=None)
    @given(service=st.sampled_from(["care_home_nursing", "home_care", "day_opportunities"]), data=st.data())
    def test_whatever_a_return_lets_through_is_one(self, kind, service, data):
        bound = {
            "provider_id": "prv-0123456789abcdef",
            "return_type": kind,
            "period": "2026-03",
            "service_type": service,
        }
        if (answers := walk(data.draw, return_form.form(bound))) is not None:
            it = submission(submitting.returned(draft("returns", bound), answers, SENT))
            assert it.data["return_type"] == kind

    @pytest.mark.parametrize("kind", sorted(return_fields.RETURNS))
    def test_every_field_of_a_return_is_one_of_its_body(self, kind):
        body = {
            "RT-PMR": "Monitoring", "RT-SDP": "Development", "RT-RISK": "Risks", "RT-PERF": "Performance",
            "RT-ASSUR": "Assurance", "RT-BASE": "Baseline",
        }  # fmt: skip
        from shared.events import return_bodies

        names = set(getattr(return_bodies, body[kind]).model_fields)
        assert {name.partition(".")[0] for name in return_fields.fields(kind)} <= names

    @pytest.mark.parametrize("form", [concern_form.FORM, voice_form.FORM], ids=["concern", "voice"])
    def test_names_of_pages_and_questions_are_each_there_once(self, form):
        names = [each.name for page in form.pages for each in page.questions]

        assert len(names) == len(set(names))
        assert len({page.name for page in form.pages}) == len(form.pages)

    def test_every_theme_that_is_offered_is_in_the_vocabulary(self):
        from shared.events import vocabulary

        offered = {option.value for option in (*concern_form.THEMES, *voice_form.THEMES)}
        assert offered <= vocabulary.QUALITY_THEMES
        assert {option.value for option in concern_form.ABUSE} == vocabulary.ABUSE_TYPES | {NONE}
        entry = registry.TYPES["careledger.quality_concern.raised.v1"]
        assert entry.from_partners


class TestSeverity:
    @pytest.mark.parametrize(
        ("changed", "severity"),
        [
            ({}, "S1"),
            ({"again": "yes"}, "S2"),
            ({"again": "unknown"}, "S2"),
            ({"harm": "unknown"}, "S2"),
            ({"could_happen": "unknown"}, "S2"),
            ({"harm": "minor"}, "S2"),
            ({"could_happen": "minor"}, "S2"),
            ({"abuse_types": ["abuse.financial"]}, "S2"),
            ({"could_happen": "serious"}, "S3"),
            ({"harm": "serious"}, "S3"),
            ({"abuse_types": ["abuse.physical"], "people": "2-5"}, "S3"),
            ({"harm": "serious", "abuse_types": ["abuse.neglect"]}, "S4"),
            ({"abuse_types": ["abuse.organisational"]}, "S4"),
            ({"harm": "died"}, "S4"),
            ({"danger": "yes"}, "S4"),
        ],
    )
    def test_plain_answers_mean_a_severity(self, changed, severity):
        assert concern_facts.severity(CONCERN | changed) == severity

    @given(st.data())
    def test_a_worse_answer_never_means_a_lower_severity(self, data):
        scales = {
            "danger": ["no", "yes"], "harm": ["none", "minor", "serious", "died"],
            "could_happen": ["none", "minor", "serious"], "again": ["no", "yes"], "people": ["1", "2-5", "6-10", "11+"],
        }  # fmt: skip
        abuse = data.draw(st.lists(st.sampled_from([option.value for option in concern_form.ABUSE[:-1]]), max_size=3))
        better = {name: data.draw(st.sampled_from(values)) for name, values in scales.items()} | {"abuse_types": abuse}
        name = data.draw(st.sampled_from(sorted(scales)))
        worse = better | {name: data.draw(st.sampled_from(scales[name][scales[name].index(better[name]) :]))}

        assert concern_facts.severity(better) <= concern_facts.severity(worse)
        assert concern_facts.severity(better) <= concern_facts.severity(
            better | {"abuse_types": [*abuse, "abuse.sexual"]}
        )


class TestWords:
    def test_what_is_left_of_a_way_since_left_does_not_count(self):
        answers = CONCERN | {"when": "today", "date": "2026-01-01", "contact": "no", "name": "Synthetic Person"}

        kept = concern_form.FORM.kept(answers)

        assert "date" not in kept
        assert "name" not in kept
        assert concern_facts.reporter(answers) == ""

    def test_a_service_nobody_found_is_named_for_this_report_alone(self):
        answers = {"service": NONE, "service_name": "My  home", "service_area": "Ross"}

        assert service_choice.subject(answers, "C-7K3M-9QXF") == "named:My home, Ross [C-7K3M-9QXF]"

    @pytest.mark.parametrize("typed", ["7k3m-9qxf", "7K3M 9QXF", " 7K3M9QXF", "7K3M–9QXF"])
    def test_a_code_is_the_same_however_it_is_typed(self, typed):
        assert plain(typed) == "7K3M9QXF"
        assert plain("OIL0") == "0110"

    def test_figures_of_the_tracker_count_for_the_periods_that_they_cover(self):
        def event(period):
            body = {"kind": "RT-CT", "occupied": 31}
            return {"type": return_known.SUBMITTED, "data": {"return_type": "RT-CT", "period": period, "body": body}}

        bound = {"return_type": "RT-PMR", "period": "2026-03"}

        assert "occupied_beds" not in return_known.known(bound, {}, [event("2026-02")])
        assert return_known.known(bound, {}, [event("2026-03"), event("2026-04")])["occupied_beds"]["value"] == "31"

    def test_a_return_says_its_day_and_its_period(self):
        bound = {"return_type": "RT-RISK", "period": "2026-04", "service_type": "home_care", "provider_id": "prv-1"}
        answers = {"how": "form", "areas.finance.likelihood": "4", "areas.finance.impact": "5", "comments": ""}

        assert return_facts.data(bound, answers, SENT) == {
            "return_type": "RT-RISK", "period": "2026-04", "submitted_on": "2026-03-02",
            "body": {"kind": "RT-RISK", "areas": [{"area": "finance", "likelihood": 4, "impact": 5}]},
        }  # fmt: skip
