"""Golden scenarios 8 and 9 of domain.md §4.5: partners' ratings collated, low concerns together."""

import pytest

from tests.golden.councils import home
from tests.golden.story import Story


class TestScenario8Calderdale:
    """CAL: partners' ratings are collated at the cut-off; one that is missing is shown and never taken for green."""

    PARTNERS = ("council_quality", "council_safeguarding", "council_contracts", "icb_quality")

    def given(self, *ratings: str) -> Story:
        story = home("calderdale-2023", "2026-03-02").visited()
        for partner, rating in zip(self.PARTNERS, ratings, strict=False):
            story.record("partner_rating.submitted", {"partner": partner, "period": "2026-03", "rating": rating})
        return story.hear_everything().closed("2026-03-12")

    @pytest.mark.parametrize(
        ("ratings", "indicated"),
        [
            (("green", "green", "green", "green"), ("green", "green")),
            (("green", "amber", "green", "green"), ("amber", "amber")),
            (("green", "red", "green", "green"), ("amber", "amber")),
            (("green", "red", "red", "green"), ("red", "red")),
            (("red", "green", "green", "green"), ("red", "red")),
            (("green", "green", "green"), (None, None)),
            (("green", "amber", "green"), ("amber", "amber")),
            (("green", "red", "green"), ("amber", "red")),
            (("green", "red", "red"), ("red", "red")),
            ((), (None, None)),
        ],
    )
    def test_the_worst_of_two_reds_or_the_leads(self, ratings: tuple[str, ...], indicated: tuple[str, str]) -> None:
        assert self.given(*ratings).indicated == indicated

    def test_while_the_leads_rating_is_missing_red_is_not_ruled_out(self) -> None:
        story = home("calderdale-2023", "2026-03-02")
        for partner in self.PARTNERS[1:]:
            story.record("partner_rating.submitted", {"partner": partner, "period": "2026-03", "rating": "amber"})

        assert story.closed("2026-03-12").indicated == ("amber", "red")

    def test_a_rating_after_the_cut_off_counts_for_its_month_all_the_same(self) -> None:
        story = self.given("green", "green", "green").on("2026-03-13")
        late = {"partner": self.PARTNERS[3], "period": "2026-03", "rating": "green"}
        story.record("partner_rating.submitted", late)

        assert story.indicated == ("green", "green")

    def test_before_the_cut_off_the_month_before_counts(self) -> None:
        story = self.given("red", "red", "green", "green")
        for partner in self.PARTNERS:
            story.record("partner_rating.submitted", {"partner": partner, "period": "2026-04", "rating": "green"})

        assert story.closed("2026-04-11").indicated == ("red", "red")
        assert story.closed("2026-04-12").indicated == ("green", "green")

    def test_the_gap_is_shown(self) -> None:
        assert "CAL-6.red" in {
            name for gap in self.given("green", "red", "green").assessed.missing for name in gap.criteria
        }

    def test_a_rating_of_inadequate_between_two_months_is_brought_before_the_board(self) -> None:
        story = self.given("green", "green", "green", "green").on("2026-03-20").rated("inadequate", "2026-03-20")

        assert [what for what, _ in story.told("A8")] == ["raised"]
        assert story.indicated == ("green", "green")  # the partners rate; nobody's rating is changed by another's


class TestScenario9Calderdale:
    """CAL-18: a collection of low concerns asks somebody to look at the thresholds; it refers nobody by itself."""

    def test_three_low_concerns_of_one_theme_raise_a2_once_with_its_task(self) -> None:
        story = home("calderdale-2023")
        for number in range(4):
            story.on(f"2026-01-{number + 2:02}").concern(f"QC-{number}", "S1").closed(f"2026-01-{number + 2:02}")

        assert [what for what, _ in story.told("A2")] == ["raised"]

    def test_two_do_not(self) -> None:
        story = home("calderdale-2023").concern("QC-1").concern("QC-2").closed("2026-01-02")

        assert story.told("A2") == []
