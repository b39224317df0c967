"""The form of one kind of decision about one provider: its model, with what the policy and the record know. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.governance import referring
from services.governance.domain.taken import WITHOUT_REASON
from services.governance.order import Order
from services.governance.web import words
from services.governance.web.deciding import catalogue, powers, said
from services.governance.web.deciding.catalogue import Document
from services.governance.web.deciding.picking import Piece
from services.governance.web.form import Choices, Form
from shared.events import vocabulary
from shared.policies.pack import Pack

LAST: Final = ("evidence", "rationale", "meeting_id", "item", "effective_at")
"""What every order ends with; the body comes first, then what is decided."""
OF: Final[Mapping[str, str]] = {
    "level.confirmed": "scale",
    "level.overridden": "scale",
    "escalation.referred": "to_body",
}
"""What is chosen before the form, because its other choices depend on it."""


@dataclass(frozen=True, slots=True)
class About:
    """What a form is made of."""

    provider: Document
    pack: Pack | None
    pieces: Sequence[Piece] = ()
    """Events that may be named as evidence."""
    meetings: Sequence[Document] = ()
    """Meetings of the place at which it may have been taken."""
    of: str = ""
    """The scale, or the body: what was chosen before."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """What the page settled: the meeting, and its item."""


def variants(name: str, pack: Pack | None) -> Choices:
    """What is to be chosen before the form, with words; nothing where there is nothing to choose."""
    if pack is None or name not in OF:
        return ()
    if OF[name] == "scale":
        ones = [(scale, scale) for scale in sorted(pack.scales, key=lambda one: one != pack.primary)]
        return [(code, words.plain(text)) for code, text in ones] if len(ones) > 1 else ()
    asked = list(dict.fromkeys(rule.to for rule in pack.referrals if rule.to in pack.bodies)) or list(pack.bodies)
    return [(code, powers.body_name(pack, code)) for code in asked]


def form(name: str, about: About) -> Form:
    """The form of an order of this type."""
    model = catalogue.KINDS[name].model
    given = {"type": name} | _settled(name, about) | dict(about.given)
    own = [each for each in model.model_fields if each not in Order.model_fields]
    shown = ["body", *own, *LAST]
    return Form(
        model,
        given=given,
        labels={**said.LABELS, **said.OWN_LABELS.get(name, {})},
        hints=said.HINTS,
        choices=_choices(name, about),
        only=[each for each in shown if each not in given],
        needed=() if name in WITHOUT_REASON else ("rationale",),
        links={each: {one.event_id: one.address for one in about.pieces} for each in ("evidence", "event_ids")},
    )


def known(name: str, about: About, body: str = "") -> dict[str, list[str]]:
    """What is chosen already, where there is only one to choose: its reader sees it, and may choose otherwise."""
    found: dict[str, list[str]] = {"body": [body]} if body else {}
    for each, options in _choices(name, about).items():
        if len(options) == 1 and each in ("body", "suspension_id", "notice_id", "lsi_id"):
            found.setdefault(each, [options[0][0]])
    return found


def _settled(name: str, about: About) -> dict[str, Any]:
    """Fields that need no question."""
    found: dict[str, Any] = {}
    if name in OF and (of := about.of or _usual(name, about)):
        found[OF[name]] = of
    if not about.meetings and "meeting_id" not in about.given:
        found |= {"meeting_id": None, "item": None}  # there is none that it could have been taken at
    if name == "level.confirmed":
        found["dissent"] = ()  # kept with an override alone
    if name in ("suspension.agreed_voluntary", "suspension.phased"):
        found["kind"] = None  # follows from the type
    if name == "lsi.recommended" or (name == "lsi.authorised" and not catalogue.going(about.provider, "recommended")):
        found["lsi_id"] = None  # a new one
    return found


def _usual(name: str, about: About) -> str | None:
    return about.pack.primary if about.pack and OF[name] == "scale" else None


def _choices(name: str, about: About) -> dict[str, Choices]:
    pack, provider = about.pack, about.provider
    found: dict[str, Choices] = {
        "body": powers.bodies(pack, name),
        "meeting_id": [_meeting(one, pack) for one in about.meetings],
        "evidence": [(one.event_id, one.words) for one in about.pieces],
        "event_ids": [(one.event_id, one.words) for one in about.pieces],
        "suspension_id": [_restriction(one) for one in catalogue.restrictions(provider)],
        "notice_id": [_notice(one) for one in catalogue.notices(provider)],
        "lsi_id": [_process(one) for one in _processes(name, provider)],
        "grounds": [(code, words.plain(code.partition(".")[2])) for code in sorted(vocabulary.THEMES)],
        "lead_role": powers.roles_of(pack),
        "prerequisites": said.PREREQUISITES,
        **said.CHOICES,
    }
    if pack is not None:
        found |= _of_policy(name, about, pack)
    return {each: options for each, options in found.items() if options}


def _of_policy(name: str, about: About, pack: Pack) -> dict[str, Choices]:
    found: dict[str, Choices] = {"dissent": [(each, words.plain(each)) for each in pack.authority.joint.organisations]}
    if OF.get(name) == "scale" and (scale := pack.scales.get(about.of or pack.primary)) is not None:
        found["level"] = [(code, words.level(code)) for code in scale.order]
    if name == "suspension.imposed":
        kinds = {kind for rule in powers.rules(pack, name) for kind in rule.kinds} or {"advisory_notice", "enforced"}
        found["kind"] = [(kind, words.plain(kind)) for kind in sorted(kinds)]
    if name == "escalation.referred":
        found["to_body"] = [(code, body.name) for code, body in pack.bodies.items()]
        found["reason"] = _reasons(pack, [about.of] if about.of else list(pack.bodies))
    return found


def _reasons(pack: Pack, bodies: Iterable[str]) -> Choices:
    """Why a provider may be brought before one of these, in the policy's own words."""
    by_policy = {one.code: one.says or words.plain(one.code) for rule in pack.referrals for one in rule.reasons}
    found = {code: name for body in bodies for code, name in referring.allowed(pack, body).items()}
    names = {name: code for code, name in reversed(found.items())}  # one line for each that is on the log
    return [(code, by_policy.get(code) or said.REASONS.get(code, words.plain(code))) for code in names.values()]


def _processes(name: str, provider: Document) -> list[Document]:
    return catalogue.going(provider, "recommended" if name in ("lsi.authorised", "lsi.declined") else "authorised")


def _restriction(one: Document) -> tuple[str, str]:
    what = f"{words.plain(one['kind'])} of {words.plain(one['scope']).lower()}"
    return one["suspension_id"], f"{what}, since {words.day(one['since'])}"


def _notice(one: Document) -> tuple[str, str]:
    due = f", to be remedied by {words.day(one['remedy_by'])}" if one["remedy_by"] else ""
    return one["notice_id"], f"{'Further notice' if one['further'] else 'Notice'} of {words.day(one['since'])}{due}"


def _process(one: Document) -> tuple[str, str]:
    return one["lsi_id"], f"{words.plain(one['status'])} on {words.day(one['since'])}"


def _meeting(one: Document, pack: Pack | None) -> tuple[str, str]:
    return one["meeting_id"], f"{powers.body_name(pack, one['body'])}, {words.day(one['day'])}"
