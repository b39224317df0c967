"""A policy checked, explained and compared: what an officer reads before the director adopts it."""

import copy
import random
from datetime import date
from typing import Any

import pytest

from services.risk.explaining import checked
from shared import policy

TODAY = date(2026, 3, 2)
SALFORD = (policy.DIRECTORY / "salford-2024.yaml").read_text()


def broken(*changes: tuple[str, str]) -> str:
    text = SALFORD
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


class TestCheck:
    def test_mistakes_of_every_kind_are_told_together_in_the_order_of_the_text_each_with_what_was_meant(self) -> None:
        text = broken(
            ('version: "1"\n', 'version: "1"\nverzion: 2\n'),
            ("bodies: [OVERSIGHT_GROUP]", "bodies: [OVERSIGHT_GRUP]"),
            ("switch: fixed", "swich: fixed"),
            ("over_months: 3", "over_months: three"),
            ("value: decisive, ours: rulings 1}", "value: decisiv, ours: rulings 1}"),
            ("when: feedback.often_negative", "when: feedback.oftn_negative"),
            ("with: SAL-L2.g", "with: SAL-L2.gg"),
            ("level: high\n", "level: hgih\n"),
        )
        found = checked.check(text, TODAY)
        lines = text.splitlines()

        assert not found.valid
        assert [each.line for each in found.mistakes] == sorted(each.line or 0 for each in found.mistakes)
        meant = {each.suggestion for each in found.mistakes}
        assert meant >= {
            "version", "OVERSIGHT_GROUP", "switch", "decisive", "feedback.often_negative", "SAL-L2.g", "high",
        }  # fmt: skip
        assert any("over_months: three" in lines[(each.line or 0) - 1] for each in found.mistakes)
        assert all(each.column for each in found.mistakes)

    def test_what_only_follows_from_a_part_that_does_not_fit_is_not_told(self) -> None:
        text = broken(("  PMMT:\n    id: SAL-6\n", "  PMMT:\n"))

        assert [each.path for each in checked.check(text, TODAY).mistakes] == ["bodies.PMMT.id"]

    def test_a_text_that_is_no_policy_at_all_is_told_as_one(self) -> None:
        odd = ("a: 2026-13-45", "&a [*a]", "[" * 3000, "a: !foo b", "- *x", "a: \x00", "? [a, b]\n: c", "1: 2")
        for text in ("", "[]", "pack: x", "5", "a: [1", "criteria: {a: 1}", "scales: []\ncriteria: nothing", *odd):
            found = checked.check(text, TODAY)
            assert not found.valid
            assert found.mistakes

    def test_whatever_is_left_out_or_changed_it_is_told_and_never_breaks(self) -> None:
        dice = random.Random(7)
        whole = [policy.document(policy.load(name)) for name in policy.shipped()]
        for _ in range(60):
            text = copy.deepcopy(dice.choice(whole))
            _spoil(text, dice)
            found = _parsed(text)
            assert found is None or found.mistakes

    def test_a_review_date_that_is_past_is_said(self) -> None:
        herefordshire = policy.load("herefordshire-2018")

        assert checked.described(herefordshire, date(2020, 3, 31)).past_review is False
        past = checked.described(herefordshire, date(2020, 4, 1))
        assert past.past_review
        assert "Its review date, 31 March 2020, is past: the document may not be up to date." in past.means

    @pytest.mark.parametrize("name", policy.shipped())
    def test_a_valid_one_says_what_it_will_do(self, name: str) -> None:
        pack = policy.load(name)
        found = checked.described(pack, TODAY)
        told = "\n".join(found.means)

        assert (found.valid, found.mistakes, found.digest) == (True, (), policy.digest(pack))
        assert [part.heading for part in found.parts][-5:] == [
            "Who decides",
            "What a level sets going",
            "What is asked, and which clocks run",
            "Who is told",
            "What is ours and not the council's",
        ]
        for criterion in pack.criteria:
            lowest = pack.rule[criterion.scale or pack.primary].lowest.level
            assert criterion.level == lowest or f"“{criterion.words}”" in told
            assert criterion.ours is None or f"{criterion.id}: {criterion.ours}." in told
        for named in (*pack.bodies.values(), *(rule for rules in pack.authority.decisions.values() for rule in rules)):
            assert f"({named.id})" in told
        for code, alert in pack.alerts.items():
            assert f"Alert {code}, {alert.name}, " in told

    def test_the_data_lists_criteria_scores_scales_and_responses(self) -> None:
        pack = policy.load("herefordshire-lga-2017")
        found = checked.described(pack, TODAY).model_dump(mode="json")

        assert [each["id"] for each in found["criteria"]] == [each.id for each in pack.criteria]
        assert set(found["scores"]) == set(pack.scores)
        assert set(found["scales"]) == {"level", "rag"}
        assert set(found["responses"]) == set(pack.responses)
        assert "not published" in found["illustrative"]


