"""CQC's tables: each quirk of the real files, first on rows of our own, then on the files themselves."""

import gzip
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.feeds import cqc_ratings, table
from shared import councils
from shared.events.cqc import CqcRatingPublished

DATA = Path(__file__).parents[4] / "shared" / "data" / "cqc"
ENGLAND, LINCOLNSHIRE = DATA / "latest_ratings_england_2021-02.csv.gz", DATA / "latest_ratings_lincolnshire_2026-06.csv"
needs_data = pytest.mark.skipif(not ENGLAND.exists(), reason=f"THE REAL CQC FILES ARE NOT THERE: {DATA}")
RATINGS = ("outstanding", "good", "requires_improvement", "inadequate")


def row(location="1-111111111", rating="Good", published="13/02/2026", group="Overall", domain="Overall", **more):
    return {
        "locationid": location, "locationname": "Synthetic House", "locationtype": "Social Care Org",
        "locationprimaryinspectioncategory": "Residential social care", "locationlocalauthority": "Nowhere",
        "servicepopulationgroup": group, "domain": domain, "latestrating": rating, "publicationdate": published,
        "inheritedratingyn": "N", "providername": "Synthetic Care",
    } | more  # fmt: skip


def read(*rows, council="Nowhere", said=None):
    return cqc_ratings.reading(rows, council=council, place="X00000009", said=said)


def ratings(reading):
    return [CqcRatingPublished.model_validate(fact.data) for said in reading.said for fact in said.facts]


def only(*rows, **how):
    (fact,) = ratings(read(*rows, **how))
    return fact


class TestRatings:
    @pytest.mark.parametrize(
        ("word", "rating"),
        [
            ("Good", "good"), ("Requires improvement", "requires_improvement"),
            ("Requires Improvement", "requires_improvement"), ("INADEQUATE", "inadequate"),
            ("Outstanding", "outstanding"),
            *((word, "no_rating") for word in (
                "Not Rated", "Regulations met", "Not applicable", "No published rating", "Inspected but not rated",
                "Insufficient evidence to rate", "Goodish", "",
            )),
        ],
    )  # fmt: skip
    def test_only_the_four_are_ratings_whatever_their_capitals(self, word, rating):
        fact = only(row(rating=word))

        assert (fact.overall, fact.as_published) == (rating, word)

    @given(st.text(max_size=30))
    def test_nothing_but_good_is_good(self, word):
        assert (only(row(rating=word)).overall == "good") is (word.lower() == "good")

    def test_key_questions_that_the_file_lacks_stay_absent(self):
        fact = only(row(), row(domain="Safe", rating="Inadequate", published="01/02/2026"), row(domain="Well-led"))

        assert (fact.safe, fact.well_led, fact.caring) == ("inadequate", "good", None)
        assert fact.report_date == date(2026, 2, 13)

    def test_each_service_group_is_a_fact_of_its_own(self):
        reading = read(row(), row(group="Homecare", rating="Inadequate"))

        facts = {fact.service_group: fact.overall for fact in ratings(reading)}
        assert facts == {"location": "good", "Homecare": "inadequate"}

    def test_a_location_not_rated_keeps_its_rated_groups_and_says_what_was_left_out(self):
        unrated = [row(domain=domain, rating="Not Rated", published="") for domain in ("Overall", "Safe")]

        reading = read(*unrated, row(group="Homecare"))

        assert [fact.service_group for fact in ratings(reading)] == ["Homecare"]
        assert reading.reasons == {"no rating published for the location (Not Rated, no date)": 2}

    def test_an_inherited_rating_says_so(self):
        assert only(row(inheritedratingyn="Y")).inherited is True

    def test_of_two_rows_with_one_key_the_newer_counts_and_on_one_day_the_worse(self):
        newer = only(row(published="13/02/2020", rating="Inadequate"), row(rating="Good"))
        worse = read(row(rating="Inadequate"), row(rating="Good"))

        assert newer.overall == "good"
        assert ratings(worse)[0].overall == "inadequate"
        assert [each.row for each in worse.left_out] == [3]


class TestReferences:
    def test_the_same_rows_in_any_order_are_the_same_fact_and_a_changed_row_another(self):
        rows = [row(), row(domain="Safe"), row(domain="Caring")]

        (one,) = read(*rows).said[0].facts
        (two,) = read(*reversed(rows)).said[0].facts
        (other,) = read(*rows[:2], row(domain="Caring", rating="Inadequate")).said[0].facts

        assert one.reference == two.reference
        assert one.reference != other.reference


class TestWhatIsKept:
    def test_other_councils_and_other_sectors_are_left_out_and_counted(self):
        reading = read(row(), row(locationlocalauthority="Elsewhere"), row(locationtype="Primary Medical Services"))

        assert (len(reading.said), reading.rows) == (1, 3)
        assert reading.reasons == {"another local authority": 1, "not adult social care: Primary Medical Services": 1}

    @pytest.mark.parametrize("council", ["Herefordshire", "herefordshire, county of", "Herefordshire, County of"])
    def test_a_council_is_found_by_its_plain_name(self, council):
        assert read(row(locationlocalauthority="Herefordshire, County of"), council=council).said

    def test_an_unknown_council_is_told_the_nearest(self):
        with pytest.raises(councils.UnknownCouncil, match="Nowhere"):
            read(row(), council="Nowere")

    @pytest.mark.parametrize(
        ("category", "groups", "service_type"),
        [
            ("Residential social care", ("Overall", "Homecare"), "care_home_residential"),
            ("Community based adult social care services", ("Overall",), "home_care"),
            ("Community based adult social care services", ("Overall", "Supported Living"), "supported_living"),
        ],
    )
    def test_what_kind_of_service_it_is(self, category, groups, service_type):
        rows = [row(group=group, locationprimaryinspectioncategory=category) for group in groups]

        assert read(*rows).said[0].service.facts["service_type"] == service_type


