"""What a page sent for a form, as the order that it asks for; and back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from services.governance.web import words
from services.governance.web.form import Field, Form, adapter
from shared import calendar, problems

Sent = Mapping[str, Sequence[str]]
"""What a page sent: every value of every name."""
MOST_ROWS: Final = 60
DATE: Final = ("day", "month", "year")
WRONG: Final[Mapping[tuple[str, str], str]] = {
    ("missing", "choice"): "Choose {about}.",
    ("missing", "choices"): "Choose {about}.",
    ("missing", "yes_no"): "Choose {about}.",
    ("missing", ""): "Enter {about}.",
    ("too_short", ""): "Give at least {min_length}: {about}.",
    ("too_long", ""): "Too many: at most {max_length}.",
    ("string_too_long", ""): "Too long: use at most {max_length} characters.",
    ("int_parsing", ""): "Enter {about} as a whole number.",
    ("uuid_parsing", ""): "Give the id as it stands in the address of its page, such as 6f1c….",
    ("float_parsing", ""): "Enter {about} as a number.",
    ("", "date"): "Enter a real date, such as 27 3 2026.",
    ("", "moment"): "Enter a real day and time, such as 27 3 2026 and 09:30.",
    ("", "choice"): "Choose {about} from the list.",
    ("", "choices"): "Choose {about} from the list.",
}
"""What is wrong, by the sort of fault and of field: both, the fault alone, the field alone."""


class Faults(Exception):
    """What was sent is no order: field → what is wrong; "" for the whole."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


def order(form: Form, sent: Sent) -> Any:
    """What was sent, as the model. Raises Faults."""
    said: dict[str, Any] = {}
    for each in form.fields:
        if (value := read(each, each.name, sent)) is not None:
            whole, _, part = each.name.rpartition(".")
            (said.setdefault(whole, {}) if whole else said)[part] = value
    try:
        return adapter(form.model).validate_python(said | dict(form.given))
    except ValidationError as error:
        raise Faults(dict(_told(form, each) for each in reversed(error.errors()))) from error


def _told(form: Form, error: Mapping[str, Any]) -> tuple[str, str]:
    name = ".".join(map(str, error["loc"]))
    one = form.field(name)
    if one is None:  # what the page settled itself: nothing its reader could put right beside a field
        return "", f"{words.plain(name)}: {error['msg']}."
    return one.name, wrong(one, error)


def wrong(one: Field, error: Mapping[str, Any]) -> str:
    """What is wrong with a field, for whoever filled it in."""
    if error["type"] == "missing" and one.label.endswith("?"):
        return f"Give an answer: {one.label}"
    about = one.label[:1].lower() + one.label[1:].rstrip("?")
    said = WRONG.get((error["type"], one.kind))
    said = said or WRONG.get((error["type"], "")) or WRONG.get(("", one.kind))
    return said.format(about=about, **error.get("ctx", {})) if said else problems.field_errors([error])[0].problem


def values(form: Form, sent: Sent) -> dict[str, list[str]]:
    """What was sent, to be shown again: without rows that hold nothing, so that they are numbered as in the order."""
    found = {name: list(each) for name, each in sent.items()}
    for one in form.fields:
        if one.kind != "rows":
            continue
        kept = [number for number in range(rows(one.name, sent)) if not _is_blank(one, f"{one.name}.{number}", sent)]
        for name in [name for name in found if name.startswith(f"{one.name}.")]:
            del found[name]
        found[f"{one.name}.rows"] = [str(len(kept))]
        for number, was in enumerate(kept):
            for name, each in sent.items():
                if name.startswith(f"{one.name}.{was}."):
                    found[f"{one.name}.{number}.{name.removeprefix(f'{one.name}.{was}.')}"] = list(each)
    return found


def filled(form: Form, known: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is on the record, as a page would have sent it: to be changed."""
    found: dict[str, list[str]] = {}
    for one in form.fields:
        if (value := known.get(one.name)) is not None:
            found |= _shown(one, one.name, value)
    return found


def _shown(one: Field, name: str, value: Any) -> dict[str, list[str]]:
    match one.kind:
        case "date":
            parts = zip(DATE, reversed(str(value)[:10].split("-")), strict=True)
            found = {f"{name}-{part}": [each.lstrip("0")] for part, each in parts}
        case "moment":
            local = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(calendar.LONDON)
            found = _shown(replace(one, kind="date"), name, local.date()) | {f"{name}-time": [f"{local:%H:%M}"]}
        case "choices":
            found = {name: [str(each) for each in value]}
        case "lines":
            found = {name: ["\n".join(map(str, value))]}
        case "rows":
            found = {f"{name}.rows": [str(len(value))]}
            for number, row in enumerate(value):
                for each in one.columns:
                    if row.get(each.name) is not None:
                        found |= _shown(each, f"{name}.{number}.{each.name}", row[each.name])
        case _:
            found = {name: [str(value).lower() if isinstance(value, bool) else str(value)]}
    return found


def read(one: Field, name: str, sent: Sent) -> Any:
    """What was sent for one field, as its model takes it; None for nothing."""
    first = (list(sent.get(name, ())) or [""])[0].strip()
    match one.kind:
        case "date":
            return _day(name, sent)
        case "moment":
            return _moment(name, sent)
        case "choices":
            return [value for value in sent.get(name, ()) if value] or None
        case "lines":
            return [line.strip() for line in first.splitlines() if line.strip()] or None
        case "rows":
            return _rows(one, name, sent)
    return first or None


def rows(name: str, sent: Sent) -> int:
    """How many rows of a field a page showed."""
    asked = (list(sent.get(f"{name}.rows", ())) or ["0"])[0]
    return min(int(asked), MOST_ROWS) if asked.isdecimal() and len(asked) < len("1000") else 0


def field_of(pointer: str) -> str:
    """`/actions/0/due` → actions.0.due."""
    return pointer.strip("/").replace("/", ".")


def _rows(one: Field, name: str, sent: Sent) -> list[dict[str, Any]] | None:
    found = []
    for number in range(rows(name, sent)):
        if not _is_blank(one, f"{name}.{number}", sent):
            row = {each.name: read(each, f"{name}.{number}.{each.name}", sent) for each in one.columns}
            found.append({key: value for key, value in row.items() if value is not None})
    return found or None


def _is_blank(one: Field, row: str, sent: Sent) -> bool:
    """Whether nobody wrote anything in a row: a box that is ticked from the beginning says nothing."""
    return all(read(each, f"{row}.{each.name}", sent) is None for each in one.columns if each.kind != "yes_no")


def _day(name: str, sent: Sent) -> str | None:
    parts = [(list(sent.get(f"{name}-{part}", ())) or [""])[0].strip() for part in DATE]
    if not any(parts):
        return None
    day, month, year = parts
    return f"{year:0>4}-{month:0>2}-{day:0>2}"


def _moment(name: str, sent: Sent) -> str | None:
    day, clock = _day(name, sent), (list(sent.get(f"{name}-time", ())) or [""])[0].strip()
    if day is None and not clock:
        return None
    try:
        return datetime.fromisoformat(f"{day}T{clock:0>5}").replace(tzinfo=calendar.LONDON).isoformat()
    except ValueError:
        return f"{day} {clock}"  # the model says what is wrong with it
