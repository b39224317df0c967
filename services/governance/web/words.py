"""Codes, days and figures in plain English, for the pages. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from services.governance.web import briefly, terms
from shared import calendar, councils
from shared.events import envelope

TONES: Final = ((0.34, "calm"), (0.8, "watch"), (1.1, "act"))
"""Where on a scale a level lies, best first: three tones, whatever the scale."""
SIGNS: Final = {"calm": "●", "watch": "◆", "act": "▲", "unknown": "?"}
"""A shape beside each colour, so that colour is never the only sign."""
SECTORS: Final = {"care-homes": "Care homes", "community": "Community care"}
ACRONYMS: Final = {
    "cqc": "CQC", "icb": "ICB", "nhs": "NHS", "dols": "DoLS", "ooa": "Out of area", "lsi": "LSI", "rag": "RAG",
    "pamms": "PAMMS", "mca": "and mental capacity", "eol": "end of life", "ipc": "infection prevention",
}  # fmt: skip
FIVE: Final = 5
BASES: Final = {
    "import": "loaded from a file", "carried-over": "carried over from before",
    "adoption": "because a policy was adopted", "rebuild": "judged anew",
}  # fmt: skip
"""Why something stands on the record that did not happen just then."""
DAYS_SET: Final = ("default_notice", "ratification")


def sector_of(service_type: str | None) -> str:
    """Which of the two dashboards a service stands on (LGA-1): community includes extra care and supported living."""
    return "care-homes" if (service_type or "").startswith("care_home") else "community"


def plain(code: str | None) -> str:
    """`care_home_nursing` → Care home nursing; `cqc_rating.published` → CQC rating published."""
    if code in terms.TERMS:
        return terms.TERMS[code]
    words = (code or "").replace("_", " ").replace(".", " ").replace("-", " ").split()
    said = " ".join(ACRONYMS.get(word, word) for word in words)
    return said[:1].upper() + said[1:]


def kind(type_: str) -> str:
    """An event's type as a heading."""
    return plain(envelope.kind_of(type_).removeprefix("registry."))


def level(code: str | None) -> str:
    """`3` → Level 3; `amber` → Amber."""
    if code is None:
        return "Not known"
    if code.startswith("pre-"):
        return f"Pre-level {code[4:]}"
    return f"Level {code}" if code[:1].isdigit() else plain(code)


def span(low: str | None, high: str | None) -> str:
    """A range of levels."""
    if low is None or high is None:
        return "Unknown"
    return level(low) if low == high else f"{level(low)} to {level(high).removeprefix('Level ')}"


def tone(code: str | None, order: Sequence[str]) -> str:
    """`calm`, `watch`, `act`, or `unknown`."""
    if code is None or code not in order:
        return "unknown"
    at = order.index(code) / max(len(order) - 1, 1)
    return next(name for below, name in TONES if at < below)


def day(given: date | str | None) -> str:
    """2 Mar 2026."""
    if given is None:
        return "not known"
    found = date.fromisoformat(given[:10]) if isinstance(given, str) else given
    return f"{found.day} {found:%b %Y}"


def place(code: str | None) -> str:
    """`E06000019` → Herefordshire; a code of no place that we know stays as it is."""
    return councils.called(code) if code else "not known"


def places(codes: Iterable[str]) -> str:
    """Herefordshire, Leeds."""
    return ", ".join(map(place, codes))


def month(period: str | None) -> str:
    """`2026-03` → Mar 2026; what is no month stays as it is."""
    return day(f"{period}-01").partition(" ")[2] if period and MONTH.fullmatch(period) else period or "not known"


def moment(given: datetime | str | None) -> str:
    """2 Mar 2026, 09:30, London."""
    if given is None:
        return "not known"
    found = datetime.fromisoformat(given) if isinstance(given, str) else given
    local = found.astimezone(calendar.LONDON)
    return f"{day(local.date())}, {local:%H:%M}"


CODE: Final = re.compile(r"[a-z]+[a-z0-9]*([_.][a-z0-9_]+)*|[a-z]+(-[a-z]+)+")
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
MOMENT: Final = re.compile(DAY.pattern + r"T\d{2}:\d{2}.*")
PLACE: Final = re.compile(r"\b[A-Z]\d{8}\b")
INSTANT: Final = re.compile(DAY.pattern + r"T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")