class TestDates:
    @pytest.mark.parametrize(
        ("dates", "order"),
        [
            (("13/02/2026", "01/02/2026"), "dmy"), (("02/13/2026", "01/02/2026"), "mdy"), (("2026-02-13",), "iso"),
            (("", "13/02/2026"), "dmy"), ((), "iso"),
        ],
    )  # fmt: skip
    def test_one_day_over_twelve_tells_the_order_of_the_file(self, dates, order):
        assert table.date_order(dates) == order

    def test_what_fits_both_must_be_said(self):
        with pytest.raises(table.UndecidedDates, match="--date-order"):
            table.date_order(["01/02/2026", "03/04/2025"])
        assert table.date_order(["01/02/2026"], "mdy") == "mdy"

    @pytest.mark.parametrize("dates", [["13/02/2026", "02/13/2026"], ["13/02/2026", "2026-02-13"]])
    def test_a_file_that_contradicts_itself_is_refused(self, dates):
        with pytest.raises(table.UndecidedDates, match="contradict"):
            table.date_order(dates)

    def test_what_is_said_may_not_contradict_the_file(self):
        with pytest.raises(table.UndecidedDates, match="are dmy, not mdy"):
            table.date_order(["13/02/2026"], "mdy")

    @given(st.lists(st.dates(date(1990, 1, 1), date(2030, 1, 1)), min_size=1), st.sampled_from(["dmy", "mdy"]))
    def test_the_order_is_never_guessed_wrong(self, days, order):
        form = "%d/%m/%Y" if order == "dmy" else "%m/%d/%Y"
        written = [day.strftime(form) for day in days]
        try:
            found = table.date_order(written)
        except table.UndecidedDates:
            assert all(day.day <= 12 for day in days)
        else:
            assert [table.parse(text, found) for text in written] == days

    def test_a_date_that_is_none_leaves_its_row_out(self):
        reading = read(row(), row("1-222222222", published="31/02/2026"))

        assert reading.reasons == {"unreadable date": 1}
        assert [len(said.facts) for said in reading.said] == [1, 0]


class TestTables:
    @pytest.mark.parametrize("head", ["Location ID,Domain", "Location.ID,Domain.", '"locationId","DOMAIN"'])
    @pytest.mark.parametrize("packed", [False, True])
    def test_any_spelling_of_the_columns_plain_or_gzipped(self, tmp_path, head, packed):
        file = tmp_path / "ratings"
        text = f"\ufeff{head}\n1-1 ,Overall\n".encode()
        file.write_bytes(gzip.compress(text) if packed else text)

        assert list(table.read(file, ["locationid"])) == [{"locationid": "1-1", "domain": "Overall"}]

    @pytest.mark.parametrize(
        "content", [b"", b"a,b\n1,2\n", b"locationid\n\xff\n", b"locationid\n1,2\n", b"\x1f\x8bnot gzip"]
    )
    def test_what_is_no_such_table_is_refused(self, tmp_path, content):
        file = tmp_path / "ratings.csv"
        file.write_bytes(content)

        with pytest.raises(table.UnreadableTable):
            list(table.read(file, ["locationid"]))


@pytest.fixture(scope="module")
def england():
    """Read once: it is long."""
    return list(table.read(ENGLAND, cqc_ratings.REQUIRED))


@needs_data
class TestTheRealFiles:
    def test_herefordshire_has_125_locations_in_the_england_file(self, england):
        reading = cqc_ratings.reading(england, council="Herefordshire")

        assert len(reading.said) == 125
        assert {said.place for said in reading.said} == {"E06000019"}
        facts = ratings(reading)
        assert Counter(fact.overall for fact in facts) == dict(zip(RATINGS, (7, 95, 22, 1), strict=True))
        assert {fact.safe for fact in facts} == {None}
        kinds = Counter(said.service.facts["service_type"] for said in reading.said)
        assert kinds == {"care_home_residential": 85, "home_care": 40}
        assert sum(reading.reasons.values()) + 125 == reading.rows == 74_184

    def test_lincolnshire_has_356_locations_seven_of_them_not_rated_as_a_whole(self):
        reading = cqc_ratings.reading(table.read(LINCOLNSHIRE, cqc_ratings.REQUIRED))

        assert len(reading.said) == 356
        facts = ratings(reading)
        whole = Counter(fact.overall for fact in facts if fact.service_group == "location")
        assert whole == dict(zip(RATINGS, (22, 257, 67, 3), strict=True))
        unrated = [
            said for said in reading.said if "location" not in {fact.data["service_group"] for fact in said.facts}
        ]
        assert len(unrated) == 7
        assert all(said.facts for said in unrated)
        assert max(fact.report_date for fact in facts) == date(2026, 5, 29)
        assert len({fact.reference for said in reading.said for fact in said.facts}) == len(facts)

    def test_every_row_is_kept_or_counted_once(self):
        reading = cqc_ratings.reading(table.read(LINCOLNSHIRE, cqc_ratings.REQUIRED))

        assert sorted(reading.accounted()) == list(range(2, 4_161))

    def test_all_of_england_is_found_by_council(self, england):
        reading = cqc_ratings.reading(england)

        assert len(reading.said) == 22_482
        assert len({said.place for said in reading.said}) == 149
        assert {why for why in reading.reasons if why.startswith("no council")} == {
            "no council any more: Cumbria (now Cumberland; Westmorland and Furness)",
            "no council any more: Northamptonshire (now North Northamptonshire; West Northamptonshire)",
        }
        assert sorted(reading.accounted()) == list(range(2, 74_186))
