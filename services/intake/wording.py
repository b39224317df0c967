"""A sender's words → the field's own: themes, ratings, colours (pure; domain.md §3.3, AMB-9)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from shared.events import vocabulary

THEMES = ("themes", "reasons", "focus", "provider_learning")
THEME = "theme"
RATINGS = ("overall", "rating", "cqc_overall", "host_rating", "safe", "effective", "caring", "responsive", "well_led")
PRACTICE = "good_practice.identified"

_QUALITY = {word: word for word in get_args(vocabulary.QualityRating)} | {
    "outstanding": "excellent", "inadequate": "poor", "ri": "requires_improvement",
}  # fmt: skip
_TOOLS = ("assessment.completed",)
_DEPTH = 8


def in_our_words(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with every theme and rating as the vocabulary has it. What maps to nothing is `q.unclassified`."""
    mapped: dict[str, Any] = _mapped(dict(data), "gp." if kind == PRACTICE else "", kind in _TOOLS, 0)
    said = data.get("overall")
    if kind in _TOOLS and isinstance(said, str) and mapped["overall"] != said and "as_published" not in data:
        mapped["as_published"] = said[:60]
    return mapped


def unclassified(data: Any) -> int:
    """How many lists of themes hold one that is nobody's: a measure of the data's quality."""
    return sum(vocabulary.UNCLASSIFIED in themes for themes in _lists(data))


def _lists(data: Any) -> Iterator[list[Any]]:
    if isinstance(data, Mapping):
        for name, each in data.items():
            if name in THEMES and isinstance(each, list):
                yield each
            elif name == THEME:
                yield [each]
            else:
                yield from _lists(each)
    elif isinstance(data, list):
        for each in data:
            yield from _lists(each)


def _mapped(value: Any, practice: str, is_tool: bool, depth: int) -> Any:
    if depth > _DEPTH:
        return value
    if isinstance(value, list):
        return [_mapped(each, practice, is_tool, depth + 1) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _field(name, each, practice, is_tool, depth) for name, each in value.items()}


def _field(name: str, value: Any, practice: str, is_tool: bool, depth: int) -> Any:
    if name in THEMES and isinstance(value, list):
        return _themes(value, practice)
    if name == THEME and isinstance(value, str):
        return _theme(value, practice)
    if name in RATINGS and isinstance(value, str):
        word = _plain(value)
        return _QUALITY.get(word, value) if is_tool else word
    return _mapped(value, practice, is_tool, depth + 1)


def _themes(themes: list[Any], practice: str) -> list[Any]:
    """Each theme in our vocabulary; one that we do not know is `q.unclassified`, never dropped (domain.md §3.3)."""
    mapped = [_theme(theme, practice) if isinstance(theme, str) else theme for theme in themes]
    return [theme for at, theme in enumerate(mapped) if theme not in mapped[:at]]


def _theme(word: str, practice: str) -> str:
    plain = _plain(word)
    if practice:
        bare = plain.removeprefix("gp.").removeprefix("q.")
        return f"gp.{bare}" if f"q.{bare}" in vocabulary.QUALITY_THEMES else "gp.unclassified"
    for candidate in (plain, f"q.{plain}", f"abuse.{plain}"):
        if candidate in vocabulary.THEMES:
            return candidate
    return vocabulary.UNCLASSIFIED


def _plain(word: str) -> str:
    return re.sub(r"[\s-]+", "_", word.strip().lower())