def value(given: object) -> str:
    """Any one value of a document: a day, a moment, a place or a code in words; everything else as it is."""
    said = str(given)
    if DAY.fullmatch(said):
        return day(said)
    if MOMENT.fullmatch(said):
        return moment(said)
    if MONTH.fullmatch(said):
        return month(said)
    if PLACE.fullmatch(said):
        return place(said)
    return plain(said.removeprefix("q.")) if CODE.fullmatch(said) else said


ALERT: Final = re.compile(r"\bA\d{1,2}\b")
ALERTS: Final = {
    "A1": "Immediate risk", "A2": "Safeguarding concern to consider", "A3": "Potential organisational safeguarding",
    "A4": "Notice to CQC", "A5": "Notice to the ICB", "A6": "Notice to another authority",
    "A7": "Concern raised by a host authority", "A8": "Escalation to the board",
    "A9": "Indicated and confirmed level differ", "A10": "A limit has passed", "A11": "A return was missed",
    "A12": "Risk of business failure", "A13": "No matching CQC notification", "A14": "The registration changed",
    "A15": "A joint decision lacks a consent", "A16": "A theme is rising", "A17": "Good practice",
    "A18": "Nobody has acknowledged an alert", "A19": "The data or the directory has a gap",
}  # fmt: skip
"""What notify calls them in what it sends, so that a page and a message speak of the same."""


def alert(code: str) -> str:
    """Escalation to the board (A8)."""
    return f"{ALERTS[code]} ({code})" if code in ALERTS else code


def spoken(text: str) -> str:
    """A sentence of the interface for people: its days, moments, places and codes of alerts, in words."""
    dated = DAY.sub(lambda found: day(found[0]), INSTANT.sub(lambda found: moment(found[0]), text))
    placed = PLACE.sub(lambda found: place(found[0]), dated)
    return ALERT.sub(lambda found: alert(found[0]), placed)


def months(since: date, today: date) -> int:
    """Whole months between two days."""
    whole = (today.year - since.year) * 12 + today.month - since.month
    return max(whole - (today.day < since.day), 0)


def age(since: date, today: date) -> str:
    """How old something is."""
    found = months(since, today)
    if found == 0:
        return "this month"
    years, rest = divmod(found, 12)
    parts = [f"{count} {unit}{'s' if count > 1 else ''}" for count, unit in ((years, "year"), (rest, "month")) if count]
    return " ".join(parts) + " old"


def long(span: timedelta) -> str:
    """How long, roughly: 45 seconds, 5 minutes, 2 hours, 3 days."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if span.total_seconds() >= 2 * size:
            return f"{int(span.total_seconds() // size)} {unit}s"
    return f"{int(span.total_seconds())} seconds"


def last_day(clock: Mapping[str, Any]) -> date | None:
    """The last day on which what a clock waits for is in time.

    Risk's clocks, and the length of a restriction, run out at the start of their `due`; a day that people set is itself
    the last.
    """
    if clock.get("due") is None:
        return None
    said = date.fromisoformat(clock["due"])
    is_set = clock["kind"] in DAYS_SET or clock["kind"].endswith("_review")
    return said if is_set else said - calendar.ONE_DAY


def due(given: date | str, today: date) -> str:
    """How far away a due day is."""
    left = ((date.fromisoformat(given) if isinstance(given, str) else given) - today).days
    if left < 0:
        return f"{-left} day{'s' if left < -1 else ''} overdue"
    return "due today" if left == 0 else f"in {left} day{'s' if left > 1 else ''}"


def five(text: str) -> str:
    """The first five words."""
    found = text.replace('"', "").split()
    said = " ".join(found[:FIVE]).rstrip(".,;:(–-")
    return said if len(found) <= FIVE else f"{said} …"


def why(judged: dict[str, Any] | None, primary: str, order: Sequence[str]) -> str:
    """In five words, why a provider is indicated where it is (LGA-1); the whole stands on its page."""
    if judged is None:
        return "Not judged yet"
    if judged["indicated"].get("min") is None:
        missing = [plain(each["what"]).lower() for each in judged.get("missing", ())]
        return five(f"Not known: {', '.join(missing)}") if missing else "Not enough is known"
    met = [
        each
        for each in judged.get("criteria", ())
        if each["outcome"] == "met" and each.get("scale", "level") == primary and each["level"] in order
    ]
    if not met:
        return "No criterion is met"
    first = min(met, key=lambda each: (-order.index(each["level"]), each["strength"] != "decisive"))
    return briefly.BRIEF.get(first["id"]) or five(first["says"])
