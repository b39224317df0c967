"""Locations as CQC's API gives them, and its commentary: quirks on records of our own, then the files themselves."""

from collections import Counter
from pathlib import Path

import pytest

from services.intake.feeds import cqc_commentary, cqc_locations, lines
from services.intake.feeds.reading import UnusableFile

DATA = Path(__file__).parents[4] / "shared" / "data" / "cqc"
OLDHAM, COMMENTARY = DATA / "api_locations_oldham_2025-03.jsonl.gz", DATA / "saf_commentary_oldham_2024.jsonl.gz"
needs_data = pytest.mark.skipif(not OLDHAM.exists(), reason=f"THE REAL CQC FILES ARE NOT THERE: {OLDHAM}")
PLACE = "E08000004"


def record(id_="1-111111111", **more):
    usual = {
        "locationId": id_, "name": "Synthetic House", "type": "Social Care Org", "localAuthority": "Oldham",
        "registrationStatus": "Registered", "registrationDate": "2015-01-01", "relationships": [],
    }  # fmt: skip
    return usual | more


def ended(id_, day="2020-01-31", **more):
    return record(id_, registrationStatus="Deregistered", deregistrationDate=day, **more)


def related(*pairs):
    return [{"type": f"HSCA {kind}", "relatedLocationId": id_, "reason": "New Provider"} for kind, id_ in pairs]


def read(*records, **more):
    return cqc_locations.reading(records, PLACE, **more)


def rated(word, day="2021-05-03", **more):
    return {"overall": {"rating": word} | ({"reportDate": day} if day else {}) | more}


class TestServices:
    def test_what_the_register_is_told_and_nothing_that_is_not_there(self):
        (said,) = read(record(
            numberOfBeds=22, brandName="BRAND Synthetic Group", postalCode="OL9 6LD", providerId="1-101",
            odsCode="VZZZ1", uprn="100", gacServiceTypes=[{"name": "Homecare agencies"}, {"name": "Nursing homes"}],
        )).said  # fmt: skip

        assert said.service.facts == {
            "name": "Synthetic House", "service_type": "care_home_nursing", "beds": 22, "brand": "Synthetic Group",
            "postcode": "OL9 6LD", "organisation_ids": {"cqc_provider_id": "1-101"}, "commissioning": "none",
        }  # fmt: skip
        assert said.service.aliases == {"cqc_location_id": "1-111111111", "ods_site_code": "VZZZ1", "uprn": "100"}
        assert (said.place, said.service.closed) == (PLACE, None)
        assert read(record()).said[0].service.facts.keys() == {"name", "service_type", "commissioning"}

    def test_a_number_that_two_services_share_names_neither(self):
        one, two = read(record(uprn="100"), record("1-222222222", uprn="100", odsCode="VZZZ1")).said

        assert "uprn" not in one.service.aliases
        assert two.service.aliases == {"cqc_location_id": "1-222222222", "ods_site_code": "VZZZ1"}

    def test_other_sectors_and_councils_and_what_is_no_location_are_left_out(self):
        reading = read(
            record(), record("1-2", type="Primary Dental Care"), record("1-3", localAuthority="Bury"), record(), {},
            council="Oldham",
        )  # fmt: skip

        assert len(reading.said) == 1
        assert reading.reasons == {
            "not adult social care: Primary Dental Care": 1, "another local authority": 1,
            "the same location twice": 1, "no location: it has no id or no name": 1,
        }  # fmt: skip

    def test_no_name_of_a_person_is_read(self):
        contact = {"personFamilyName": "Nobody", "personGivenName": "Synthetic", "personRoles": ["Registered Manager"]}

        reading = read(record(regulatedActivities=[{"name": "Personal care", "contacts": [contact]}]))

        assert "Nobody" not in repr(reading)

    def test_an_absent_manager_is_told_and_one_who_is_not_absent_is_there(self):
        away, there = read(record(registeredManagerAbsentDate="2025-03-13"), record("1-2")).said

        assert [(fact.kind, fact.data) for fact in away.facts] == [
            ("registry.manager.changed", {"status": "absent", "since": "2025-03-13"})
        ]
        assert (away.manager_is_there, there.manager_is_there) == (False, True)


class TestRegistrations:
    def test_a_service_goes_on_under_its_newest_registration(self):
        reading = read(
            ended("1-1", relationships=related(("Successor", "1-2")), currentRatings=rated("Inadequate")),
            ended("1-2", relationships=related(("Predecessor", "1-1"), ("Successor", "1-3"))),
            record("1-3", relationships=related(("Predecessor", "1-2"))),
        )

        service, earlier = reading.said
        assert (service.subject, service.service.former, service.rows) == ("cqc:1-3", ("1-1", "1-2"), (3, 1, 2))
        assert service.service.closed is None
        assert (earlier.subject, earlier.service, earlier.facts[0].data["overall"]) == ("cqc:1-1", None, "inadequate")

    def test_one_that_was_split_goes_on_as_the_first_of_its_heirs(self):
        heir = related(("Predecessor", "1-1"))
        reading = read(
            ended("1-1"), record("1-3", relationships=heir, registrationDate="2021-01-01"),
            record("1-2", relationships=heir, registrationDate="2020-01-01"),
        )  # fmt: skip

        assert {said.subject: said.service.former for said in reading.said} == {"cqc:1-2": ("1-1",), "cqc:1-3": ()}

    def test_two_that_name_each_other_are_two(self):
        reading = read(
            record("1-1", relationships=related(("Predecessor", "1-2"))),
            record("1-2", relationships=related(("Predecessor", "1-1"))),
        )

        assert sorted(row for said in reading.said for row in said.rows) == [1, 2]

    @pytest.mark.parametrize(("closed_too", "add"), [(False, False), (True, True)])
    def test_an_ended_one_ends_what_is_known_and_is_new_only_if_asked_for(self, closed_too, add):
        (said,) = read(ended("1-1"), closed_too=closed_too).said

        assert (said.service.add, str(said.service.closed.closed_on)) == (add, "2020-01-31")


