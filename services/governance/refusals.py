"""Why a command was refused, as a problem document: a refusal by the policy names its rule."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse

from services.governance import asking
from services.governance.domain import taken
from services.governance.event_store import UNSURE
from services.governance.history import BadCursor
from services.governance.matter import NotFitting
from services.governance.parts import invalid
from services.governance.past import NotArrived
from services.governance.searching import UnknownGroup
from services.governance.tables import UnknownKind
from shared.journal import append as journal
from shared.problems import RETRY_AFTER_SECONDS, Problem, unavailable

CURSOR_FIX = "Give the `next` of the page before, as it was."


def install(app: FastAPI) -> None:
    """Every error that governance foresees, as the problem that it is."""
    for kind, problem in PROBLEMS:
        app.add_exception_handler(kind, _handler(problem))


def problem_of(error: Exception) -> Problem | None:
    """What a page says of an error that is foreseen."""
    if isinstance(error, Problem):
        return error
    return next((problem(error) for kind, problem in PROBLEMS if isinstance(error, kind)), None)


def _handler(problem: Callable[[Any], Problem]) -> Callable[[Request, Exception], JSONResponse]:
    def handle(_: Request, error: Exception) -> JSONResponse:
        return problem(error).response()

    return handle


def _refused(error: asking.Refused) -> Problem:
    extra = {"rule": error.verdict.rule, "policy": dict(error.policy)}
    title = "The policy does not allow this"
    return Problem(403, "not-authorised-by-policy", title, f"{error.verdict.why}.", extra=extra)


def _plain(status: int, slug: str, title: str) -> Callable[[Exception], Problem]:
    return lambda error: Problem(status, slug, title, f"{error}." if str(error) else None)


def _clash(error: Exception) -> Problem:
    headers = {"Retry-After": "1"}
    return Problem(409, "clash", "Others are deciding at this moment", f"{error}.", headers=headers)


def _field(path: str, fix: str) -> Callable[[Exception], Problem]:
    return lambda error: invalid(path, f"{_sentence(error)}.", fix)


def _sentence(error: Exception) -> str:
    """Its first letter alone is made great: an instant keeps its T and its Z."""
    said = str(error)
    return said[:1].upper() + said[1:]


def _unavailable(error: Any) -> Problem:
    after = getattr(error, "retry_after", RETRY_AFTER_SECONDS)
    return unavailable(f"{error}. Send the same again later, with the same Idempotency-Key.", retry_after=after)


def _unsure(_: Any) -> Problem:
    return unavailable(
        "The database was lost while this was written. Send the same again, with the same Idempotency-Key: "
        "it will be carried out once."
    )


PROBLEMS: tuple[tuple[type[Exception], Callable[[Any], Problem]], ...] = (
    (asking.Refused, _refused),
    (asking.Unknown, _plain(404, "not-found", "There is nothing here")),
    (asking.PlaceNotHeld, _plain(403, "place-not-held", "Your token does not hold this place")),
    (asking.NoPolicy, _plain(409, "no-policy", "No policy is in force here")),
    (asking.Stale, _plain(412, "stale", "The page has changed since you looked at it")),
    (asking.Clash, _clash),
    (asking.KeyReused, _plain(422, "key-reused", "This Idempotency-Key was used for something else")),
    (asking.Unfit, lambda error: invalid(error.path, error.problem, error.fix)),
    (taken.NoSuchDecision, _plain(404, "not-found", "There is nothing here")),
    (taken.SamePerson, _plain(403, "same-person", "Two different people must agree")),
    (taken.ReasonMissing, _field("/rationale", "Give the reason as `rationale`.")),
    (taken.InTheFuture, _field("/effective_at", "Leave it out, or give a moment that has passed.")),
    (taken.BeforeWhatStands, _field("/effective_at", "Leave it out, or give a later moment.")),
    (taken.CaseError, _plain(409, "not-possible-now", "This is not possible as things stand")),
    (NotFitting, _plain(409, "not-possible-now", "This is not possible as things stand")),
    (BadCursor, _field("query:cursor", CURSOR_FIX)),
    (UnknownKind, lambda error: invalid("query:type", f"{_sentence(error)}.", f"Use {' or '.join(error.nearest)}.")),
    (UnknownGroup, lambda error: invalid("query:group", f"{_sentence(error)}.", f"Use {', '.join(error.known)}.")),
    (NotArrived, _field("query:known_at", "Give an earlier time, or leave it out: then it is all that is known.")),
    (journal.Unavailable, _unavailable),
    *((kind, _unsure) for kind in UNSURE),
)
