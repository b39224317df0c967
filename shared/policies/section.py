"""What every part of a policy is made of: frozen, and strict about names."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Section(BaseModel):
    """A part of a policy. An unknown name is a mistake, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)


class Clause(Section):
    """Something that a policy says, and where it says it."""

    id: str
    """The requirement's number in domain.md, e.g. `HER-28`."""
    says: str | None = None
    """The council's own words, to the letter."""
    ours: str | None = None
    """Why this is our reading and not the council's word; pages show it."""

    @model_validator(mode="after")
    def _owned(self) -> Self:
        if self.says is None and self.ours is None:
            raise ValueError("say it in the council's words (`says`), or why it is ours (`ours`)")
        return self


class Limit(Section):
    """A length of time, in exactly one unit. `{minutes: 0}` is at once."""

    minutes: int | None = Field(None, ge=0)
    hours: int | None = Field(None, ge=0)
    days: int | None = Field(None, ge=0)
    working_days: int | None = Field(None, ge=0)
    months: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("give one of minutes, hours, days, working_days, months")
        return self