class TestRatings:
    def facts(self, **more):
        return [fact.data for fact in read(record(**more)).said[0].facts]

    def test_current_and_earlier_ones_each_on_their_day(self):
        questions = [{"name": "Well-led", "rating": "Requires improvement", "reportDate": "2021-05-03"}]
        found = self.facts(
            currentRatings=rated("Good", keyQuestionRatings=questions, reportLinkId="r-2"),
            historicRatings=[rated("Inadequate", None) | {"reportDate": "2016-03-17", "organisationId": "1-9"}],
        )

        assert [(fact["report_date"], fact["overall"], fact["inherited"]) for fact in found] == [
            ("2016-03-17", "inadequate", True), ("2021-05-03", "good", False),
        ]  # fmt: skip
        assert (found[1]["well_led"], found[1]["report_link_id"], "safe" in found[1]) == (
            "requires_improvement", "r-2", False,
        )  # fmt: skip

    def test_an_inspection_that_gave_no_rating_leaves_the_one_before_it(self):
        reading = read(record(
            currentRatings=rated("Good"),
            historicRatings=[rated("Inspected but not rated", None) | {"reportDate": "2022-03-03"}],
        ))  # fmt: skip

        assert [fact.data["overall"] for fact in reading.said[0].facts] == ["good"]
        assert reading.reasons == {"inspected but not rated: the rating before it stands": 1}

    def test_no_rating_without_a_day(self):
        reading = read(record(currentRatings=rated("No published rating", None)))

        assert reading.said[0].facts == ()
        assert reading.reasons == {"no rating published (No published rating, no date)": 1}

    def test_a_rating_of_the_newer_framework_is_one_too(self):
        newer = {"assessmentPlanPublishedDateTime": "2024-09-17 15:19:48", "ratings": {"asgRatings": [
            {"rating": "Requires improvement", "keyQuestionRatings": [{"name": "Safe", "rating": "Good"}]},
        ]}}  # fmt: skip

        (fact,) = self.facts(currentRatings=None, assessment=[newer])

        assert (fact["overall"], fact["safe"], fact["report_date"]) == ("requires_improvement", "good", "2024-09-17")


TEXT = {
    "locationId": "1-1", "inspectionDirectorate": "Adult social care", "assessmentPlanId": "AP1", "level": "evidence",
    "keyQuestion": "Well-led", "keyQuestionRating": "Good", "asgRating": "Requires improvement", "date": "2024-09-05",
    "text": "People were safe.",
}  # fmt: skip


class TestCommentary:
    def test_it_says_what_it_is_of_and_nothing_counts(self):
        (said,) = cqc_commentary.reading([TEXT]).said

        (fact,) = said.facts
        assert (fact.kind, fact.data["key_question"], fact.data["rating"]) == (
            "cqc_commentary.published", "well_led", "Good",
        )  # fmt: skip
        assert "overall" not in fact.data
        assert said.service is None

    @pytest.mark.parametrize(
        "lost", [{"text": " "}, {"date": "soon"}, {"text": None}, {"inspectionDirectorate": "Hospitals"}]
    )
    def test_what_says_nothing_is_left_out(self, lost):
        reading = cqc_commentary.reading([TEXT | lost])

        assert (len(reading.said), len(reading.left_out)) == (0, 1)

    def test_a_report_is_kept_as_far_as_a_text_goes(self):
        (fact,) = read(record(currentRatings=rated("Good", reportLinkId="r-1"))).said[0].facts

        written = cqc_commentary.report(fact, "x" * 50_000)

        assert (written.data["assessment_id"], len(written.data["text"])) == ("r-1", 20_000)
        assert written.data["text"].endswith("CQC has it whole.")
        assert cqc_commentary.report(fact, " \n") is None


@pytest.mark.parametrize("content", [b"{}\n[]\n", b"{", b"\x1f\x8bnot gzip", b"\xff\n"])
def test_what_is_no_json_lines_is_refused(tmp_path, content):
    file = tmp_path / "locations"
    file.write_bytes(content)

    with pytest.raises(UnusableFile):
        list(lines.read(file))


@needs_data
def test_every_location_of_oldham_is_accounted_for():
    reading = read(*lines.read(OLDHAM), council="Oldham")

    assert reading.rows == 451
    assert set(reading.accounted()) == set(range(1, 452))
    services = [said.service for said in reading.said if said.service]
    assert Counter(service.add for service in services) == {True: 106, False: 64}
    assert sum(bool(service.former) for service in services if service.add) == 27
    words = Counter(fact.data["overall"] for said in reading.said for fact in said.facts if "overall" in fact.data)
    assert sum(words.values()) == 271
    assert words["no_rating"] == 0


@needs_data
def test_every_commentary_of_adult_social_care_is_a_fact():
    reading = cqc_commentary.reading(lines.read(COMMENTARY))

    assert (reading.rows, len(reading.said)) == (92, 72)
    assert sorted(reading.accounted()) == list(range(1, 93))
    assert len({said.facts[0].reference for said in reading.said}) == 72
