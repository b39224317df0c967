"""From criteria to a range: decisive, overlapping, supporting, silent, unknown (rulings 1 to 6)."""

from itertools import product

import pytest

from services.risk import ranges
from services.risk.criteria import Judged, Rules
from shared import policy

RULES = Rules(policy.load("herefordshire-2018"))
EVIDENCE = {"HER-L1.a": True, "HER-L1.i": True, "HER-18": True}


def indicated(
    *met: str, unknown: tuple[str, ...] = (), decisive: tuple[str, ...] = (), needs: dict[str, bool] | None = None
) -> tuple[str, str] | None:
    """The range when exactly these criteria are met."""
    judged = []
    for prepared in RULES.criteria:
        name = prepared.criterion.id.removeprefix("HER-")
        outcome = "met" if name in met else "unknown" if name in unknown else "not_met"
        strong = prepared.criterion.strength.value == "decisive" or name in decisive
        overlaps = tuple(o for o, _ in prepared.overlaps if not (name in decisive and name == "L3.b"))
        judged.append(Judged(prepared, outcome, strong, overlaps))
    given = needs or {}
    needed = [(each, "met" if given.get(each.need.id) else "unknown") for each in RULES.needs]
    found = ranges.indicated(("1", "2", "3"), RULES.pack.rule["level"], judged, needed)
    return None if found.low is None or found.high is None else ("123"[found.low], "123"[found.high])


class TestDecisive:
    @pytest.mark.parametrize("criterion", ["L3.a", "L3.g"])
    def test_one_of_level_3_is_level_3_whatever_else(self, criterion):
        assert indicated(criterion, "L1.a", needs=EVIDENCE) == ("3", "3")

    @pytest.mark.parametrize("criterion", ["L2.a", "L2.b", "L2.j"])
    def test_one_of_level_2_is_level_2(self, criterion):
        assert indicated(criterion) == ("2", "2")

    def test_a_default_notice_holds_level_2_only_if_it_has_a_cause_of_its_own(self):
        assert indicated("L2.i", decisive=("L2.i",)) == ("2", "2")
        assert indicated("L2.i") == ("1", "2")

    def test_a_proposal_to_cancel_is_level_3_even_with_a_warning_notice(self):
        assert indicated("L2.b", "L3.b", decisive=("L3.b",)) == ("3", "3")


class TestOverlaps:
    def test_good_overall_with_one_area_below_is_1_to_2(self):
        assert indicated("L1.a", "L2.a") == ("1", "2")

    def test_and_2_with_one_more_criterion_of_level_2_alone(self):
        assert indicated("L1.a", "L2.a", "L2.h") == ("2", "2")

    def test_requires_improvement_overall_with_unknown_areas_is_2_to_3(self):
        assert indicated("L2.a", unknown=("L3.a",)) == ("2", "3")

    @pytest.mark.parametrize(("lower", "upper"), [("L2.b", "L3.b"), ("L2.c", "L3.c"), ("L2.f", "L3.d")])
    def test_an_item_of_levels_2_and_3_is_2_to_3(self, lower, upper):
        assert indicated(lower, upper) == ("2", "3")

    @pytest.mark.parametrize(("lower", "upper"), [("L2.b", "L3.b"), ("L2.c", "L3.c"), ("L2.f", "L3.d")])
    @pytest.mark.parametrize("alone", ["L3.e", "L3.f"])
    def test_and_3_with_one_more_criterion_of_level_3_alone(self, lower, upper, alone):
        assert indicated(lower, upper, alone) == ("3", "3")

    def test_two_such_items_are_still_2_to_3(self):
        assert indicated("L2.b", "L3.b", "L2.c", "L3.c") == ("2", "3")

    def test_an_upper_criterion_whose_twin_is_not_met_stands_alone(self):
        assert indicated("L3.d", "L3.e") == ("3", "3")


class TestSupporting:
    @pytest.mark.parametrize("criterion", ["L2.c", "L2.d", "L2.e", "L2.f", "L2.g"])
    def test_one_of_level_2_is_1_to_2(self, criterion):
        assert indicated(criterion) == ("1", "2")
        assert indicated(criterion, needs=EVIDENCE) == ("1", "2")

    def test_two_of_level_2_are_level_2(self):
        assert indicated("L2.d", "L2.e", needs=EVIDENCE) == ("2", "2")

    def test_one_of_level_3_alone_is_2_to_3(self):
        assert indicated("L3.e", needs=EVIDENCE) == ("2", "3")

    def test_two_of_level_3_alone_are_level_3(self):
        assert indicated("L3.e", "L3.f") == ("3", "3")

    def test_one_of_level_3_never_lowers_a_level_2(self):
        assert indicated("L2.j", "L3.e") == ("2", "3")


class TestSilence:
    def test_missing_returns_alone_say_nothing_of_the_level(self):
        assert indicated("L2.h") is None

    def test_with_everything_else_in_order_they_are_1_to_2(self):
        assert indicated("L1.a", "L2.h", needs={"HER-L1.a": True, "HER-18": True}) == ("1", "2")

    def test_with_another_criterion_of_level_2_they_count(self):
        assert indicated("L2.h", "L2.d") == ("2", "2")


class TestLevel1:
    def test_needs_a_rating_returns_and_contact(self):
        assert indicated("L1.a", needs=EVIDENCE) == ("1", "1")

    @pytest.mark.parametrize("lacking", list(EVIDENCE))
    def test_is_unknown_if_one_is_lacking(self, lacking):
        assert indicated("L1.a", needs=EVIDENCE | {lacking: False}) is None

    def test_other_criteria_of_level_1_may_be_unknown(self):
        assert indicated("L1.a", unknown=("L1.b", "L1.f", "L2.a", "L2.e", "L3.e"), needs=EVIDENCE) == ("1", "1")

    def test_nothing_met_is_unknown(self):
        assert indicated() is None
        assert indicated("L1.b", "L1.c", "L1.d", "L1.e") is None


class TestAWorseFactNeverLowersALevel:
    def test_adding_any_criterion_of_level_2_or_3_keeps_both_ends(self):
        ids = [prepared.criterion.id.removeprefix("HER-") for prepared in RULES.criteria]
        worse = [name for name in ids if name[1] in "23"]
        for good, first, second, third in product(("L1.a", "L1.b"), worse, worse, worse):
            few = indicated(good, first, second, needs=EVIDENCE)
            more = indicated(good, first, second, third, needs=EVIDENCE)

            assert few is not None
            assert more is not None
            assert more[0] >= few[0], (good, first, second, third)
            assert more[1] >= few[1], (good, first, second, third)
