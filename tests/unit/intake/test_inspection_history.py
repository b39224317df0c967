"""The table of past ratings: its quirks on rows of our own, then the file itself."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from services.intake.feeds import inspection_history, table
from services.intake.feeds.reading import Said, Service

FILE = Path(__file__).parents[4] / "shared" / "data" / "cqc" / "inspection_history_community_2014-2025.csv.gz"
needs_data = pytest.mark.skipif(not FILE.exists(), reason=f"THE REAL CQC FILES ARE NOT THERE: {FILE}")


def row(location="1-111111111", on="2016-03-02", overall="Good", start="19176", end="NA"):
    return {
        "": "1", "reportdate": on, "overall": overall, "ownership": "For-profit", "locationid": location,
        "locationstart2025": start, "locationend2025": end, "good": "1", "rating": overall,
    }  # fmt: skip


def read(*rows, register=None):
    return inspection_history.reading(rows, register)


def facts(reading):
    return [fact.data for said in reading.said for fact in said.facts]


class TestRows:
    def test_each_is_a_rating_of_the_whole_on_its_day(self):
        (fact,) = read(row(overall="Requires Improvement")).said[0].facts

        assert fact.on == date(2016, 3, 2)
        assert (fact.data["overall"], fact.data["service_group"]) == ("requires_improvement", "location")
        assert "safe" not in fact.data

    def test_the_same_rows_are_the_same_facts_whatever_their_order(self):
        rows = [row(), row(on="2018-05-01", overall="Inadequate"), row("1-222222222")]

        assert read(*rows).said[0].facts[0].reference == read(*reversed(rows)).said[0].facts[0].reference

    def test_days_are_counted_from_1960_and_what_came_before_the_opening_is_inherited(self):
        assert [fact["inherited"] for fact in facts(read(row(start="19176"), row(on="2012-01-01")))] == [True, False]

    @pytest.mark.parametrize("overall", ["Not Rated", "No published rating", "", "Goodish"])
    def test_what_is_no_rating_is_left_out(self, overall):
        reading = read(row(overall=overall))

        assert not reading.said
        assert [each.row for each in reading.left_out] == [2]

    def test_of_two_on_one_day_the_worse_stands(self):
        reading = read(row(), row(overall="Inadequate"), row(overall="Good"))

        assert [fact["overall"] for fact in facts(reading)] == ["inadequate"]
        assert sorted(each.row for each in reading.left_out) == [2, 4]

    def test_a_day_that_is_none_is_left_out(self):
        reading = read(row(on="2016-02-30"), row(end="soon"), row())

        assert reading.reasons == {"unreadable date": 2}


class TestPlaces:
    def test_it_registers_nothing_by_itself(self):
        (said,) = read(row()).said

        assert (said.service, said.place) == (None, None)

    def test_another_table_says_who_and_where_and_this_one_when_it_ended(self):
        known = Service(facts={"name": "Synthetic House"}, aliases={"cqc_location_id": "1-111111111"})
        register = {"1-111111111": Said(subject="cqc:1-111111111", rows=(), service=known, place="E06000019")}

        said, other = read(row(end="22272"), row("1-222222222"), register=register).said

        assert (said.place, said.service.facts) == ("E06000019", known.facts)
        assert said.service.closed.closed_on == date(2020, 12, 23)
        assert other.service is None


@needs_data
def test_every_row_of_the_real_file_is_accounted_for_once():
    reading = inspection_history.reading(table.read(FILE, inspection_history.REQUIRED))

    assert (reading.rows, len(reading.said)) == (29_459, 15_648)
    assert sorted(reading.accounted()) == list(range(2, 29_461))
    assert reading.reasons == {"the same rating of the same day twice": 5}
    counted = Counter(fact["overall"] for fact in facts(reading))
    assert counted == {"good": 20_188, "requires_improvement": 7_437, "inadequate": 1_076, "outstanding": 753}
    assert sum(fact["inherited"] for fact in facts(reading)) == 2_281
