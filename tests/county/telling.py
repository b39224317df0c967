"""An alert that is to be acknowledged within the hour: answered in it, on the next day, or never (A18, the ladder)."""

from tests.county.book import Home
from tests.county.story import DAY
from tests.county.town import Case, Differs, Town, wait
from tests.support.people import JSON

FIRST, NEXT = "safeguarding", "panel_chair"
"""Who is told of an immediate risk, and whom the ladder names next."""
TOLD = {(FIRST, "A1"), ("quality_lead", "A1"), ("director", "A1"), (NEXT, "A3")}
"""Whom such a concern is told to. Each answers for itself: whoever is silent is passed by, though others answer."""


def register(town: Town) -> None:
    """Whoever is told has an inbox."""
    for role in sorted({role for role, _ in TOLD}):
        said = {"place": town.place.code, "role": role, "channel": "inbox", "address": "inbox"}
        town.post("/v1/recipients", said, who="ops", service="notify")


def message(town: Town, home: Home, role: str, alert: str) -> JSON:
    """The delivery to this role, if there is one."""
    town.book.calls += 1
    found = [one for one in town.place.deliveries(home.id)
             if (one["recipient"]["role"], one["alert"], one["channel"]) == (role, alert, "inbox")]  # fmt: skip
    return found[0] if found else {}


def answered(town: Town, home: Home, how: str) -> Case:
    """Who does not answer by then is passed by: the next of the ladder is told. Nobody is where everybody answers."""
    said = {"concern_id": town.name("QC"), "themes": ["q.medicines"], "severity": "S4"}
    town.tell([town.fact("quality_concern.raised", home, said)])
    for role, alert in sorted(TOLD):
        wait(lambda to=(role, alert): message(town, home, *to).get("state") == "sent", f"{role} is told of {home.id}")
    if message(town, home, NEXT, "A18"):
        raise Differs(f"{town.today}: the ladder is climbed for {home.id} before the hour is over")
    if how == "hit":
        for role, alert in sorted(TOLD):
            answer(town, home, role, alert)
    yield town.today + DAY
    if how == "hit":
        if message(town, home, NEXT, "A18"):
            raise Differs(f"{town.today}: the ladder is climbed for {home.id}, though everybody answered")
        town.book.kept("acknowledgement", "hit")
        return
    wait(lambda: message(town, home, NEXT, "A18"), f"{NEXT} is told that nobody answers for {home.id}")
    if message(town, home, FIRST, "A1")["state"] != "escalated":
        raise Differs(f"{town.today}: {message(town, home, FIRST, 'A1')} is not passed by")
    town.book.kept("acknowledgement", "missed")
    if how == "late":
        answer(town, home, FIRST, "A1")
        town.book.kept("acknowledgement", "late")


def answer(town: Town, home: Home, role: str, alert: str) -> None:
    path = f"/v1/deliveries/{message(town, home, role, alert)['id']}/acknowledgement"
    town.post(path, {"by": role}, who="safeguarding", service="notify")
    state = message(town, home, role, alert)["state"]
    if state != "acknowledged":
        raise Differs(f"{town.today}: {alert} that {role} answered is {state}")
