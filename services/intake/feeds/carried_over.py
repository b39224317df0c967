"""The go-live spreadsheet: what stands for each service before the first event → one fact for each (pure, rulings 30).

One row a thing, so that it can be kept in any spreadsheet: `kind` says which (level, restriction, notice, plan, action,
contact), the other columns what it is. Mistakes are told by row and column, all at once, and then nothing is loaded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from services.intake.feeds import table
from services.intake.feeds.reading import Fact, Reading, Said, UnusableFile, reference
from shared.events import carried_over, registry
from shared.events import vocabulary as words
from shared.events.registry import Data

FEED = "carried-over"
KINDS: Mapping[str, Mapping[str, bool]] = {
    "level": {"scale": True, "level": True, "since": False},
    "restriction": {"reference": True, "restriction": True, "scope": False, "since": True},
    "notice": {"reference": True, "since": True, "due": False},
    "plan": {"reference": True, "since": True, "due": False, "extended": False},
    "action": {"reference": True, "plan": True, "due": True, "theme": False, "significant": False},
    "contact": {"since": True},
}
"""By kind of row: its columns, and whether each must be filled. Every row also has `provider`."""
COLUMNS = ("provider", "kind", *dict.fromkeys(name for columns in KINDS.values() for name in columns))


class _Level(Data):
    scale: carried_over.Scale
    level: words.Word


MODELS: Mapping[str, tuple[type[Data], Mapping[str, str]]] = {
    "level": (_Level, {"scale": "scale", "level": "level"}),
    "restriction": (
        carried_over.Restriction,
        {"reference": "suspension_id", "restriction": "kind", "scope": "scope", "since": "since"},
    ),
    "notice": (carried_over.Notice, {"reference": "notice_id", "since": "served_on", "due": "remedy_by"}),
    "plan": (
        carried_over.OpenPlan,
        {"reference": "plan_id", "since": "agreed_on", "due": "due", "extended": "extended"},
    ),
    "action": (
        carried_over.OpenAction,
        {"reference": "action_id", "due": "due", "theme": "theme", "significant": "significant"},
    ),
}
"""By kind of row what it becomes, and the field of each column."""
NEEDED = ("provider", "kind")
DATES, FLAGS = ("since", "due"), ("extended", "significant")
YES, NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")
MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class _Line:
    row: int
    provider: str
    kind: str
    values: Mapping[str, Any]


def reading(rows: Iterable[table.Row], place: str, as_at: date, said: table.DateOrder | None = None) -> Reading:
    """What stood on `as_at`, by service. Raises UnusableFile with every mistake, and table.UndecidedDates."""
    numbered = [(number, row) for number, row in enumerate(rows, 2) if any(row.values())]
    order = table.date_order((row.get(name, "") for _, row in numbered for name in DATES), said)
    mistakes: list[str] = []
    lines = [line for number, row in numbered if (line := _line(number, row, order, as_at, mistakes))]
    by_provider: dict[str, list[_Line]] = {}
    for line in lines:
        by_provider.setdefault(line.provider, []).append(line)
    facts = [_said(provider, place, found, as_at, mistakes) for provider, found in sorted(by_provider.items())]
    if mistakes:
        more = f" … and {len(mistakes) - MOST_TOLD} more" if len(mistakes) > MOST_TOLD else ""
        raise UnusableFile(f"mistakes ({len(mistakes)}):\n" + "\n".join(mistakes[:MOST_TOLD]) + more)
    return Reading(tuple(each for each in facts if each), len(numbered), ())


def _line(row: int, values: table.Row, order: table.DateOrder, as_at: date, mistakes: list[str]) -> _Line | None:
    """One row, its columns read; or None, with its mistakes told."""
    kind, provider = values.get("kind", "").lower(), values.get("provider", "")
    wrong: list[str] = []
    if not provider:
        wrong.append(f"row {row}, column provider: say whose it is: cqc:1-999999999, local:… or prv-…")
    if kind not in KINDS:
        wrong.append(f"row {row}, column kind: {kind or 'empty'!r} is none of {', '.join(KINDS)}")
    read: dict[str, Any] = {}
    for name, must in KINDS.get(kind, {}).items():
        try:
            if text := values.get(name, ""):
                read[name] = _value(name, text, order, as_at)
            elif must:
                wrong.append(f"row {row}, column {name}: it is missing")
        except ValueError as error:
            wrong.append(f"row {row}, column {name}: {error}")
    idle = [name for name in COLUMNS[2:] if kind in KINDS and name not in KINDS[kind] and values.get(name)]
    wrong += [f"row {row}, column {name}: a {kind} has none: leave it empty" for name in idle]
    mistakes += wrong
    return None if wrong else _Line(row, provider, kind, read)


def _value(name: str, text: str, order: table.DateOrder, as_at: date) -> Any:
    """Raises ValueError, with what is wrong in words."""
    if name in DATES:
        day = table.parse(text, order)
        if day and name == "since" and day > as_at:
            raise ValueError(f"{day} lies after {as_at}, the day that the sheet is of")
        return day
    if name in FLAGS:
        if text.lower() in YES or text.lower() in NO:
            return text.lower() in YES
        raise ValueError("say yes or no")
    return text.lower().replace(" ", "_") if name in ("restriction", "scope", "scale", "level", "theme") else text


def _said(provider: str, place: str, lines: list[_Line], as_at: date, mistakes: list[str]) -> Said | None:
    """All rows of one service as one fact; or None, with their mistakes told."""
    before = len(mistakes)
    built = {line.row: _built(line, mistakes) for line in lines}
    _twice(lines, mistakes)
    plans = {line.values["reference"]: line for line in lines if line.kind == "plan"}
    lost = [line.row for line in lines if line.kind == "action" and line.values["plan"] not in plans]
    mistakes += [f"row {row}, column plan: no plan of this service has this reference" for row in lost]
    if len(mistakes) > before:
        return None
    contacts = [line.values["since"] for line in lines if line.kind == "contact"]
    levels = [line for line in lines if line.kind == "level"]
    fact = carried_over.CarriedOverRecorded(
        as_at=as_at,
        levels={line.values["scale"]: line.values["level"] for line in levels},
        level_since=max((line.values["since"] for line in levels if line.values.get("since")), default=None),
        restrictions=_of("restriction", lines, built),
        default_notices=_of("notice", lines, built),
        plans=tuple(
            built[line.row].model_copy(
                update={"actions": _of("action", [e for e in lines if e.values.get("plan") == name], built)}
            )
            for name, line in plans.items()
        ),
        last_contact=max(contacts, default=None),
        record=f"row {min(line.row for line in lines)}",
    )
    told = registry.dumped(fact)
    said = {name: value for name, value in told.items() if name != "record"}
    rows, named = tuple(line.row for line in lines), reference(FEED, [provider], said)
    written = Fact(rows=rows, reference=named, kind="carried_over.recorded", data=told, on=as_at)
    return Said(subject=provider, rows=(), facts=(written,), place=place)


def _built(line: _Line, mistakes: list[str]) -> Any:
    """What the row says, in the ledger's own words; its mistakes by column."""
    if line.kind == "contact":
        return None
    model, columns = MODELS[line.kind]
    try:
        return model.model_validate(
            {field: line.values[name] for name, field in columns.items() if name in line.values}
        )
    except ValidationError as error:
        names = {field: name for name, field in columns.items()}
        for each in error.errors(include_url=False):
            field = str(each["loc"][0])
            mistakes.append(f"row {line.row}, column {names.get(field, field)}: {each['msg']}")
        return None


def _twice(lines: list[_Line], mistakes: list[str]) -> None:
    """One level a scale, one row a reference: of two that differ nobody could say which holds."""
    first: dict[tuple[str, str], int] = {}
    for line in lines:
        name = "scale" if line.kind == "level" else "reference"
        if name in line.values:
            other = first.setdefault((line.kind, line.values[name]), line.row)
            if other != line.row:
                mistakes.append(f"row {line.row}, column {name}: row {other} says it already of this service")


def _of(kind: str, lines: list[_Line], built: Mapping[int, Any]) -> tuple[Any, ...]:
    return tuple(built[line.row] for line in lines if line.kind == kind)
