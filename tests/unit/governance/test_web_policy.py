"""A policy in plain English: nothing of it is left out; drafts are carried whole; reports are read or refused."""

import base64
import re
import zlib
from pathlib import Path

import pytest

from services.governance.web import reasons
from services.governance.web.policy import backtest, carried, sections
from services.governance.web.policy.reading import Entry
from shared import policy
from shared.policies.pack import Pack

REPORT = Path(__file__).parents[3] / "docs/backtest/inspection-history/report.json"


def everything(pack: Pack) -> list[Entry]:
    return [one for section in sections.SECTIONS for group in sections.read(pack, section) for one in group.entries]


@pytest.mark.parametrize("name", policy.shipped())
def test_every_clause_of_a_policy_stands_in_a_section(name: str):
    pack = policy.load(name)
    shown = " ".join(f"{one.title} {one.clause} {one.says} {one.ours} {one.facts}" for one in everything(pack))

    wanted = [one.id for one in pack.criteria] + [one.words for one in pack.criteria if one.says]
    wanted += [one.id for one in pack.bodies.values()] + [one.name for one in pack.bodies.values()]
    wanted += [rule.id for rules in pack.authority.decisions.values() for rule in rules]
    wanted += [one.id for found in pack.responses.values() for one in found]
    wanted += [one.id for found in pack.follows.values() for one in found]
    wanted += [one.name for one in pack.alerts.values()] + [one.name for one in pack.returns.values()]
    wanted += [each.id for one in pack.alerts.values() for each in one.raised_by]

    assert [each for each in wanted if each not in shown] == []


def test_what_is_said_is_in_words():
    pack = policy.load("herefordshire-2018")
    found = {one.title: one for group in sections.read(pack, "bodies")[:1] for one in group.entries}
    told = sections.read(pack, "alerts")[0].entries[0]
    criteria = {one.title: one for group in sections.read(pack, "criteria") for one in group.entries}

    assert ("How often", "1 month") in found["Quality team meeting"].facts
    assert ("Chair", "Team manager") in found["Quality team meeting"].facts
    assert ("Tells", "Quality lead, Safeguarding, Director") in told.facts
    assert criteria["HER-L3.c"].tag == "Supporting"


@pytest.mark.parametrize("name", policy.shipped())
def test_no_number_of_our_own_notes_stands_for_a_reason(name: str):
    said = [reasons.spoken(one.ours) for one in everything(policy.load(name)) if one.ours]

    assert said
    assert [each for each in said if not each or re.search(r"AMB-|ruling|\bR\d", each)] == []


def test_a_draft_is_carried_whole_and_nothing_else_is_taken_for_one():
    pack = policy.load("salford-2024")

    assert policy.digest(policy.parse(carried.unfold(carried.fold(pack)))) == policy.digest(pack)
    bomb = base64.b64encode(zlib.compress(b"0" * (carried.MOST + 1))).decode()
    for torn in ("", "AAAA", "ä", bomb, base64.b64encode(zlib.compress(b"[]")).decode()):
        with pytest.raises(carried.NotCarried):
            carried.unfold(torn)


def test_each_mistake_says_its_place_and_the_name_that_was_meant():
    text = (policy.DIRECTORY / "herefordshire-2018.yaml").read_text().replace("primary: true", "primry: true", 1)
    with pytest.raises(policy.PackError) as raised:
        policy.read(text)

    found = carried.mistakes(raised.value)

    assert any("did you mean primary" in one.problem and one.line.isdigit() and one.path for one in found)
    assert carried.mistakes(policy.PackError("x", ["it is no text"])) == [carried.Mistake("", "", "", "it is no text")]


def test_the_report_of_the_real_history_is_read():
    found = backtest.read(REPORT.read_bytes())

    assert found.policies[0].pack == "salford-2024"
    assert found.outcome("inadequate").startswith("downgrade by CQC")
    assert backtest.share(found.lead_times[0].warned) == "56.7 % (51.9 % to 61.4 %; 236 of 416)"
    for wrong in (b"", b"{}", b"[1]", REPORT.read_bytes().replace(b'"format": 1', b'"format": 2', 1)):
        with pytest.raises(backtest.NoReport):
            backtest.read(wrong)