class TestDiff:
    def other(self, **changes: Any) -> policy.Pack:
        text = policy.document(policy.load("herefordshire-2018"))
        return policy.parse(text | changes)

    def test_the_same_policy_twice_says_nothing(self) -> None:
        same = policy.load("herefordshire-2018")

        assert checked.different(same, same).same

    def test_each_change_is_said_under_its_subject(self) -> None:
        first = policy.load("herefordshire-2018")
        text = policy.document(first)
        text["criteria"][0]["when"] = 'cqc.overall == "outstanding"'
        text["criteria"].pop()
        text["clocks"]["restriction"]["over_months"] = 6
        text["alerts"]["A4"]["to"] = ["cqc", "director"]
        text["rule"]["level"]["supporting_needed"]["value"] = 3
        said = {part.heading: part.sentences for part in checked.different(first, policy.parse(text)).parts}

        assert set(said) == {
            "Criteria", "The rule", "What is asked, and which clocks run", "Who is told",
        }  # fmt: skip
        assert any(each.startswith("Criterion HER-L3.g is only in the first: level 3") for each in said["Criteria"])
        assert any("HER-L1.a: condition was" in each for each in said["Criteria"])
        assert any("after 6 calendar months" in each for each in said["What is asked, and which clocks run"])
        assert said["Who is told"] == ("Alert A4: to was “cqc” and is “cqc”, “director”.",)

    def test_whatever_value_is_changed_is_told(self) -> None:
        dice = random.Random(11)
        first = policy.load("calderdale-2023")
        changed = 0
        while changed < 15:
            text = policy.document(first)
            _spoil(text, dice)
            if _parsed(text) is None and (second := policy.parse(text)) != first:
                assert not checked.different(first, second).same
                changed += 1

    def test_a_seat_in_a_body_is_told_by_its_place_in_the_text(self) -> None:
        first = policy.load("calderdale-2023")
        text = policy.document(first)
        text["bodies"]["PQM"]["chair"] = ["director"]
        (part,) = checked.different(first, policy.parse(text)).parts

        assert part.sentences == ("bodies.PQM.chair was “panel-chair” and is “director”.",)

    def test_two_councils_differ_in_everything_but_the_shape(self) -> None:
        found = checked.different(policy.load("herefordshire-2018"), policy.load("calderdale-2023"))

        assert not found.same
        assert found.first["pack"] == "herefordshire-2018"
        assert any(
            "the primary scale was “level” and is “rag”." in each for part in found.parts for each in part.sentences
        )


def _parsed(text: dict[str, Any]) -> policy.PackError | None:
    try:
        policy.parse(text)
    except policy.PackError as error:
        return error
    return None


def _spoil(node: Any, dice: random.Random) -> None:
    """Leave out, replace or rename something, somewhere."""
    while True:
        key = dice.choice(list(node)) if isinstance(node, dict) else dice.randrange(len(node))
        inner = node[key]
        if isinstance(inner, dict | list) and inner and dice.random() < 0.8:
            node = inner
            continue
        match dice.randrange(3):
            case 0:
                del node[key]
            case 1:
                node[key] = dice.choice([None, 5, -1, "", "nonsense", [], {}, ["x"], {"id": "x"}, True])
            case 2 if isinstance(node, dict):
                node[f"{key}x"] = node.pop(key)
        return
