"""Figures in words and lines, themes in shades, reports as tables, owners from the register: the pure middle."""

from datetime import date
from typing import Any

import pytest

from services.governance.web.measuring import figures_in_words as figures
from services.governance.web.measuring import heat, owners, sheets_of_reports

DAYS = figures.ends(date(2026, 3, 31), 5, 3)


def figure(value: float | None, unit: str = "percent", **more: Any) -> dict[str, Any]:
    usual = {"code": "K1", "unit": unit, "value": value, "numerator": 3, "denominator": 4, "unknown": 1, "not_due": 0}
    return usual | more


def test_the_days_of_a_trend_are_quarters_apart_and_end_with_the_day_asked_for():
    assert [day.isoformat() for day in DAYS] == [
        "2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31", "2026-03-31",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "said"),
    [(figure(83.3), "83.3%"), (figure(0.0), "0%"), (figure(None), "not known"), (figure(12.0, "days"), "12 days"),
     (figure(4.0, "count"), "4")],
)  # fmt: skip
def test_a_value_with_its_unit_and_never_0_for_what_is_not_known(one: dict[str, Any], said: str):
    assert figures.value(one) == said


def test_what_a_figure_is_counted_from():
    assert figures.share(figure(75.0, not_due=2)) == "3 of 4, 1 not known, 2 not due"


def test_how_often_a_report_is_made():
    assert figures.every({"months": 1}) == "every month"
    assert figures.every({"months": 3}) == "every 3 months"


def test_a_list_names_the_councils_clauses_alone():
    assert figures.clauses("K7b, rulings 9, OXF-22, domain.md §4.2, item 12: minutes") == "K7b, OXF-22"
    assert figures.clauses("domain.md §4.2, item 19") == ""


def test_a_line_has_a_gap_where_nothing_is_known_and_says_each_point():
    values = [figure(each) for each in (50.0, 100.0, None, 0.0, 25.0)]

    line = figures.line(values, DAYS, (108, 108))

    assert line.paths == ["M4.0 54.0L29.0 4.0", "M79.0 104.0L104.0 79.0"]
    assert [says for *_, says in line.dots][:2] == ["50% in the year to 31 Mar 2025", "100% in the year to 30 Jun 2025"]
    assert line.top == "100%"
    assert figures.line([figure(None)] * 5, DAYS, (108, 108)).dots == []


def test_what_is_not_as_it_should_be_stands_first():
    items = [{"outcome": each, "name": "A", "about": None} for each in ("yes", "unknown", "no", "not_due")]

    assert [one["outcome"] for one in figures.behind(items, "")] == ["no", "unknown", "not_due", "yes"]
    assert [one["outcome"] for one in figures.behind(items, "yes")] == ["yes"]


@pytest.mark.parametrize(
    ("count", "most", "shade"), [(0, 8, 0), (1, 8, 1), (3, 8, 2), (8, 8, 4), (1, 1, 1), (None, 8, 1), (5, 0, 4)]
)
def test_a_shade_is_a_quarter_of_the_most(count: int | None, most: int, shade: int):
    assert heat.shade(count, most) == shade


def test_what_rises_stands_first_and_few_is_said_where_the_number_is_not_told():
    def theme(name: str, count: int | None, *, rising: bool = False) -> dict[str, Any]:
        return {"theme": name, "count": count, "by_month": {"2026-02": 0, "2026-03": count}, "rising": rising,
                "services": 1, "trend": None}  # fmt: skip

    found = {
        "months": ["2026-02", "2026-03"],
        "groups": [
            {"group": "care_homes", "services": 3, "themes": [theme("q.dignity", 9), theme("q.falls", None)]},
            {"group": "other", "services": 1, "themes": [theme("q.medicines", 2), theme("q.ipc", 1, rising=True)]},
        ],
    }

    lines = heat.lines(found)

    assert [(one.group, one.theme, one.total) for one in lines] == [
        ("other", "q.ipc", "1"), ("other", "q.medicines", "2"),
        ("care_homes", "q.dignity", "9"), ("care_homes", "q.falls", "few"),
    ]  # fmt: skip
    assert [(cell.month, cell.says) for cell in lines[3].cells] == [("Feb 2026", "0"), ("Mar 2026", "few")]
    assert [first.group for first, _ in heat.grouped(lines)] == ["other", "care_homes"]


def test_a_section_of_a_report_is_a_table_with_a_line_for_each_of_its_parts():
    whole = {"services": 3, "restricted": 1, "confirmed": {"1": 2, "not known": 1}}

    overview, sectors, rising = sheets_of_reports.tables(
        {"clause": "CAL-14", "figures": [], "overview": whole, "sectors": {"care_homes": whole}, "rising": {}}
    )

    assert overview.rows == [("", ["3", "1", "1: 2; Not known: 1"])]
    assert sectors.rows[0][0] == "care_homes"
    assert sectors.columns == ["Services", "Restricted", "Confirmed"]
    assert rising.rows == []


def owned(name: str, place: str = "X00000001", **facts: Any) -> owners.Owned:
    return owners.Owned(f"prv-{name}", place, {"name": name} | facts)


def test_an_owner_is_the_brand_else_the_legal_entity_and_what_nobody_recorded_is_said():
    every = [
        owned("a", brand="Bright Care", organisation="Bright Ltd"), owned("b", "X00000002", brand="bright  care"),
        owned("c", organisation="Sole Ltd"), owned("d"), owned("e", brand="Bright Care", closed={"on": "2026-01-01"}),
    ]  # fmt: skip

    found, nobody = owners.owners(every)

    assert [(one.name, len(one.services), one.places) for one in found] == [
        ("Bright Care", 2, ["X00000001", "X00000002"]), ("Sole Ltd", 1, ["X00000001"]),
    ]  # fmt: skip
    assert [one.provider_id for one in nobody] == ["prv-d"]


def test_what_the_same_legal_entity_runs_under_another_name_stands_beside():
    same = {"organisation_ids": {"cqc_provider_id": "1-101"}}
    every = [owned("a", brand="Bright Care", **same), owned("b", organisation="Bright Ltd", **same), owned("c")]

    owner = owners.named(every, "BRIGHT CARE")

    assert owner is not None
    assert [one.provider_id for one in owner.related] == ["prv-b"]
    assert owner.entities == ["name not recorded (CQC 1-101)"]
    assert owners.named(every, "Nobody") is None
