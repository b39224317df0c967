"""CEL: criteria, scores and needs are compiled against the catalogue of facts when a pack is read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cel_expr_python import cel

from shared.policies import catalogue, suggest
from shared.policies.pack import Pack
from shared.policies.reading import Path
from shared.policies.scoring import Score

Unit = tuple[Path, str]
"""Where an expression stands in the pack, and its text."""

TYPES: Mapping[str, Any] = {
    "bool": cel.Type.BOOL,
    "int": cel.Type.INT,
    "double": cel.Type.DOUBLE,
    "string": cel.Type.STRING,
}
SCORE_TYPES = frozenset({"BOOL", "INT", "DOUBLE", "STRING"})
_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_NAME = re.compile(r"[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*")
_UNDECLARED = re.compile(r"undeclared reference to '([^']+)'")
_WHERE = re.compile(r"<input>:(\d+):(\d+): (.*)")


class Malformed(Exception):
    """An expression that does not compile: each of its faults with line and column inside it."""


class Compiler:
    """Compiles the expressions of one pack. Scores are declared in their order, each usable by those after it."""

    def __init__(self) -> None:
        self._variables: dict[str, Any] = {fact.name: TYPES[fact.type] for fact in catalogue.FACTS}
        self.environment = cel.NewEnv(variables=dict(self._variables))

    def compile(self, text: str) -> Any:
        """A compiled expression of any type. Raises Malformed."""
        try:
            return self.environment.compile(text)
        except Exception as error:  # the library raises bare RuntimeError
            found = _WHERE.findall(str(error))
            faults = "; ".join(
                f"in the expression at {line}:{column}: {what}{self._instead(what)}" for line, column, what in found
            )
            raise Malformed(faults or str(error)) from error

    def condition(self, text: str) -> Any:
        """A compiled expression that is true or false. Raises Malformed."""
        compiled = self.compile(text)
        if compiled.return_type().name() != "BOOL":
            raise Malformed(f"must be true or false, but is of type {compiled.return_type().name()}")
        return compiled

    def declare(self, name: str, text: str) -> Any:
        """A compiled score, whose name the expressions after it may use. Raises Malformed."""
        if name in self._variables:
            raise Malformed("a fact has this name")
        compiled = self.compile(text)
        if compiled.return_type().name() not in SCORE_TYPES:
            raise Malformed(f"a score is a number, a text, or true or false, not {compiled.return_type().name()}")
        self._add({name: compiled.return_type()})
        return compiled

    def declare_weighted(self, name: str) -> None:
        """A weighted score, whose names the expressions after it may use. Raises Malformed."""
        if name in self._variables:
            raise Malformed("a fact has this name")
        self._add(dict.fromkeys(weighted(name), cel.Type.DOUBLE))

    def _instead(self, fault: str) -> str:
        unknown = _UNDECLARED.search(fault)
        return suggest.nearest(unknown[1], self._variables) if unknown else ""

    def _add(self, variables: Mapping[str, Any]) -> None:
        self._variables |= variables
        self.environment = cel.NewEnv(variables=dict(self._variables))


def weighted(name: str) -> tuple[str, str, str]:
    """The facts that a weighted score gives: itself, its least and its most."""
    return name, f"{name}.at_least", f"{name}.at_most"


def names(text: str) -> frozenset[str]:
    """The facts and scores that an expression reads (and words of CEL, which are nobody's name)."""
    found = set()
    for name in _NAME.findall(_TEXT.sub("''", text)):
        # `service.type.startsWith(…)` reads `service.type`.
        steps = name.split(".")
        found |= {".".join(steps[:n]) for n in range(1, len(steps) + 1)}
    return frozenset(found)


def conditions(pack: Pack) -> Iterator[Unit]:
    """Every expression of the pack that must be true or false, with its place."""
    for index, criterion in enumerate(pack.criteria):
        here: Path = ("criteria", index)
        yield (*here, "when"), criterion.when
        if criterion.strength.decisive_when is not None:
            yield (*here, "strength", "decisive_when"), criterion.strength.decisive_when
        if criterion.suspected_when is not None:
            yield (*here, "suspected_when"), criterion.suspected_when
        for nth, overlap in enumerate(criterion.overlaps):
            if overlap.when is not None:
                yield (*here, "overlaps", nth, "when"), overlap.when
    for code, alert in pack.alerts.items():
        for nth, trigger in enumerate(alert.raised_by):
            if trigger.when is not None:
                yield ("alerts", code, "raised_by", nth, "when"), trigger.when
    for scale, rule in pack.rule.items():
        for nth, need in enumerate(rule.lowest.needs):
            yield ("rule", scale, "lowest", "needs", nth, "when"), need.when


def mistakes(pack: Pack) -> Iterator[tuple[Path, str]]:
    """Every expression that does not compile, with the reason."""
    compiler = Compiler()
    for name, score in pack.scores.items():
        yield from _score(compiler, name, score)
    for path, text in conditions(pack):
        yield from _condition(compiler, path, text)


def declare(compiler: Compiler, name: str, score: Score) -> None:
    """Make a score's name, or names, known to what comes after it. Raises Malformed."""
    if score.expr is None:
        compiler.declare_weighted(name)
    else:
        compiler.declare(name, score.expr)


def _score(compiler: Compiler, name: str, score: Score) -> Iterator[tuple[Path, str]]:
    for nth, part in enumerate(score.parts):
        yield from _condition(compiler, ("scores", name, "parts", nth, "when"), part.when)
    try:
        declare(compiler, name, score)
    except Malformed as error:
        yield ("scores", name, "expr"), str(error)


def _condition(compiler: Compiler, path: Path, text: str) -> Iterator[tuple[Path, str]]:
    try:
        compiler.condition(text)
    except Malformed as error:
        yield path, str(error)
