"""The smaller feeds, the account of rows and silence: each on rows of our own."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import freshness
from services.intake.bulk.tally import EVENT, KNOWN, Tally
from services.intake.feeds import capacity_tracker, carried_over, ods_sites
from services.intake.feeds.reading import LeftOut, UnusableFile
from services.intake.runs import Feed
from shared.events import registry
from shared.events.carried_over import CarriedOverRecorded

PLACE, AS_AT = "X00000009", date(2026, 3, 1)


class TestCapacityTracker:
    def read(self, *rows):
        return capacity_tracker.reading(rows, PLACE)

    def row(self, **more):
        usual = {"cqclocationid": "1-1", "lastupdated": "13/02/2026 10:15", "maximumcapacity": "1,040", "occupied": ""}
        return usual | more

    def test_what_is_empty_is_not_said_and_nothing_is_nought(self):
        (said,) = self.read(self.row(occupied="n/a", agencynurses="0")).said

        (fact,) = said.facts
        assert fact.data["body"] == {"kind": "RT-CT", "maximum_capacity": 1040, "agency_nurses": 0}
        assert (fact.data["period"], fact.on, said.subject) == ("2026-02", date(2026, 2, 13), "cqc:1-1")

    def test_the_newest_of_a_month_counts_and_each_month_is_one(self):
        rows = [self.row(), self.row(lastupdated="20/02/2026", occupied="3"), self.row(lastupdated="09/03/2026")]

        for order in (rows, rows[::-1]):
            reading = self.read(*order)
            assert [said.facts[0].data["period"] for said in reading.said] == ["2026-02", "2026-03"]
            assert reading.said[0].facts[0].data["body"]["occupied"] == 3
            assert reading.reasons == {"an older snapshot of the same service and month": 1}
            assert sorted(reading.accounted()) == [2, 3, 4]

    @pytest.mark.parametrize(
        ("wrong", "why"),
        [
            ({"occupied": "lots"}, "cannot be read: occupied is no count"), ({"lastupdated": ""}, "no date"),
            ({"maximumcapacity": "-"}, "no figure"), ({"cqclocationid": ""}, "neither a CQC location id"),
            ({"occupied": "-3"}, "cannot be read: occupied is no count"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_used_is_left_out_with_its_reason(self, wrong, why):
        reading = self.read(self.row(lastupdated="14/02/2026"), self.row(**wrong))

        assert [each.row for each in reading.left_out] == [3]
        assert reading.left_out[0].why.startswith(why)

    def test_a_table_of_another_kind_is_refused_with_its_columns(self):
        with pytest.raises(UnusableFile, match="it has the columns domain, locationid"):
            self.read({"locationid": "1-1", "domain": "Overall"})


class TestOdsSites:
    def test_a_code_is_a_further_name_of_who_is_known(self):
        (said,) = ods_sites.reading([{"odscode": "vzzz1", "cqclocationid": "1-1"}], PLACE).said

        assert said.service.aliases == {"cqc_location_id": "1-1", "ods_site_code": "VZZZ1"}
        assert not said.service.add

    def test_what_is_not_one_to_one_says_nothing(self):
        pairs = [("VZZZ1", "1-1"), ("VZZZ1", "1-2"), ("VZZZ2", "1-3"), ("VZZZ3", "1-3"), ("", "1-4"), ("VZZZ4", "1-5")]

        reading = ods_sites.reading([{"odscode": code, "cqclocationid": id_} for code, id_ in pairs], PLACE)

        assert [said.subject for said in reading.said] == ["cqc:1-5"]
        assert reading.reasons == {
            "two services have this site code": 2, "this service has two site codes": 2, "no site code": 1
        }  # fmt: skip

    def test_a_table_of_another_kind_is_refused(self):
        with pytest.raises(UnusableFile, match="it has the columns name"):
            ods_sites.reading([{"name": "Synthetic"}], PLACE)


class TestCarriedOver:
    def row(self, **cells):
        return {name: cells.get(name, "") for name in carried_over.COLUMNS} | {"provider": "cqc:1-1"} | cells

    def read(self, *rows):
        return carried_over.reading(rows, PLACE, AS_AT)

    def mistakes(self, *rows):
        with pytest.raises(UnusableFile) as told:
            self.read(*rows)
        return str(told.value).splitlines()[1:]

    def test_all_rows_of_a_service_are_one_fact(self):
        (said,) = self.read(
            self.row(kind="level", scale="level", level="2", since="2026-01-20"),
            self.row(kind="Restriction", reference="S-1", restriction="Voluntary pause", since="2025-11-13"),
            self.row(kind="plan", reference="P-1", since="2026-01-01", extended="yes"),
            self.row(kind="action", reference="A-1", plan="P-1", due="2026-04-01", theme="q.medicines"),
            self.row(kind="notice", reference="N-1", since="2026-02-01", due="2026-03-31"),
            self.row(kind="contact", since="2026-02-11"),
        ).said

        (fact,) = said.facts
        told = CarriedOverRecorded.model_validate(fact.data)
        assert (fact.rows, fact.on, told.as_at) == ((2, 3, 4, 5, 6, 7), AS_AT, AS_AT)
        assert (told.levels, told.level_since, told.last_contact) == (
            {"level": "2"}, date(2026, 1, 20), date(2026, 2, 11),
        )  # fmt: skip
        assert (told.restrictions[0].kind, told.restrictions[0].since) == ("voluntary_pause", date(2025, 11, 13))
        assert (told.plans[0].extended, told.plans[0].actions[0].action_id) == (True, "A-1")
        assert told.default_notices[0].remedy_by == date(2026, 3, 31)

    def test_every_mistake_is_told_by_row_and_column(self):
        told = self.mistakes(
            self.row(kind="level", scale="stars", level="2"),
            self.row(kind="restriction", reference="S-1", restriction="total", since="2026-03-02"),
            self.row(kind="restriction", reference="", restriction="phased", since="soon"),
            self.row(kind="plan", reference="P-1", since="2026-01-01", extended="perhaps", level="2"),
            self.row(kind="action", reference="A-1", plan="P-9", due="2026-04-01"),
            self.row(kind="contact", since="2026-01-01", provider=""),
            self.row(kind="lvl"),
        )

        for where in (
            "row 2, column scale", "row 3, column since", "row 4, column reference", "row 4, column since",
            "row 5, column extended", "row 5, column level", "row 6, column plan", "row 7, column provider",
            "row 8, column kind",
        ):  # fmt: skip
            assert [line for line in told if line.startswith(f"{where}:")], (where, told)

    def test_what_is_said_twice_is_a_mistake(self):
        pause = self.row(kind="restriction", reference="S-1", restriction="phased", since="2026-01-01")
        level = self.row(kind="level", scale="level", level="2")

        assert self.mistakes(pause, pause, level, level | {"level": "3"}) == [
            "row 3, column reference: row 2 says it already of this service",
            "row 5, column scale: row 4 says it already of this service",
        ]

    def test_empty_rows_are_none_and_keep_their_numbers(self):
        empty = dict.fromkeys(carried_over.COLUMNS, "")

        (said,) = self.read(empty, self.row(kind="contact", since="2026-01-01")).said

        assert said.facts[0].rows == (3,)

    def test_a_row_that_moved_is_the_same_fact(self):
        row = self.row(kind="contact", since="2026-01-01")
        other = self.row(provider="local:2", kind="contact", since="2026-01-02")

        one, two = self.read(row, other).said[0].facts[0], self.read(other, row).said[0].facts[0]

        assert one.reference == two.reference


class TestTally:
    def test_every_row_has_one_outcome_and_a_failure_outweighs(self):
        tally = Tally("f", 6)
        tally.known((2,), "a")
        tally.event((2, 3), "a")
        tally.event((4,), "a")
        tally.left_out((4,), "conflict", "a")
        tally.known((5,), "a")
        tally.leave([LeftOut(5, "nothing", "a"), LeftOut(6, "other", "b"), LeftOut(7, "other", "c")])

        assert tally.outcomes == {EVENT: 2, "conflict": 1, KNOWN: 1, "other": 2}
        assert next(tally.lines()) == "f: 6 rows: 2 became events, 1 were there already, 3 left out"
        assert next(iter(tally.kept_out())) == "row 4: conflict (a)"
        report = io.StringIO()
        tally.write(report, head=True)
        assert len(report.getvalue().splitlines()) == 7

    def test_a_row_that_nobody_speaks_for_is_told(self):
        tally = Tally("f", 3)
        tally.event((2,), "a")

        assert "NOT ACCOUNTED FOR: 2 rows" in list(tally.lines())
        assert not tally.is_whole


class TestSilence:
    def feed(self, **more):
        heard = datetime(2026, 3, 1, 23, tzinfo=UTC)
        usual = {"place": PLACE, "feed": "cqc-locations", "live_from": AS_AT, "heard": heard, "raised": None}
        return Feed(**(usual | more))

    @pytest.mark.parametrize(("days", "silent"), [(0, False), (3, False), (4, True), (40, True)])
    def test_it_is_silent_when_more_days_than_it_may_have_gone_by(self, days, silent):
        now = datetime(2026, 3, 1, 0, 30, tzinfo=UTC) + timedelta(days=days)

        assert freshness.is_silent(self.feed(), now, {"cqc-locations": 3}) is silent

    def test_what_has_no_limit_is_never_silent(self):
        now = datetime(2036, 3, 1, tzinfo=UTC)

        assert not freshness.is_silent(self.feed(feed="carried-over"), now, freshness.SILENT_DAYS)
        assert not freshness.is_silent(self.feed(), now, {"cqc-locations": 0})

    def test_another_silence_is_another_alert(self):
        now, later = datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 4, 9, tzinfo=UTC)
        first = freshness.standing(self.feed(), now, freshness.SILENT_DAYS)
        second = freshness.standing(self.feed(heard=now), later, freshness.SILENT_DAYS)

        assert None not in (first, second)
        assert first != second


@given(st.lists(st.dictionaries(st.sampled_from(carried_over.COLUMNS), st.text(max_size=12)), max_size=6))
def test_whatever_stands_in_a_go_live_sheet_it_is_a_fact_or_a_mistake(rows):
    try:
        reading = carried_over.reading([dict.fromkeys(carried_over.COLUMNS, "") | row for row in rows], PLACE, AS_AT)
    except (UnusableFile, carried_over.table.UndecidedDates):
        return
    for said in reading.said:
        for fact in said.facts:
            assert registry.dumped(CarriedOverRecorded.model_validate(fact.data)) == fact.data
