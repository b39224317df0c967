"""YAML with its line and column kept, so that every mistake in a policy can be pointed at."""

import re
from pathlib import Path as FilePath
from typing import Any

from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from shared.policies import suggest

Path = tuple[str | int, ...]
_PLACE = re.compile(r"line (\d+), column (\d+): ")
MOST_VALUES = 50_000
"""No policy comes near; aliases of aliases soon would."""


class Unreadable(Exception):
    """The text is not YAML; the message says where."""


class Positions:
    """Where each value of a text stands: line and column, counted from 1."""

    def __init__(self) -> None:
        self._at: dict[Path, tuple[int, int]] = {(): (1, 1)}

    def put(self, path: Path, line: int, column: int) -> None:
        """Remember where the value at a path begins. Raises Unreadable for a text that unfolds without end."""
        if len(self._at) >= MOST_VALUES:
            raise Unreadable(f"it holds more than {MOST_VALUES} values, those that `*` repeats counted each time")
        self._at[path] = (line + 1, column + 1)

    def find(self, path: Path) -> tuple[int, int]:
        """Where the value stands, or the nearest thing around it that is in the text."""
        while path not in self._at:
            path = path[:-1]
        return self._at[path]

    def known(self, path: Path) -> Path:
        """The longest part of a path that is in the text, and one step more."""
        end = next((n for n in range(len(path), -1, -1) if path[:n] in self._at), 0)
        return path[: end + 1]


def read(text: str) -> tuple[Any, Positions]:
    """Plain data and the places of its values. Raises Unreadable."""
    try:
        data = YAML(typ="rt").load(text)
        positions = Positions()
        return _plain(data, (), positions), positions
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise Unreadable(f"{where}{error.problem}") from error
    except YAMLError as error:
        raise Unreadable(str(error)) from error
    except ValueError as error:  # a day that no month has
        raise Unreadable(f"a value is no date: {error}") from error
    except RecursionError as error:
        raise Unreadable("it is nested too deeply to be a policy") from error


def read_file(path: FilePath) -> tuple[Any, Positions]:
    """As `read`, from a file."""
    try:
        return read(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise Unreadable("it is no text in UTF-8") from error


def sentence(error: ErrorDetails, positions: Positions) -> str:
    """One mistake that pydantic found, in plain English, with its place."""
    return told(positions.known(error["loc"]), error["msg"] + suggest.instead(error), positions)


def told(path: Path, message: str, positions: Positions) -> str:
    """One mistake with its place."""
    line, column = positions.find(path)
    name = ".".join(str(step) for step in path) or "the pack"
    return f"line {line}, column {column}: {name}: {message}"


def place(told: str) -> tuple[int, ...]:
    """Line and column of a mistake as it was told, to put mistakes in the order of the text."""
    found = _PLACE.match(told)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _plain(node: Any, path: Path, positions: Positions) -> Any:
    if isinstance(node, CommentedMap):
        for key in node:
            positions.put((*path, key), *node.lc.value(key))
        return {key: _plain(value, (*path, key), positions) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        for index in range(len(node)):
            positions.put((*path, index), *node.lc.item(index))
        return [_plain(value, (*path, index), positions) for index, value in enumerate(node)]
    return _scalar(node)


def _scalar(node: Any) -> Any:
    # ruamel's own number and text classes carry their spelling; a policy is plain data.
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node
