"""A command's own model as a form: which fields a page asks for, in whose words, with which choices. Pure.

The model is the one place that says what may be ordered; the page adds words and choices, never rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final, Literal

from pydantic import BaseModel, TypeAdapter

from services.governance.web import words
from shared.events import vocabulary

Kind = Literal["line", "text", "number", "date", "moment", "yes_no", "choice", "choices", "lines", "rows"]
Choices = Sequence[tuple[str, str]]
LONG: Final = 1000
"""From so many characters on a text has more than one line."""
ROW: Final = 2
"""A field of a row has two more steps in its path."""


def said(codes: Iterable[str]) -> Choices:
    """Codes with their words, in the order of the words."""
    return sorted(((code, words.plain(code.removeprefix("q."))) for code in codes), key=lambda one: one[1])


USUAL: Final[Mapping[str, Choices]] = {
    "theme": said(vocabulary.THEMES),
    "themes": said(vocabulary.THEMES),
    "focus": said(vocabulary.THEMES),
}  # fmt: skip
"""What may be chosen where a model takes a code of a list that its schema does not hold."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str
    """Its path in the order: `actions.0.due`."""
    label: str
    kind: Kind
    is_optional: bool = False
    hint: str = ""
    options: Choices = ()
    columns: tuple["Field", ...] = ()
    """The fields of each row, where it takes rows; their names stand without the row's."""
    usual: Any = None
    links: Mapping[str, str] = field(default_factory=dict)
    """Choice → where it is looked at."""

    def at(self, name: str) -> "Field":
        """The same field at another place."""
        return replace(self, name=name)


@dataclass(frozen=True)
class Form:
    """An order's model as a page shows it.

    `given`: fields that the page settles, so that nobody is asked. `labels`, `hints`, `choices`: words of the page, by
    field name (`actions.due` for a field of rows). `only`: the fields that are asked, in this order.
    """

    model: Any
    given: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Choices] = field(default_factory=dict)
    only: Sequence[str] = ()
    needed: Sequence[str] = ()
    """Fields that the model leaves open and the use case asks for all the same: they are not called optional."""
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By field, where each of its choices is looked at."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is asked for, in the model's order."""
        schema = _schema(self.model)
        found = self._of(schema, schema.get("$defs", {}), "")
        by_name = {each.name: each for each in found}
        return tuple(by_name[name] for name in self.only) if self.only else found

    def field(self, name: str) -> Field | None:
        """The field of a path, as it stands on the page; None for what the page does not ask."""
        first, *rest = name.split(".")
        one = next((each for each in self.fields if each.name in (first, name)), None)
        if one is None:  # of what stands in parts among the others, its first part
            return next((each for each in self.fields if each.name.startswith(f"{name}.")), None)
        if not one.columns or len(rest) < ROW:
            return one
        column = next((each for each in one.columns if each.name == rest[1]), None)
        return column.at(f"{first}.{rest[0]}.{column.name}") if column else one

    def _of(self, schema: Mapping[str, Any], known: Mapping[str, Any], above: str) -> tuple[Field, ...]:
        found: list[Field] = []
        for name, one in schema["properties"].items():
            if "const" in one or (not above and name in self.given):
                continue
            is_needed, plain = name in schema.get("required", ()), _plain(one, known)
            if "properties" in plain:  # an object of its own: its parts stand among the others
                parts = self._of(plain, known, f"{above}{name}.")
                found += (
                    replace(each, name=f"{name}.{each.name}", is_optional=each.is_optional or not is_needed)
                    for each in parts
                )
            else:
                found.append(self._field(name, one, known, above, is_needed=is_needed))
        return tuple(found)

    def _field(
        self, name: str, one: Mapping[str, Any], known: Mapping[str, Any], above: str, *, is_needed: bool
    ) -> Field:
        path = above + name
        plain = _plain(one, known)
        items = _plain(plain.get("items", {}), known)
        options = self.choices.get(path) or USUAL.get(name) or said(items.get("enum", plain.get("enum", ())))
        columns = self._of(items, known, f"{path}.") if "properties" in items else ()
        label = self.labels.get(path, words.plain(name))
        usual = one.get("default")
        is_optional = not is_needed and (usual is None or usual in ([], "")) and path not in self.needed
        return Field(
            name, label, _kind(plain, items, options), is_optional, self.hints.get(path, ""), options, columns, usual,
            self.links.get(path, {}),
        )  # fmt: skip


def _kind(plain: Mapping[str, Any], items: Mapping[str, Any], options: Choices) -> Kind:
    found: Kind = "line"
    if plain.get("type") == "array":
        found = "rows" if "properties" in items else "choices" if options else "lines"
    elif options:
        found = "choice"
    elif plain.get("type") in ("integer", "number"):
        found = "number"
    elif plain.get("type") == "boolean":
        found = "yes_no"
    elif plain.get("format") in ("date", "date-time"):
        found = "date" if plain["format"] == "date" else "moment"
    elif plain.get("maxLength", 0) >= LONG:
        found = "text"
    return found


def _plain(one: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without `| None`, and with what it refers to."""
    for each in one.get("anyOf", ()):
        if each.get("type") != "null":
            return _plain(each, known)
    if (name := one.get("$ref")) is not None:
        return _plain(known[name.rpartition("/")[2]], known)
    return one


@cache
def _schema(model: type[BaseModel]) -> Mapping[str, Any]:
    return adapter(model).json_schema()


@cache
def adapter(model: type[BaseModel]) -> TypeAdapter[Any]:
    """What reads and describes a model."""
    return TypeAdapter(model)
