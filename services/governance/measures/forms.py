"""The forms of returns: their fields, how long they take, where each field is held already. Read and checked once."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.events import return_bodies
from shared.policies import reading

FILE = Path(__file__).parent / "forms.yaml"


def fields() -> Mapping[str, tuple[str, ...]]:
    """By type of return, the fields of its form."""
    forms = get_args(get_args(return_bodies.Body)[0])
    return {
        get_args(form.model_fields["kind"].annotation)[0]: tuple(name for name in form.model_fields if name != "kind")
        for form in forms
    }


FIELDS = fields()


class BadForms(Exception):
    """The file of forms has a mistake."""


class Strict(BaseModel):
    """An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Strict):
    """Where something is held already."""

    name: str
    shown: bool
    """The form shows what it says and does not ask; else it is asked all the same."""


class Form(Strict):
    """One form."""

    minutes: int = Field(ge=1, le=10_000)
    held: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)


class Forms(Strict):
    """All of them."""

    sources: Mapping[str, Source]
    forms: Mapping[str, Form]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if missing := FIELDS.keys() ^ self.forms.keys():
            raise ValueError(f"these forms are missing, or none of ours: {', '.join(sorted(missing))}")
        for type_, form in self.forms.items():
            unknown = set(form.held) - set(FIELDS[type_])
            unknown |= {source for by in form.held.values() for source in by} - set(self.sources)
            if unknown:
                raise ValueError(f"{type_} knows no {', '.join(sorted(unknown))}")
        return self


def read(path: Path) -> Forms:
    """A file of forms. Raises BadForms."""
    try:
        data, _ = reading.read_file(path)
        return Forms.model_validate(data)
    except (reading.Unreadable, ValidationError) as error:
        raise BadForms(f"{path.name}: {error}") from error


@cache
def shipped() -> Forms:
    """The forms that come with the product. Raises BadForms."""
    return read(FILE)
