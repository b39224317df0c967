"""A form's fields as the components of the Design System, with what was sent and what is wrong with it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from services.governance.web.form import Choices, Field, Form
from services.governance.web.form_reading import MOST_ROWS, Sent, rows

FEW: Final = 7
"""So many choices stand as radio buttons; more in a list."""
WIDTHS: Final = {"day": 2, "month": 2, "year": 4}
TIME: Final = {"time": 4}
BLANK: Final = 2
"""So many empty rows wait at the end of a field that takes rows."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A field of rows, as it is shown."""

    label: str
    hint: str
    name: str
    rows: tuple[tuple[Mapping[str, Any], ...], ...]


def shown(asked: Form, sent: Sent, errors: Mapping[str, str], more: str = "") -> list[Mapping[str, Any] | Rows]:
    """Everything that a form shows, in order. `more`: the field for which more rows are wanted."""
    return [
        _rows(each, sent, errors, more) if each.kind == "rows" else component(each, sent, errors)
        for each in asked.fields
    ]


def summary(asked: Form, errors: Mapping[str, str]) -> list[dict[str, str]]:
    """What is wrong, each with a link to where."""
    said = []
    for name, what in errors.items():
        one = asked.field(name) if name else None
        said.append({"text": what} | ({"href": f"#{first_id(one)}"} if one else {}))
    return said


def first_id(one: Field) -> str:
    """Where the cursor goes to mend it."""
    name = f"{one.name}.0.{one.columns[0].name}" if one.kind == "rows" else one.name
    return f"{name}-day" if one.kind in ("date", "moment") else name


def component(one: Field, sent: Sent, errors: Mapping[str, str], *, in_row: bool = False) -> dict[str, Any]:
    """One field: the component and its parameters."""
    given: dict[str, Any] = {"name": one.name, "id": one.name, "idPrefix": one.name}
    label = one.label + (" (optional)" if one.is_optional and not in_row else "")
    if one.hint:
        given["hint"] = {"text": one.hint}
    if (wrong := errors.get(one.name)) is not None:
        given["errorMessage"] = {"text": wrong}
    head = {"text": label}
    which, own = _own(one, sent, in_row=in_row)
    if which in ("radios", "checkboxes", "date"):
        given["fieldset"] = {"legend": head | {"classes": "govuk-fieldset__legend--s"}}
    else:
        given["label"] = head | {"classes": "govuk-label--s"}
    return {"component": which, "params": given | own}


def _own(one: Field, sent: Sent, *, in_row: bool) -> tuple[str, dict[str, Any]]:
    known = list(sent.get(one.name, ()))
    usual = "" if one.usual in (None, [], ()) or in_row else str(one.usual)
    first = known[0] if known else usual
    match one.kind:
        case "yes_no":
            chosen = [first or str(one.usual)]
            items = _items((("true", "Yes"), ("false", "No")), [each.lower() for each in chosen])
            found: tuple[str, dict[str, Any]] = ("radios", {"classes": "govuk-radios--inline", "items": items})
        case "choices" if in_row and len(one.options) > FEW and len(known) <= 1:  # forty boxes a row: nobody reads them
            items = [{"value": "", "text": "Choose"}, *({"value": code, "text": text} for code, text in one.options)]
            found = "select", {"items": items, "value": first}
        case "choices":
            items = [each | _look(one.links.get(each["value"]), each["text"]) for each in _items(one.options, known)]
            wide = " app-checkboxes--wide" if one.links else ""
            found = "checkboxes", {"classes": f"govuk-checkboxes--small{wide}", "items": items}
        case "choice" if len(one.options) <= FEW and not in_row:
            found = "radios", {"items": _items(one.options, [first])}
        case "choice":
            items = [{"value": "", "text": "Choose"}, *({"value": code, "text": text} for code, text in one.options)]
            found = "select", {"items": items, "value": first}
        case "date" | "moment":
            found = "date", _date(one, sent)
        case "text" | "lines":
            found = "textarea", {"value": first, "rows": 6 if one.kind == "text" and not in_row else 3}
        case _:
            width = 5 if one.kind == "number" else 20
            found = "input", {"value": first, "classes": f"govuk-input--width-{width}"}
    return found


def _items(options: Choices, known: list[str]) -> list[dict[str, Any]]:
    return [{"value": code, "text": text, "checked": code in known} for code, text in options]


def _look(address: str | None, about: str) -> dict[str, Any]:
    """The way to what a choice stands for."""
    if address is None:
        return {}
    said = f'Look at it<span class="govuk-visually-hidden">: {escape(about)}</span>'
    return {"hint": {"html": f'<a class="govuk-link" href="{escape(address)}">{said}</a>'}}


def _date(one: Field, sent: Sent) -> dict[str, Any]:
    items = [
        {
            "name": part,
            "value": (list(sent.get(f"{one.name}-{part}", ())) or [""])[0][:10],
            "classes": f"govuk-input--width-{width}",
        }
        for part, width in (WIDTHS | (TIME if one.kind == "moment" else {})).items()
    ]
    return {"namePrefix": one.name, "items": items}


def _rows(one: Field, sent: Sent, errors: Mapping[str, str], more: str) -> Rows:
    number = rows(one.name, sent) + BLANK + (BLANK if more == one.name else 0)
    shown = [
        tuple(component(each.at(f"{one.name}.{at}.{each.name}"), sent, errors, in_row=True) for each in one.columns)
        for at in range(min(number, MOST_ROWS))
    ]
    return Rows(one.label, one.hint, one.name, tuple(shown))
