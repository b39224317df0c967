"""A page with a form: shown, and carried out by the same command that the HTTP interface gives."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.governance import refusals
from services.governance.asking import Asking, Reply
from services.governance.parts import Parts, asking
from services.governance.web import form_fields
from services.governance.web.desk import page
from services.governance.web.form import Form
from services.governance.web.form_reading import Faults, Sent, field_of, order, values
from services.governance.web.sessions import Session
from shared.problems import Problem

SERVER = 500


@dataclass(frozen=True)
class Asked:
    """One form on one page."""

    title: str
    form: Form
    back: str
    """The page that it was opened from."""
    button: str = "Record"
    says: tuple[str, ...] = ()
    """What its reader should know before they answer."""
    about: str = ""
    """The service, and the matter of it that the form is about: above its heading."""
    hidden: Mapping[str, str] = field(default_factory=dict)
    """What the page carries along: the version that it was made of."""
    template: str = "form.html"
    """Or one that extends it: with `more`, what stands above the form."""
    more: Mapping[str, Any] = field(default_factory=dict)


def show(asked: Asked, session: Session, known: Sent | None = None) -> HTMLResponse:
    """The form, empty or with what is known. Each showing has a key of its own: sent twice, it is carried out once."""
    return _page(asked, session, known or {}, {})


async def carry_out(
    request: Request,
    asked: Asked,
    session: Session,
    made: Parts,
    *,
    do: Callable[[Any, Asking], Reply],
    then: str | Callable[[Mapping[str, Any]], str],
) -> Response:
    """Do what was sent, and go on to `then` (with what was answered); or show the form again, with what is wrong.

    `do` blocks. Raises what it raises, where whoever sent the form cannot put it right.
    """
    posted = await request.form()
    sent = {name: [str(each) for each in posted.getlist(name)] for name in posted}
    if more := "".join(sent.get("more", ())):
        return _page(asked, session, values(asked.form, sent), {}, more=more)
    try:
        wanted = order(asked.form, sent)
        asker = asking(session.principal, made, "".join(sent.get("key", ())[:1]) or None)
        reply = await run_in_threadpool(do, wanted, asker)
    except Faults as faults:
        return _page(asked, session, values(asked.form, sent), faults.errors, status=422)
    except Exception as error:
        if (problem := refusals.problem_of(error)) is None or problem.status >= SERVER:
            raise
        return _page(asked, session, values(asked.form, sent), _errors(asked.form, problem), status=problem.status)
    return RedirectResponse(then if isinstance(then, str) else then(reply.body), 303)


def _errors(form: Form, problem: Problem) -> dict[str, str]:
    """A refusal as the page says it: beside its field, or above all."""
    found: dict[str, str] = {}
    for each in problem.errors:
        name = field_of(each.path)
        known = form.field(name)
        found[known.name if known else ""] = each.problem if known else f"{each.problem} {each.fix}"
    rule = problem.extra.get("rule")
    return found or {"": f"{problem.title}. {problem.detail or ''}" + (f" (rule {rule})" if rule else "")}


def _page(
    asked: Asked, session: Session, sent: Sent, errors: Mapping[str, str], *, status: int = 200, more: str = ""
) -> HTMLResponse:
    key = "".join(sent.get("key", ())[:1]) if sent.get("key") else f"page-{secrets.token_hex(16)}"
    return page(
        asked.template, session, status, title=asked.title, asked=asked, key=key, **asked.more,
        fields=form_fields.shown(asked.form, sent, errors, more), errors=form_fields.summary(asked.form, errors),
    )  # fmt: skip
