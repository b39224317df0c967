"""A pack without the parts that do not fit its shape, so that the mistakes in the rest can be told as well. Pure."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from shared.policies.pack import Pack
from shared.policies.reading import Path

ROUNDS = 8
"""A part that is left out may leave another one incomplete, and so on up to the top."""


STAND_INS: dict[str, Any] = {"int": 1, "float": 0.1, "bool": True, "date": "2000-01-01", "string": "x"}
BOUNDS = ("ge", "le")


class Rest:
    """What is left of a text, and what was left out or stood in for."""

    def __init__(self, data: Any) -> None:
        self._data = data
        self._out: set[Path] = set()
        self._instead: dict[Path, Any] = {}
        self.pack: Pack | None = None

    def leave_out(self, errors: Iterable[Any]) -> None:
        """Leave out what these errors of the whole are about, until the rest is a pack or nothing is left of it."""
        found = list(errors)
        for _ in range(ROUNDS):
            for path, error in [(self._nearest(self.original(error["loc"])), error) for error in found]:
                value = None if path in self._instead else _stand_in(error)
                if value is None:
                    self._out.add(path)
                else:
                    self._instead[path] = value
            if () in self._out:
                return
            try:
                self.pack = Pack.model_validate(self._left(self._data, ()))
            except ValidationError as error:
                found = list(error.errors())
            else:
                return

    def original(self, path: Path) -> Path:
        """A path into the rest, as one into the whole: items before it may have been left out."""
        whole: Path = ()
        for step in path:
            whole = (*whole, self._item(whole, step) if isinstance(step, int) else step)
        return whole

    def _item(self, of: Path, n: int) -> int:
        """The place of an item in the whole list."""
        for gone in sorted(each[-1] for each in self._out if each[:-1] == of and isinstance(each[-1], int)):
            n += gone <= n
        return n

    def follows(self, message: str) -> bool:
        """Whether a mistake in the rest is only there because of what was left out."""
        return any(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", message) for name in self._names())

    def _left(self, data: Any, path: Path) -> Any:
        if path in self._instead:
            return self._instead[path]
        if isinstance(data, dict):
            return {
                key: self._left(value, here) for key, value in data.items() if (here := (*path, key)) not in self._out
            }
        if isinstance(data, list):
            return [self._left(value, here) for n, value in enumerate(data) if (here := (*path, n)) not in self._out]
        return data

    def _names(self) -> set[str]:
        found = set()
        for path in self._out:
            value = _at(self._data, path)
            found.add(str(value["id"]) if isinstance(value, dict) and "id" in value else str(path[-1]))
            found |= {step for step in path[1:2] if isinstance(step, str)}
        return found

    def _nearest(self, path: Path) -> Path:
        """The part of the text that an error is about: as deep as the text goes."""
        return next(path[:n] for n in range(len(path), -1, -1) if _there(self._data, path[:n]))


def _there(data: Any, path: Path) -> bool:
    for step in path:
        inside = isinstance(data, dict) and step in data
        if not inside and not (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            return False
        data = data[step]
    return True


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _stand_in(error: Any) -> Any:
    """A value that would fit where one did not; None where nothing can be said."""
    kind, context = str(error["type"]), error.get("ctx") or {}
    if kind == "literal_error":
        return re.findall(r"'([^']+)'", error["msg"])[0]
    bound = next((context[name] for name in BOUNDS if name in context), None)
    return STAND_INS.get(kind.partition("_")[0]) if bound is None else bound
