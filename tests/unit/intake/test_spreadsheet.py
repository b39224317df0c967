"""Spreadsheets as they come out of offices: any encoding, any separator, text over lines; every fault at its column."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake import spreadsheet
from services.intake.faults import Unusable
from services.intake.spreadsheet import SheetMapping, Unreadable

MAPPING = SheetMapping.model_validate({
    "name": "concern-log", "type": "quality_concern.raised",
    "provider": {"column": "CQC ID"}, "time": {"column": "Date", "dates": "dmy"}, "reference": ["Ref"],
    "fields": {
        "concern_id": {"column": "Ref"}, "severity": {"column": "Level", "words": {"high": "S3", "low": "S1"}},
        "themes": {"column": "Themes", "split": ";", "words": {"Meds": "q.medicines"}},
        "description": {"column": "Details"}, "channel": {"value": "log"},
    },
})  # fmt: skip
HEAD = ["Ref", "Date", "CQC ID", "Level", "Themes", "Details"]
ROW = ["7", "27/03/2026", "1-123456789", "High", "meds; staffing levels", "Doses were missed.\nTwice, in café “A”."]


def written(*rows, delimiter=",", encoding="utf-8"):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode(encoding)


def only(content, mapping=MAPPING):
    (row,) = spreadsheet.rows(content, mapping)
    return spreadsheet.said(row, mapping)


class TestReading:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    def test_any_separator_and_encoding_say_the_same(self, delimiter, encoding):
        said = only(written(HEAD, ROW, delimiter=delimiter, encoding=encoding))

        assert said.reference == "concern-log\n7"
        assert said.subject == "cqc:1-123456789"
        assert said.time == "2026-03-27T00:00:00+00:00"
        assert said.data == {
            "concern_id": "7", "severity": "S3", "themes": ["q.medicines", "staffing levels"],
            "description": "Doses were missed.\nTwice, in café “A”.", "channel": "log",
        }  # fmt: skip

    def test_empty_rows_are_no_rows_and_lines_are_those_of_the_file(self):
        rows = spreadsheet.rows(written(HEAD, ["", " ", "", "", "", ""], ROW, ROW), MAPPING)

        assert [row.line for row in rows] == [4, 6]  # a text of two lines ends on its second

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "no column"),
            (b"Ref,Date\n1,2", "no column CQC ID, Level"),
            (written([*HEAD, "Ref"], [*ROW, "8"]), "two columns Ref"),
            (written(HEAD) + b'"open quote', "no table"),
            (b"\xff\xfea", "encoding"),
        ],
    )
    def test_what_is_no_such_table_is_refused_whole(self, content, says):
        with pytest.raises(Unreadable, match=says):
            spreadsheet.rows(content, MAPPING)

    @given(st.binary(max_size=200))
    def test_whatever_comes_is_read_or_refused(self, noise):
        try:
            rows = spreadsheet.rows(written(HEAD) + noise, MAPPING)
        except Unreadable:
            return
        for row in rows:
            with_faults = None
            try:
                spreadsheet.said(row, MAPPING)
            except Unusable as refused:
                with_faults = refused.faults
            assert with_faults is None or with_faults


class TestRows:
    @pytest.mark.parametrize(
        ("day", "time"),
        [
            ("27/03/2026 14:30", "2026-03-27T14:30:00+00:00"),
            ("27/04/2026 9:05:10", "2026-04-27T09:05:00+01:00"),
            ("1/7/2026", "2026-07-01T00:00:00+01:00"),
        ],
    )
    def test_times_are_those_of_london(self, day, time):
        assert only(written(HEAD, [ROW[0], day, *ROW[2:]])).time == time

    @pytest.mark.parametrize(
        "day", ["2026-03-27", "31/02/2026", "soon", "", "03/27/2026", "27/03/2026 25:00", "27/03/26"]
    )
    def test_a_day_in_another_order_or_none_is_a_fault_at_its_column(self, day):
        with pytest.raises(Unusable) as refused:
            only(written(HEAD, [ROW[0], day, *ROW[2:]]))

        (fault,) = refused.value.faults
        assert fault.loc == ("Date",)
        assert "27/03/2026" in fault.fix

    def test_every_fault_of_a_row_is_told_at_once(self):
        with pytest.raises(Unusable) as refused:
            only(written(HEAD, ["", "soon", "", "High", "meds", "Words"]))

        assert [fault.loc for fault in refused.value.faults] == [("Date",), ("CQC ID",), ("Ref",)]

    def test_a_row_with_a_value_too_many_is_refused_for_its_columns_may_have_moved(self):
        with pytest.raises(Unusable, match="more values than there are columns"):
            only(written(HEAD, [*ROW, "8"]))

    def test_a_row_without_a_reference_of_its_own_is_named_by_what_it_says(self):
        bare = MAPPING.model_copy(update={"reference": ()})

        same, other = only(written(HEAD, ROW), bare), only(written(HEAD, ["8", *ROW[1:]]), bare)

        assert same.reference == only(written(HEAD, ROW), bare).reference != other.reference

    def test_fields_within_fields(self):
        nested = MAPPING.model_copy(
            update={
                "fields": {
                    "body.kind": spreadsheet.Source(value="RT-PMR"),
                    "body.falls": spreadsheet.Source(column="Ref"),
                }
            }
        )

        assert only(written(HEAD, ROW), nested).data == {"body": {"kind": "RT-PMR", "falls": "7"}}

    def test_a_field_comes_from_a_column_or_is_a_value(self):
        for source in ({}, {"column": "A", "value": "b"}):
            with pytest.raises(ValidationError, match="name a column"):
                spreadsheet.Source.model_validate(source)


class TestExport:
    @pytest.mark.parametrize("cell", ["=1+1", "+44 1", "-1", "@x", "\tx", "\rx"])
    def test_what_would_be_a_formula_is_text(self, cell):
        assert spreadsheet.exported([cell, "plain", None, 3]) == ["'" + cell, "plain", "", "3"]
