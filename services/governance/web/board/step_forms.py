"""Every step of a meeting as a form, with the choices that the meeting, its body and its policy know. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.governance.meetings import orders
from services.governance.web import form_reading, steps, words
from services.governance.web.board import setting, wording
from services.governance.web.board.setting import Setting
from services.governance.web.deciding import catalogue
from services.governance.web.form import Choices, Form
from services.governance.web.form_page import Asked

STEPS: Final = steps.of(orders.AnyStep)
ADDED: Final = ("provider", "theme", "referral", "risk_log", "actions", "report", "other")
"""What people put on an agenda themselves; the rest comes from what is proposed."""
CUT_OFF: Final = "Leave it empty to take the policy’s own rule."
SEALED: Final = "Kept sealed: it is read here only, and who read it is kept."
ROWS: Final = ("attended", "item_discussed")
"""Forms with so many rows that each row's fields stand beside each other."""
Parts = dict[str, Any]
"""What a form has beside its model: labels, hints, choices, given, only, needed; and says."""


def asked(name: str, known: Setting) -> Asked:
    """The form of one step."""
    parts: Parts = MADE[name](known)
    says, title = parts.pop("says", ()), parts.pop("title", wording.TITLES[name])
    form = Form(STEPS[name].model, **(parts | {"given": {"type": name} | parts.get("given", {})}))
    template = "board/rows.html" if name in ROWS else "form.html"
    back = f"/meetings/{known.meeting['meeting_id']}"
    return Asked(title, form, back, says=tuple(one for one in says if one), template=template)


def filled(name: str, form: Form, known: Setting) -> Mapping[str, list[str]]:
    """What the form begins with."""
    meeting = known.meeting
    begins: dict[str, Any] = {
        "rescheduled": {"at": meeting["at"]},
        "attended": {"attendees": known.expected()},
        "held": {"held_on": meeting["day"]},
    }.get(name, {})
    return form_reading.filled(form, begins)


def _rescheduled(known: Setting) -> Parts:
    frozen = "Its pack is frozen, and stays as it is." if known.meeting["pack"] else ""
    labels = {"at": "New day and time", "cut_off": "Last day that its pack takes in", "reason": "Why"}
    hints = {"at": "London time, such as 14:30", "cut_off": CUT_OFF, "reason": SEALED}
    return {"labels": labels, "hints": hints, "says": (frozen,)}


def _cancelled(_: Setting) -> Parts:
    says = "A cancelled meeting stays on the record, and nothing more can be recorded of it."
    return {"labels": {"reason": "Why"}, "hints": {"reason": SEALED}, "says": (says,)}


def _item_added(known: Setting) -> Parts:
    labels = {"kind": "What is it about", "provider_id": "Service", "note": "Note"}
    hints = {"note": SEALED}
    if known.cause:
        one = known.proposed
        about = f" About {known.name(one['provider_id'])}." if one and one["provider_id"] else ""
        says = f"{words.spoken(one['why'])}.{about}" if one else ""
        return {"title": "Take what is proposed", "labels": labels, "hints": hints, "only": ("note",),
                "given": {"cause": known.cause, "item": known.item}, "says": (says,)}  # fmt: skip
    choices = {"kind": [(kind, wording.KINDS[kind]) for kind in ADDED], "provider_id": tuple(known.names.items())}
    late = "The pack is frozen: what is added now is marked as late." if known.meeting["pack"] else ""
    return {"labels": labels, "hints": hints | {"provider_id": "Only if the item is about one."}, "choices": choices,
            "only": ("kind", "provider_id", "note"), "given": {"item": known.item}, "says": (late,)}  # fmt: skip


def _item_removed(known: Setting) -> Parts:
    labels, hints = {"item": "Item", "reason": "Why"}, {"reason": SEALED}
    if known.cause:
        why = (known.proposed or {}).get("why", "")
        return {"title": "Leave out what is proposed", "labels": labels, "hints": hints, "only": ("reason",),
                "given": {"cause": known.cause}, "says": (why and f"{words.spoken(why)}.",)}  # fmt: skip
    if known.about:
        return {"labels": labels, "hints": hints, "only": ("reason",), "given": {"item": known.item},
                "says": (dict(known.items())[known.item],)}  # fmt: skip
    return {"labels": labels, "hints": hints, "only": ("item", "reason"), "needed": ("item",),
            "choices": {"item": known.items()}}  # fmt: skip


def _attended(known: Setting) -> Parts:
    labels = {"attendees": "Who is there", "attendees.organisation": "Organisation", "attendees.role": "Role",
              "attendees.present": "Are they there?", "attendees.mine": "Is this you?"}  # fmt: skip
    hints = {"attendees": "The seats that the policy gives this body. “No” records apologies. To leave a seat out, "
                          "set its organisation and role back to “Choose”."}  # fmt: skip
    wanted = known.meeting["quorum"]["wanted"]
    says = f"The whole list, in place of an earlier one. Quorum: {wanted} of the body’s seats."
    choices = {"attendees.organisation": known.organisations(), "attendees.role": known.roles()}
    return {"labels": labels, "hints": hints, "choices": choices, "says": (says,)}


