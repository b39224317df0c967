"""The sets of questions that come with the product, read and checked once."""

from functools import cache
from pathlib import Path

from pydantic import ValidationError

from services.governance.asking import Unknown
from services.governance.monitoring.question_set import QuestionSet
from shared.policies import reading

DIRECTORY = Path(__file__).parent / "question_sets"


class BadQuestions(Exception):
    """A file of questions with a mistake."""


@cache
def shipped() -> dict[str, QuestionSet]:
    """Every set by its name. Raises BadQuestions."""
    return {one.name: one for one in map(read, sorted(DIRECTORY.glob("*.yaml")))}


def read(path: Path) -> QuestionSet:
    """One file. Raises BadQuestions, with what is wrong and where."""
    try:
        data, _ = reading.read_file(path)
        return QuestionSet.model_validate(data)
    except (reading.Unreadable, ValidationError) as error:
        raise BadQuestions(f"{path.name}: {error}") from error


def named(name: str, version: str | None = None) -> QuestionSet:
    """A set; in this version, where one is given. Raises Unknown."""
    found = shipped().get(name)
    if found is None or (version is not None and found.version != version):
        raise Unknown(f"no questions {name}{f' in version {version}' if version else ''} are known here")
    return found
