"""Packs: the council's words to the letter, mistakes told with their place, a digest that means the text alone."""

import re
from pathlib import Path

import pytest

from shared import policy
from shared.policies import guide

ROOT = Path(__file__).parents[3]
SEED = ROOT.parent / "shared" / "seeds" / "herefordshire-quality-assurance-strategy-2018.txt"
HER = policy.DIRECTORY / "herefordshire-2018.yaml"


@pytest.fixture(scope="module")
def seed() -> str:
    if not SEED.exists():
        pytest.skip(f"THE COUNCIL'S WORDS ARE NOT CHECKED: {SEED} is not there")
    return _flat(SEED.read_text())


@pytest.fixture(scope="module")
def herefordshire() -> policy.Pack:
    return policy.load("herefordshire-2018")


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


class TestHerefordshire2018:
    def test_has_every_criterion_of_the_strategy(self, herefordshire):
        ids = [criterion.id for criterion in herefordshire.criteria]

        wanted = [f"HER-L1.{c}" for c in "abcdefghi"] + [f"HER-L2.{c}" for c in "abcdefghij"]
        assert ids == wanted + [f"HER-L3.{c}" for c in "abcdefg"]

    @pytest.mark.parametrize("level", ["1", "2", "3"])
    def test_the_criteria_of_a_level_are_the_seeds_row_to_the_letter_and_complete(self, herefordshire, seed, level):
        says = [criterion.says for criterion in herefordshire.criteria if criterion.level == level]
        scale = next(code for code in herefordshire.scales["level"].codes if code.code == level)

        row = f"{level} {scale.name} {' '.join(says)} {scale.response}"

        assert row in seed

    @pytest.mark.parametrize("level", ["1", "2", "3"])
    def test_the_responses_to_a_level_are_the_seeds_row_to_the_letter_and_complete(self, herefordshire, seed, level):
        measures = seed[seed.index("Quality Assurance Monitoring and Measures") :]
        scale = next(code for code in herefordshire.scales["level"].codes if code.code == level)

        row = f"{level} {scale.name} {' '.join(each.says or '' for each in herefordshire.responses[level])}"

        assert row in measures

    def test_every_other_clause_that_quotes_quotes_the_seed(self, herefordshire, seed):
        quoted = _says(policy.document(herefordshire))

        assert len(quoted) > 60
        assert [words for words in quoted if words not in seed] == []

    def test_whatever_the_seed_does_not_say_is_marked_ours(self, herefordshire):
        unsaid = [
            criterion.id
            for criterion in herefordshire.criteria
            if criterion.level != "1" and criterion.strength.ours is None
        ]

        assert unsaid == []

    def test_strengths_are_those_of_ruling_1(self, herefordshire):
        decisive = {c.id for c in herefordshire.criteria if c.strength.value == "decisive" or c.strength.decisive_when}

        assert decisive == {f"HER-{x}" for x in ("L2.a", "L2.b", "L2.i", "L2.j", "L3.a", "L3.b", "L3.g")}

    def test_overlaps_are_those_of_rulings_2_and_5(self, herefordshire):
        pairs = {(o.with_, c.id) for c in herefordshire.criteria for o in c.overlaps}

        assert pairs == {
            ("HER-L1.a", "HER-L2.a"),
            ("HER-L2.a", "HER-L3.a"),
            ("HER-L2.b", "HER-L3.b"),
            ("HER-L2.c", "HER-L3.c"),
            ("HER-L2.f", "HER-L3.d"),
        }

    def test_authority_is_keyed_by_the_level_a_provider_is_at(self, herefordshire):
        by_id = {rule.id: rule for rule in herefordshire.authority.decisions["level.confirmed"]}

        assert (by_id["HER-28"].at, by_id["HER-28"].to, by_id["HER-28"].roles) == (
            ("1",),
            ("1", "2"),
            ("team-manager",),
        )
        assert set(by_id["HER-29"].at) == {"2", "3", "none"}
        assert by_id["HER-29"].bodies == ("MA_QUALITY_REVIEW",)
        assert herefordshire.authority.decisions["level.overridden"] == tuple(by_id.values())

    def test_protective_acts_do_not_wait_and_a_lifting_does(self, herefordshire):
        urgent = {act.decision for act in herefordshire.authority.urgent.acts}

        assert urgent == {"suspension.imposed", "suspension.agreed_voluntary", "suspension.phased"}
        assert herefordshire.authority.urgent.ratify_within.working_days == 5

    def test_a1_and_a2_cannot_be_switched_off(self, herefordshire):
        assert {code for code, alert in herefordshire.alerts.items() if alert.switch == "fixed"} == {"A1", "A2"}