def _conflict(known: Setting) -> Parts:
    there = [one for one in known.meeting["attendees"] if one["present"]]
    roles = list(dict.fromkeys(one["role"] for one in there))
    organisations = list(dict.fromkeys(one["organisation"] for one in there))
    choices: dict[str, Choices] = {
        "organisation": [(one, words.plain(one)) for one in organisations] or known.organisations(),
        "role": [(one, words.plain(one)) for one in roles] or known.roles(),
        "item": [("", "The whole meeting"), *known.items()],
        "handled": tuple(wording.HANDLED.items()),
    }
    labels = {"organisation": "Whose: organisation", "role": "Whose: role", "item": "About",
              "nature": "What kind of interest", "handled": "What was done about it", "note": "Note"}  # fmt: skip
    hints = {"handled": "Whoever leaves the whole meeting does not count towards its quorum.", "note": SEALED}
    return {"labels": labels, "hints": hints, "choices": choices}


def _discussed(known: Setting) -> Parts:
    labels = {"item": "Item", "outcome": "What came of it", "provider_present": "Was the service itself in the room?",
              "decisions": "Decisions taken under it", "actions": "Actions", "actions.task": "What is to be done",
              "actions.role": "Who does it", "actions.due": "By", "actions.provider_id": "About which service",
              "actions.note": "Note", "note": "Note of the discussion"}  # fmt: skip
    hints = {"actions": "Each becomes a task of that role. Leave empty what is not needed.", "note": SEALED,
             "decisions": "Decisions that this body took about the service; those that name this meeting stand here "
                          "by themselves."}  # fmt: skip
    choices: dict[str, Choices] = {
        "item": known.items(), "outcome": tuple(wording.OUTCOMES.items()), "decisions": _decisions(known),
        "actions.task": setting.tasks(known.pack), "actions.role": known.roles(),
        "actions.provider_id": known.services(),
    }  # fmt: skip
    only = ["outcome", "provider_present", "decisions", "actions", "note"]
    if not choices["decisions"]:
        only.remove("decisions")
    if not known.about:
        return {"labels": labels, "hints": hints, "choices": choices, "only": ("item", *only)}
    return {"labels": labels, "hints": hints, "choices": choices, "only": only, "given": {"item": known.item},
            "says": (dict(known.items())[known.item],)}  # fmt: skip


def _held(known: Setting) -> Parts:
    quorum = known.meeting["quorum"]
    wanted, counted = quorum["wanted"], quorum["counted"]
    says = f"{counted} of the body’s seats are taken, {wanted} are wanted: "
    says += "it is quorate." if counted >= wanted else "it is NOT quorate, and that is recorded."
    return {"labels": {"held_on": "The day on which it was held"}, "says": (says,), "needed": ("held_on",)}


def _minutes(known: Setting) -> Parts:
    again = "They stand in place of those that were recorded." if known.meeting["minutes"] == "recorded" else ""
    return {"labels": {"minutes": "Minutes"}, "hints": {"minutes": SEALED}, "says": (again,)}


def _approved(known: Setting) -> Parts:
    later = [(one["meeting_id"], f"{words.moment(one['at'])}, {one['status']}") for one in known.later]
    labels = {"at_meeting": "The later meeting that approved them", "corrections": "Corrections"}
    return {"labels": labels, "hints": {"corrections": SEALED}, "choices": {"at_meeting": later}}


def _summarised(known: Setting) -> Parts:
    reports = known.reports()
    labels = {"report": "Standing report", "direction": "Which way", "to": "To whom", "note": "Note"}
    hints = {"to": "None chosen: whom the standing report names.", "note": SEALED}
    choices: dict[str, Choices] = {
        "report": [*reports, ("", "None: a summary of this meeting")], "to": known.bodies(),
        "direction": tuple(wording.DIRECTIONS.items()),
    }  # fmt: skip
    only = ("report", "direction", "to", "note") if reports else ("direction", "to", "note")
    says = "What goes out is counts: those of the frozen pack, and of what the meeting did. Nobody is named."
    return {"labels": labels, "hints": hints, "choices": choices, "only": only, "says": (says,)}


def _decisions(known: Setting) -> Choices:
    return [
        (one["decision_id"], f"{decision(one)}, {words.day(one['proposed_at'])}, {words.plain(one['status']).lower()}")
        for one in known.decisions
    ]


def decision(one: Mapping[str, Any]) -> str:
    """What was decided, in a few words."""
    return catalogue.taken(one["type"], one["decision"].get("level"))


MADE: Final[Mapping[str, Callable[[Setting], Parts]]] = {
    "rescheduled": _rescheduled,
    "cancelled": _cancelled,
    "item_added": _item_added,
    "item_removed": _item_removed,
    "attended": _attended,
    "conflict_declared": _conflict,
    "item_discussed": _discussed,
    "held": _held,
    "minutes_recorded": _minutes,
    "minutes_approved": _approved,
    "summarised": _summarised,
}
