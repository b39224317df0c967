"""Whether a policy can be adopted, what it means and what it holds; and what differs between two. Pure."""

import re
from datetime import date
from typing import Any, Final

from pydantic import BaseModel

from services.risk.explaining import differing, meaning
from shared import policy

_PLACED: Final = re.compile(r"line (\d+), column (\d+): (.+?): (.*)", re.DOTALL)
_MEANT: Final = re.compile(r"; did you mean (.+?)\?")


class Mistake(BaseModel):
    """One mistake in a policy, and where it stands."""

    line: int | None = None
    column: int | None = None
    path: str | None = None
    problem: str
    suggestion: str | None = None
    """The nearest name, where one was not known."""


class Part(BaseModel):
    """One part of what is said, under its heading."""

    heading: str
    sentences: tuple[str, ...]


class Checked(BaseModel):
    """Whether a policy can be adopted, and what it means."""

    valid: bool
    mistakes: tuple[Mistake, ...] = ()
    pack: str | None = None
    version: str | None = None
    digest: str | None = None
    title: str | None = None
    illustrative: str | None = None
    """Why its criteria are ours, where the council publishes none."""
    review_date: date | None = None
    past_review: bool = False
    """Whether the document's own review date is past."""
    means: tuple[str, ...] = ()
    """In plain English, one sentence each."""
    parts: tuple[Part, ...] = ()
    """The same, by subject."""
    criteria: tuple[dict[str, Any], ...] = ()
    scores: dict[str, Any] = {}
    scales: dict[str, Any] = {}
    responses: dict[str, Any] = {}


class Different(BaseModel):
    """What the second policy says otherwise than the first."""

    first: dict[str, str]
    second: dict[str, str]
    same: bool
    parts: tuple[Part, ...]


def check(text: str, today: date) -> Checked:
    """Every mistake in one answer, or what the policy means. `text`: YAML or JSON."""
    try:
        pack = policy.read(text)
    except policy.PackError as error:
        return refused(error)
    return described(pack, today)


def refused(error: policy.PackError) -> Checked:
    """The mistakes of a policy that cannot be used."""
    return Checked(valid=False, mistakes=tuple(map(_mistake, error.mistakes)))


def described(pack: policy.Pack, today: date) -> Checked:
    """What a policy without mistakes means and holds."""
    said = meaning.parts(pack, today)
    held = policy.document(pack)
    return Checked(
        valid=True,
        pack=pack.pack,
        version=pack.version,
        digest=policy.digest(pack),
        title=pack.title,
        illustrative=pack.illustrative,
        review_date=pack.review_date,
        past_review=meaning.past_review(pack, today) is not None,
        means=tuple(sentence for part in said for sentence in part.sentences),
        parts=_parts(said),
        criteria=tuple(held["criteria"]),
        scores=held.get("scores", {}),
        scales=held["scales"],
        responses=held["responses"],
    )


def different(first: policy.Pack, second: policy.Pack) -> Different:
    """In words, by subject; subjects in which they agree are left out."""
    parts = _parts(differing.differences(first, second))
    return Different(first=_reference(first), second=_reference(second), same=not parts, parts=parts)


def _parts(said: tuple[meaning.Part, ...]) -> tuple[Part, ...]:
    return tuple(Part(heading=part.heading, sentences=part.sentences) for part in said)


def _reference(pack: policy.Pack) -> dict[str, str]:
    return {"pack": pack.pack, "version": pack.version, "digest": policy.digest(pack)}


def _mistake(sentence: str) -> Mistake:
    meant = _MEANT.search(sentence)
    suggestion = meant[1] if meant else None
    found = _PLACED.fullmatch(sentence)
    if found is None:
        return Mistake(problem=sentence, suggestion=suggestion)
    line, column, path, problem = found.groups()
    return Mistake(line=int(line), column=int(column), path=path, problem=problem, suggestion=suggestion)
