"""A back-test of a history that is counted by hand; the same bytes from any number of processes; what it refuses."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.risk.__main__ import cli
from services.risk.looking_back import report as reports
from services.risk.looking_back.backtest import Asked, backtest
from tests.unit.risk import small_history

PACK = "herefordshire-2018"
ASKED = ["--pack", PACK, "--feed", "inspection-history", "FILE"]


def no_settings() -> Any:
    raise AssertionError("a file needs no settings")


def tried(out: Path, file: Path, **changes: Any) -> dict[str, Any]:
    asked = {"pack": PACK, "feed": ("inspection-history", file), "workers": 1} | changes
    backtest(Asked(out, **asked), no_settings)
    return json.loads((out / "report.json").read_bytes())


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_history.written(tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, history: Path) -> dict[str, Any]:
    return tried(tmp_path_factory.mktemp("report"), history)


def test_what_was_read_and_what_was_left_out(found):
    assert found["source"]["rows"] == 22
    assert found["source"]["left_out"] == {"its date cannot be read": 1}
    assert found["source"]["inherited"] == 1
    assert found["source"]["known_from"] == {"published": 21 + 4}  # every row of F, G and K brings its closing
    assert (found["first"], found["last"], found["providers"]) == ("2019-06-01", "2022-01-01", 12)
    assert found["landmarks"] == ["2020-01-02", "2021-01-01"]


def test_who_would_have_moved_and_by_which_criterion(found):
    moves = [
        (each["provider"][-1], each["on"], each["before"], each["after"], each["by"]) for each in moved(found, "A")
    ]
    assert moves == [
        ("A", "2019-06-01", "not yet known", "unknown", []),
        ("A", "2020-03-01", "unknown", "2 to 3", ["HER-L2.a"]),
        ("A", "2020-09-01", "2 to 3", "3", ["HER-L3.a"]),
    ]
    assert [(each["after"], each["by"]) for each in moved(found, "E")] == [
        ("3", ["HER-L3.a"]),
        ("2 to 3", ["HER-L3.a"]),
    ]
    [to_three] = [each for each in found["movements"] if (each["before"], each["after"]) == ("2 to 3", "3")]
    assert (to_three["way"], to_three["by"], to_three["moves"], to_three["providers"]) == ("up", ["HER-L3.a"], 2, 2)
    assert {each["provider"][-1] for each in found["newest_rises"]} == {"A", "B", "H"}
    assert found["open_at_end"] == {"2 to 3": 2, "3": 2, "unknown": 5}  # D E, A H, B C I J L


def moved(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [each for each in found["moves_one_by_one"] if each["provider"].endswith(name)]


def of(rows: list[dict[str, Any]], outcome: str, signal: str) -> dict[str, Any]:
    [row] = [row for row in rows if (row["outcome"], row["signal"]) == (outcome, signal)]
    return row


def test_lead_time_before_each_event(found):
    assert found["outcomes"] == {"inadequate": 3, "suspension": 0, "lsi": 0, "closure": 3}

    down = of(found["lead_times"], "inadequate", "perhaps_2")
    assert (down["events"], down["warned"]["part"], down["unknown"], down["with_the_event"]) == (3, 2, 1, 1)
    assert (down["median_days"], down["longest_days"]) == ((184 + 547) / 2, 547)
    assert {each["lead"]: each["events"] for each in down["bins"] if each["events"]} == {
        "181 to 365": 1, "1 to 2 years": 1,
    }  # fmt: skip
    closing = of(found["lead_times"], "closure", "perhaps_2")
    assert (closing["events"], closing["warned"]["part"], closing["median_days"]) == (3, 1, 578)


def test_the_confusion_table_against_the_base_rate(found):
    row = of(found["confusion"], "inadequate", "perhaps_2")
    assert row["cells"] == {
        "warned_and_happened": 1,  # H in the second year
        "warned_and_not": 7,  # C D G H, then D E G
        "not_warned_and_happened": 2,  # A B in the first
        "not_warned_and_not": 5,  # F K, then C I J
        "unknown_and_happened": 2,
        "unknown_and_not": 5,
    }
    assert shares(row, "base_rate", "precision", "recall", "false_alarms") == [(3, 15), (1, 8), (1, 3), (7, 12)]
    assert row["times_base_rate"] == pytest.approx((1 / 8) / (3 / 15))
    assert shares(row, "seen_if_warned", "seen_if_not") == [(2, 8), (2, 7)]  # C H; A B
    assert shares(row, "precision_if_seen", "missed_if_seen") == [(1, 2), (2, 2)]
    assert shares(row, "closed_within") == [(3, 15)]  # F K, then G
    assert row["base_rate"]["providers"] == 11


def shares(row: dict[str, Any], *names: str) -> list[tuple[int, int]]:
    return [(row[name]["part"], row[name]["whole"]) for name in names]


def test_it_says_by_itself_that_a_lead_time_is_nothing_by_construction(found):
    said = {each["id"]: each["says"] for each in found["limits"]}

    # A B E H came to level 3, each by the record of the rating itself; no other warning is so.
    assert [name for name in said if name.startswith("by-construction")] == ["by-construction-at_least_3"]
    assert "raised 4 times, every time" in said["by-construction-at_least_3"]
    assert "level 2 or above is within the range; level 2 or above is indicated" in said["same-perhaps_2"]
    assert "ever met were HER-L1.a, HER-L2.a, HER-L3.a" in said["criteria-without-facts"]
    assert "RT-PMR" in said["returns-never-asked"]
    assert "Of the other 12, 3 closed, 1 of them" in said["survivorship"]
    assert "1 Inadequate ratings were a provider's first" in said["what-counts"]
    assert "1 ratings were published when the service had closed" in said["what-counts"]
    assert of(found["lead_times"], "inadequate", "at_least_3")["with_the_event"] == 3


def test_a_small_group_is_not_shown_nor_the_one_that_it_follows_from(found):
    shown = {each["group"]: each["suppressed"] for each in found["fairness"]}
    assert shown == {"For-profit": True, "Third sector": True}  # ten and two
    assert {each["dimension"] for each in found["fairness"]} == {"ownership"}
    assert all(each["reached"] is None for each in found["fairness"])


def test_the_same_bytes_from_one_process_and_from_two(tmp_path, history):
    for workers in (1, 2):
        tried(tmp_path / str(workers), history, workers=workers, compare="salford-2024")
    for name in ("report.json", "report.html"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_the_page_is_made_of_the_report_alone_and_needs_no_script(tmp_path, history):
    found = tried(tmp_path, history, generated="2026-03-01")
    text = (tmp_path / "report.html").read_text()

    assert reports.page({name: value for name, value in found.items() if not name.endswith("one_by_one")}) == text
    assert '<html lang="en-GB">' in text
    assert "Generated 2026-03-01" in text
    assert "<script" not in text
    assert "http" not in text
    charts, tables = text.count("<svg"), text.count("<table>")
    assert charts == text.count('role="img" aria-label=')
    assert tables == text.count("<caption>") >= charts > 0
    assert re.search(r"<h1>.*Herefordshire quality assurance strategy 2018", text)


def test_counts_only_names_nobody(tmp_path, history):
    tried(tmp_path, history, counts_only=True, compare="salford-2024")

    for name in ("report.json", "report.html"):
        assert "1-00000000" not in (tmp_path / name).read_text()


def test_only_days_that_are_looked_at_count_but_what_was_known_before_them_does(tmp_path, history):
    found = tried(tmp_path, history, first=small_history.date(2020, 1, 1), last=small_history.date(2020, 12, 31))

    assert (found["first"], found["last"], found["landmarks"]) == ("2020-01-01", "2020-12-31", ["2020-01-01"])
    assert found["outcomes"] == {"inadequate": 2, "suspension": 0, "lsi": 0, "closure": 2}
    assert (found["providers"], found["unwatched"]) == (11, 1)  # L is not known yet
    assert {each["on"][:4] for each in found["moves_one_by_one"]} == {"2020"}
    assert found["days_at"]["2 to 3"] > 366  # C D G stood so before


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--pack", "nosuch", "--feed", "inspection-history", "FILE"], "there is no pack 'nosuch'; shipped are"),
        (["--pack", PACK, "--feed", "inspection-history", "no/such.csv"], "no/such.csv cannot be read"),
        (["--pack", PACK, "--feed", "inspection-history", "BROKEN"], "no column location_end_2025"),
        (["--pack", PACK, "--feed", "other", "FILE"], "there is no feed 'other'"),
        (["--pack", PACK], "say either --place"),
        (["--feed", "inspection-history", "FILE"], "a file adopts no policy"),
        ([*ASKED, "--from", "2021-01-02", "--to", "2021-01-01"], "--from 2021-01-02 is after --to 2021-01-01"),
        ([*ASKED, "--compare", "oxfordshire-2013"], "do not share a scale"),
        (["--pack", "BAD", "--feed", "inspection-history", "FILE"], "mistake"),
        ([*ASKED, "--to", "2010-01-01"], "no provider was open"),
        ([*ASKED, "--horizon", "0"], "--horizon is a number of days"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_line_and_nothing_is_written(tmp_path, history, arguments, why):
    (tmp_path / "broken.csv").write_text("locationid,reportdate,overall\n1,2020-01-01,Good\n")
    (tmp_path / "bad.yaml").write_text("pack: bad\n")
    named = {"FILE": str(history), "BROKEN": str(tmp_path / "broken.csv"), "BAD": str(tmp_path / "bad.yaml")}
    out = tmp_path / "out"
    argv = ["backtest", *(named.get(each, each) for each in arguments), "--out", str(out), "--workers", "1"]

    ended = CliRunner().invoke(cli, argv)

    assert ended.exit_code == 2, ended.output
    assert "backtest: " in ended.stderr
    assert why in ended.stderr
    assert not out.exists()