class TestDigest:
    def test_a_pack_that_was_adopted_and_read_again_has_the_same_digest(self, herefordshire):
        again = policy.parse(policy.document(herefordshire))

        assert again == herefordshire
        assert policy.digest(again) == policy.digest(herefordshire)

    def test_a_new_field_of_the_schema_does_not_change_the_digest_of_an_old_text(self, herefordshire):
        text = policy.document(herefordshire)

        assert "scale" not in text["criteria"][0]
        assert "levels" not in text["alerts"]["A1"]

    def test_any_change_of_the_text_changes_it(self, herefordshire):
        text = policy.document(herefordshire)
        text["rule"]["level"]["supporting_needed"]["value"] = 3

        assert policy.digest(policy.parse(text)) != policy.digest(herefordshire)


class TestMistakes:
    def _load(self, tmp_path, *changes):
        text = HER.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        file = tmp_path / "herefordshire-2018.yaml"
        file.write_text(text)
        with pytest.raises(policy.PackError) as caught:
            policy.load(file)
        return text.splitlines(), caught.value.mistakes

    def test_all_are_told_at_once_each_with_line_and_column(self, tmp_path):
        lines, mistakes = self._load(
            tmp_path,
            ("when: feedback.adverse", "when: feedback.advers"),
            ("when: plan.behind", "when: returns.asked > 'two'"),
            ("when: engagement.refuses", "when: returns.asked + 2"),
            ("- {with: HER-L2.c, ours: AMB-2}", "- {with: HER-L9.z, ours: AMB-2}"),
            ("bodies: [QUALITY_TEAM]", "bodies: [QUALITY_TEEM]"),
        )

        assert len(mistakes) == 6  # the body stands in two decisions, of which one is the other's alias
        told = "\n".join(mistakes)
        assert "undeclared reference to 'feedback.advers'" in told
        assert "found no matching overload for '_>_' applied to '(int, string)'" in told
        assert "must be true or false, but is of type INT" in told
        assert "no criterion HER-L9.z" in told
        assert "no body QUALITY_TEEM; there are COMMISSIONERS, " in told
        for mistake in mistakes:
            line, column = map(int, re.match(r"line (\d+), column (\d+): ", mistake).groups())
            assert any(bad in lines[line - 1] for bad in ("advers", "'two'", "+ 2", "L9.z", "TEEM"))
            assert lines[line - 1][column - 1] != " "

    def test_a_name_that_nobody_knows_and_a_value_that_does_not_fit_are_told_with_their_place(self, tmp_path):
        lines, mistakes = self._load(
            tmp_path, ("over_months: 3", "over_months: three"), ("grace_days: 5", "grace_dayz: 5")
        )

        assert len(mistakes) == 2
        for mistake in mistakes:
            line = int(re.match(r"line (\d+)", mistake)[1])
            assert "over_months: three" in lines[line - 1] or "grace_dayz: 5" in lines[line - 1]

    def test_what_is_not_yaml_says_where(self, tmp_path):
        file = tmp_path / "broken.yaml"
        file.write_text("pack: a\nscales: [1, 2\ncriteria: {}\n")

        with pytest.raises(policy.PackError, match="line 3, column"):
            policy.load(file)

    def test_a_name_given_twice_is_a_mistake(self, tmp_path):
        _, mistakes = self._load(tmp_path, ("minimum_contact:", 'version: "2"\nminimum_contact:'))

        assert "duplicate key" in mistakes[0]

    def test_an_adopted_text_with_a_mistake_cannot_be_read(self, herefordshire):
        text = policy.document(herefordshire)
        text["criteria"][0]["when"] = "cqc.overal == 'good'"

        with pytest.raises(policy.PackError, match=r"cqc\.overal"):
            policy.parse(text)

    def test_an_alert_that_no_policy_may_switch_off_is_refused_switched_off(self, tmp_path):
        _, mistakes = self._load(tmp_path, ("switch: fixed", 'switch: "off"'))

        assert "A1 cannot be switched off" in mistakes[0]

    def test_a_pack_that_is_not_shipped_is_not_found(self):
        with pytest.raises(FileNotFoundError):
            policy.load("atlantis-1999")


def test_every_shipped_pack_loads_under_its_own_name():
    assert policy.shipped()
    assert [policy.load(name).pack for name in policy.shipped()] == list(policy.shipped())


def test_what_authors_read_is_what_the_catalogue_and_the_packs_say():
    stale = [file.name for file, text in guide.pages().items() if file.read_text() != text]

    assert stale == [], "run python -m shared.policies.guide"


def _says(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["says"]] if isinstance(node.get("says"), str) else []
        return own + [words for value in node.values() for words in _says(value)]
    if isinstance(node, list):
        return [words for value in node for words in _says(value)]
    return []
