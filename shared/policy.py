"""A council's policy as data (architecture §6): the whole pack, how it is loaded, and the digest it is known by.

A pack is checked as a whole when it is read: shape, references between its parts, every CEL expression against the
catalogue of facts. All mistakes are told at once, with line and column; a pack with a mistake cannot be adopted.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from shared.policies import expressions, reading, references, repair
from shared.policies.pack import Pack

__all__ = ["Pack", "PackError", "digest", "document", "load", "parse", "shipped"]

DIRECTORY = Path(__file__).parent / "policies"


class PackError(Exception):
    """A pack that cannot be used. `mistakes`: one sentence each, with line and column where it is a file's."""

    def __init__(self, name: str, mistakes: list[str]) -> None:
        mistakes = sorted(mistakes, key=reading.place)
        super().__init__(f"{name}: {len(mistakes)} mistake(s)\n" + "\n".join(mistakes))
        self.name = name
        self.mistakes = mistakes


def load(name: str | Path) -> Pack:
    """The shipped pack of that name, or the one in the file at that path. Raises PackError, FileNotFoundError."""
    path = Path(name)
    if isinstance(name, str) and path.suffix == "":
        path = DIRECTORY / f"{name}.yaml"
    try:
        data, positions = reading.read_file(path)
    except reading.Unreadable as error:
        raise PackError(str(name), [str(error)]) from error
    return _checked(data, str(name), positions)


def read(text: str, name: str = "pack") -> Pack:
    """The pack in a text, YAML or JSON (which is YAML too). Raises PackError."""
    try:
        data, positions = reading.read(text)
    except reading.Unreadable as error:
        raise PackError(name, [str(error)]) from error
    return _checked(data, name, positions)


def shipped() -> tuple[str, ...]:
    """Names of the packs that come with the product."""
    return tuple(sorted(path.stem for path in DIRECTORY.glob("*.yaml")))


def parse(text: dict[str, Any]) -> Pack:
    """A pack from its text as `policy.adopted` carries it. Raises PackError."""
    return _checked(text, str(text.get("pack", "pack")), reading.Positions())


def document(pack: Pack) -> dict[str, Any]:
    """The pack as it is adopted and carried on `places`: exactly what was written, no default added."""
    return pack.model_dump(mode="json", by_alias=True, exclude_unset=True)


def digest(pack: Pack) -> str:
    """SHA-256 (hex) of the document in canonical JSON: the same text has the same digest under any later software."""
    return hashlib.sha256(orjson.dumps(document(pack), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _checked(data: Any, name: str, positions: reading.Positions) -> Pack:
    try:
        pack = Pack.model_validate(data)
    except ValidationError as error:
        raise PackError(name, _told(data, error, positions)) from error
    mistakes = [reading.told(path, message, positions) for path, message in _mistakes(pack)]
    if mistakes:
        raise PackError(name, mistakes)
    return pack


def _told(data: Any, error: ValidationError, positions: reading.Positions) -> list[str]:
    """Everything that is wrong: what does not fit the shape, and the mistakes in all the rest."""
    told = [reading.sentence(each, positions) for each in error.errors()]
    rest = repair.Rest(data)
    rest.leave_out(error.errors())
    if rest.pack is not None:
        found = ((path, message) for path, message in _mistakes(rest.pack) if not rest.follows(message))
        told += [reading.told(rest.original(path), message, positions) for path, message in found]
    return told


def _mistakes(pack: Pack) -> Iterator[tuple[reading.Path, str]]:
    yield from references.mistakes(pack)
    yield from expressions.mistakes(pack)
