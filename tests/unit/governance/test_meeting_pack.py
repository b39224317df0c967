"""What stands in a meeting's pack: the same bytes for the same record, sealed texts, who is shown, what is counted."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.governance import past
from services.governance.domain import meeting
from services.governance.meetings import convening, pack, summary
from services.governance.meetings.inputs import Close, Recorded
from services.governance.meetings.known import Alert, Known
from shared import identifiers, policy
from shared.events import Event, alerts, decisions, entry_of, envelope, meetings, partners, risk_log
from shared.events.registry import Data, Sealed, dumped

CAL = policy.load("calderdale-2023")
AT = datetime(2026, 3, 20, 10, tzinfo=UTC)
TEXT = Sealed(kid="k", nonce="n", ciphertext="c2VhbGVk")
ENDS = {0: Close(41, AT)}


def event(data: Data, provider: str, number: int, at: datetime = AT) -> Event:
    entry = entry_of(type(data))
    id_ = identifiers.derived_id("test", provider, str(number))
    draft = envelope.Draft(
        id=id_, type=entry.type, source="/test", subject=provider, time=at, dataschema=entry.schema_path,
        place="E08000033", classification=entry.classification, data=dumped(data),
    )  # fmt: skip
    body, _ = envelope.seal(
        draft, recordedtime=at, writer="intake", sequence=number + 1, prevsequence=number, prevhash="", digest=""
    )
    return Event.model_validate_json(body)


def confirmed(level: str) -> decisions.DecisionTookEffect:
    said = decisions.LevelConfirmed(scale="rag", level=level)
    return decisions.DecisionTookEffect(
        decision_id="d1", body="PQM", organisation="council", role="panel-chair", decision=said, rationale=TEXT
    )


def recorded(provider: str, *said: Data) -> Recorded:
    events = [event(data, provider, number) for number, data in enumerate(said)]
    standing, pending = past.folded(events)
    facts = {"name": f"Synthetic {provider}", "service_type": "home_care", "commissioning": "council"}
    return Recorded(provider, facts, standing, tuple(pending), None, None, tuple(events), {"quality_concern.raised": 2})


def made(known: list[Recorded], body: str = "PQM", **more: Any) -> pack.Made:
    fixed = meetings.MeetingScheduled(
        meeting_id="m1", body=body, sort="regular", at=AT, cut_off=date(2026, 3, 13), **more
    )
    policy_ = {"pack": CAL.pack, "version": CAL.version, "digest": "d"}
    return pack.Made(meeting.take(None, fixed), "E08000033", CAL, policy_, date(2026, 2, 13), ENDS, known)


def read(given_: pack.Made) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(pack.canonical(given_))
    return found


LEVELS = st.sampled_from(["green", "amber", "red"])


@given(st.lists(LEVELS, max_size=6))
def test_the_same_record_makes_the_same_bytes_and_every_provider_is_counted_once(levels: list[str]) -> None:
    providers = [recorded(f"prv-{number}", confirmed(level)) for number, level in enumerate(levels)]
    again = [recorded(f"prv-{number}", confirmed(level)) for number, level in enumerate(levels)]

    found = read(made(providers))

    assert pack.canonical(made(providers)) == pack.canonical(made(again))
    assert found["counts"]["providers"] == len(levels)
    assert sum(n for name, n in found["counts"].items() if name.startswith("confirmed.rag.")) == len(levels)
    assert found["counts"].get("came.quality_concern.raised", 0) == 2 * len(levels)


def test_a_text_stands_sealed_and_what_was_decided_since_the_last_pack_alone() -> None:
    one = recorded("prv-1", confirmed("red"))
    [shown] = read(made([one]))["providers"]

    assert [each["rationale"] for each in shown["decided"]] == [TEXT.model_dump()]
    long_ago = event(confirmed("red"), "prv-1", 0, AT - timedelta(days=60))
    old = Recorded(one.provider_id, one.facts, one.standing, (), None, None, (long_ago,))
    assert read(made([old]))["providers"][0]["decided"] == []


def test_a_body_sees_whom_it_decides_about_and_a_meeting_about_some_these_alone() -> None:
    providers = [recorded("prv-1", confirmed("red")), recorded("prv-2")]

    assert [one["provider_id"] for one in read(made(providers))["providers"]] == ["prv-1", "prv-2"]
    assert read(made(providers, "GQAB"))["providers"] == []
    about = read(made(providers, "PROVIDER_CONCERN", providers=("prv-2",)))
    assert [one["provider_id"] for one in about["providers"]] == ["prv-2"]
    assert about["counts"]["providers"] == 2


def test_open_alerts_and_open_risks_alone() -> None:
    raised = alerts.AlertRaised(alert="A1", cause="c", name="Synthetic", summary="Synthetic.")
    entered = risk_log.RiskLogEntered(entry_id="r1", likelihood=4, impact=5, risk=TEXT)
    reviewed = risk_log.RiskLogReviewed(entry_id="r1", likelihood=2, impact=5)
    over = risk_log.RiskLogClosed(entry_id="r1", because="mitigated")
    cleared = alerts.AlertCleared(
        alert="A1", cause="c", name="Synthetic", summary="Synthetic.",
        raised_id=str(identifiers.derived_id("test", "prv-1", "0")),
    )  # fmt: skip

    def shown(*said: Data) -> dict[str, Any]:
        found: dict[str, Any] = read(made([recorded("prv-1", *said)]))["providers"][0]
        return found

    [risk] = shown(raised, entered, reviewed)["risks"]
    assert (risk["likelihood"], risk["risk"]) == (2, TEXT.model_dump())
    assert [one["alert"] for one in shown(raised, entered)["alerts"]] == ["A1"]
    after = shown(raised, entered, over, cleared)
    assert (after["risks"], after["alerts"]) == ([], [])


def test_the_newest_rating_of_each_partner_counts_and_a_missing_one_is_named() -> None:
    first = partners.PartnerRatingSubmitted(partner="icb_quality", period="2026-03", rating="green")
    newer = first.model_copy(update={"rating": "red"})
    other = first.model_copy(update={"partner": "council_quality", "period": "2026-02"})
    found = read(made([recorded("prv-1", first, other, newer)]))

    assert found["completeness"]["ratings"] == {"prv-1": {"icb_quality": "red"}}
    assert "icb_quality" not in found["completeness"]["missing"]
    assert "council_quality" in found["providers"][0]["ratings_missing"]
    assert found["providers"][0]["ratings_ahead"] == {}


def test_a_rating_of_a_month_that_is_not_put_together_yet_is_shown_beside() -> None:
    """A partner that rates it red early is not heard too late."""
    early = partners.PartnerRatingSubmitted(partner="icb_quality", period="2026-04", rating="red")
    found = read(made([recorded("prv-1", early)]))

    assert (found["completeness"]["period"], found["completeness"]["ratings"]) == ("2026-03", {})
    assert found["providers"][0]["ratings_ahead"] == {"icb_quality": "red"}


def test_a_body_that_a_referral_asks_is_not_asked_by_its_alert_as_well() -> None:
    def asked(pack_name: str, body: str) -> list[str]:
        alert = Alert("a", "A8", convening.referral_cause("d", body))
        found = convening.asked(policy.load(pack_name), Known("prv-1", "Synthetic", alerts=(alert,)))
        return [one.body for one in found]

    assert asked("salford-2024", "MARKET_OVERSIGHT_BOARD") == []
    assert asked("calderdale-2023", "GQAB") == ["PROVIDER_CONCERN"]


def test_a_report_is_told_as_numbers() -> None:
    figures = [{"code": "K5", "numerator": 3, "denominator": 4}, {"code": "K8", "numerator": None, "denominator": 0}]

    assert summary.of_report({"figures": figures}) == {"K5.numerator": 3, "K5.denominator": 4, "K8.denominator": 0}
