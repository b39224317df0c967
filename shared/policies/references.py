"""What one part of a pack says of another must be there: levels, bodies, criteria, alerts."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from shared.policies import deciding, suggest
from shared.policies.assessing import Identifier
from shared.policies.gathering import ReturnSchedule, return_type
from shared.policies.pack import Pack
from shared.policies.reading import Path

Mistake = tuple[Path, str]
RETURN = re.compile(r"RT-[A-Z]{2,10}(\.[a-z][a-z_]{1,39})?")
ALERT = re.compile(r"A([1-9]|1[0-9])$")
RAISED_BY_RISK = frozenset({"A1", "A2", "A3", "A8", "A10", "A12", "A14"})


def mistakes(pack: Pack) -> Iterator[Mistake]:
    """Every reference that leads nowhere, every name that is there twice."""
    yield from _criteria(pack)
    yield from _rules(pack)
    yield from _authority(pack)
    yield from _levels(pack)
    yield from _referring(pack)
    yield from _telling(pack)
    yield from _returns(pack)


def _criteria(pack: Pack) -> Iterator[Mistake]:
    by_id = {criterion.id: criterion for criterion in pack.criteria}
    seen: set[str] = set()
    for index, criterion in enumerate(pack.criteria):
        here: Path = ("criteria", index)
        if criterion.id in seen:
            yield (*here, "id"), f"{criterion.id} is there twice"
        seen.add(criterion.id)
        scale = criterion.scale or pack.primary
        if scale not in pack.scales:
            yield (
                (*here, "scale"),
                f"no scale {scale}; there are {_list(pack.scales)}{suggest.nearest(scale, pack.scales)}",
            )
            continue
        order = pack.scales[scale].order
        if criterion.level not in order:
            yield from _unknown((*here, "level"), [criterion.level], order, "level", f" on scale {scale}")
            continue
        for nth, overlap in enumerate(criterion.overlaps):
            other = by_id.get(overlap.with_)
            if other is None:
                yield (
                    (*here, "overlaps", nth, "with"),
                    f"no criterion {overlap.with_}{suggest.nearest(overlap.with_, by_id)}",
                )
            elif other.level not in order or order.index(other.level) + 1 != order.index(criterion.level):
                yield (*here, "overlaps", nth, "with"), f"{overlap.with_} is not of the level below {criterion.level}"
    for name in pack.scores:
        if not re.match(Identifier, name):
            yield ("scores", name), "a score's name is lower-case words joined by dots"


def _rules(pack: Pack) -> Iterator[Mistake]:
    ids = {criterion.id for criterion in pack.criteria}
    for scale in pack.scales:
        if scale not in pack.rule:
            yield ("rule",), f"no rule for scale {scale}"
    for scale, rule in pack.rule.items():
        here: Path = ("rule", scale)
        if scale not in pack.scales:
            yield here, f"no scale {scale}; there are {_list(pack.scales)}"
        elif rule.lowest.level != pack.scales[scale].order[0]:
            yield (*here, "lowest", "level"), f"the best level of {scale} is {pack.scales[scale].order[0]}"
        for nth, need in enumerate(rule.lowest.needs):
            for criterion in need.answered_by:
                if criterion not in ids:
                    yield (
                        (*here, "lowest", "needs", nth, "answered_by"),
                        f"no criterion {criterion}{suggest.nearest(criterion, ids)}",
                    )


def _authority(pack: Pack) -> Iterator[Mistake]:
    codes = {code for scale in pack.scales.values() for code in scale.order}
    for decision, rules in pack.authority.decisions.items():
        for nth, rule in enumerate(rules):
            here: Path = ("authority", "decisions", decision, nth)
            yield from _unknown((*here, "bodies"), rule.bodies, pack.bodies, "body")
            yield from _unknown((*here, "at"), rule.at, {*codes, deciding.NO_LEVEL}, "level")
            yield from _unknown((*here, "to"), rule.to, codes, "level")
    for part, acts in (("urgent", pack.authority.urgent.acts), ("two_people", pack.authority.two_people.acts)):
        for nth, act in enumerate(acts):
            if act.decision not in pack.authority.decisions:
                yield ("authority", part, "acts", nth), f"nobody has authority for {act.decision}"
    yield from _unknown(("follows",), pack.follows, pack.authority.decisions, "decision")
    for organisation in pack.authority.joint.organisations:
        if not pack.authority.joint.consents.get(organisation):
            yield ("authority", "joint", "consents"), f"nobody consents for {organisation}"


def _levels(pack: Pack) -> Iterator[Mistake]:
    order = pack.scales[pack.primary].order
    for key, responses in pack.responses.items():
        scale, _, code = key.rpartition(":")
        yield from _at(("responses", key), {scale or pack.primary: (code,)}, pack)
        ids = [response.id for response in responses]
        yield from (
            (("responses", key), f"{id_} is there twice") for id_ in sorted({i for i in ids if ids.count(i) > 1})
        )
        for nth, response in enumerate(responses):
            yield from _at(("responses", key, nth, "at"), response.at, pack)
    yield from _unknown(("clocks", "review"), pack.clocks.review, (*order, deciding.NO_LEVEL), "level")
    for level in pack.clocks.review:
        for clock in pack.clocks.reviews(level):
            yield from _at(("clocks", "review", level), clock.at, pack)
    for nth, convene in enumerate(pack.convene):
        yield from _unknown(("convene", nth, "body"), [convene.body], pack.bodies, "body")
        yield from _unknown(("convene", nth, "on"), (*convene.on.indicated, *convene.on.confirmed), order, "level")
        yield from _unknown(("convene", nth, "on"), convene.on.alerts, pack.alerts, "alert")
        yield from _unknown(("convene", nth, "on"), convene.on.criteria, (c.id for c in pack.criteria), "criterion")
        yield from _at(("convene", nth, "on", "scales"), convene.on.scales, pack)


def _at(path: Path, at: Mapping[str, tuple[str, ...]], pack: Pack) -> Iterator[Mistake]:
    """Levels by the scale on which they stand."""
    yield from _unknown(path, at, pack.scales, "scale")
    for scale, codes in at.items():
        if scale in pack.scales:
            yield from _unknown(path, codes, pack.scales[scale].order, f"level on {scale}")


def _referring(pack: Pack) -> Iterator[Mistake]:
    for nth, referral in enumerate(pack.referrals):
        yield from _unknown(("referrals", nth, "by"), referral.by, pack.bodies, "body")
        yield from _unknown(("referrals", nth, "to"), [referral.to], pack.bodies, "body")
    for nth, report in enumerate(pack.reports):
        yield from _unknown(("reports", nth, "by"), () if report.by is None else (report.by,), pack.bodies, "body")
    rated = pack.partner_ratings
    if rated is not None:
        yield from _unknown(("partner_ratings", "lead"), [rated.lead], rated.partners, "partner")


def _telling(pack: Pack) -> Iterator[Mistake]:
    for code, alert in pack.alerts.items():
        if not ALERT.match(code):
            yield ("alerts", code), "alerts are A1 to A19"
        if code in ("A1", "A2") and alert.switch != "fixed":
            yield ("alerts", code, "switch"), f"{code} cannot be switched off: it must be fixed"
        yield from _unknown(("alerts", code, "levels"), alert.levels, pack.scales[pack.primary].order, "level")
        for nth, trigger in enumerate(alert.raised_by):
            here: Path = ("alerts", code, "raised_by", nth)
            if code not in RAISED_BY_RISK:
                yield here, f"a trigger raises {_list(RAISED_BY_RISK)}, not {code}"
            yield from _unknown((*here, "indicated"), trigger.indicated, pack.scales[pack.primary].order, "level")
        if len({trigger.id for trigger in alert.raised_by}) < len(alert.raised_by):
            yield ("alerts", code, "raised_by"), "two triggers have the same id"
        if alert.ladder and alert.acknowledge_within is None:
            yield ("alerts", code, "ladder"), "a ladder needs acknowledge_within"
    for code in ("A1", "A2"):
        if code not in pack.alerts:
            yield ("alerts",), f"{code} must be there"


def _returns(pack: Pack) -> Iterator[Mistake]:
    levels = pack.scales[pack.primary].order
    for key, schedule in pack.returns.items():
        here: Path = ("returns", key)
        if not RETURN.fullmatch(key):
            yield here, "a return is named by its type (RT-PERF), or with a sector of its own (RT-PERF.home_care)"
        if schedule.cut_off is not None:
            yield from _unknown((*here, "cut_off", "body"), [schedule.cut_off.body], pack.bodies, "body")
        if schedule.on is not None:
            yield from _unknown((*here, "on", "confirmed"), schedule.on.confirmed, levels, "level")
    for (key, one), (other_key, other) in combinations(pack.returns.items(), 2):
        if return_type(key) == return_type(other_key) and _overlap(one, other):
            yield ("returns", other_key), f"{key} asks the same services for the same return: part them by sector"


def _overlap(one: ReturnSchedule, other: ReturnSchedule) -> bool:
    """Whether a service can be asked by both."""
    pairs = ((one.service_types, other.service_types), (one.commissioning, other.commissioning))
    return all(not mine or not theirs or set(mine) & set(theirs) for mine, theirs in pairs)


def _unknown(path: Path, names: Iterable[str], known: Iterable[str], what: str, where: str = "") -> Iterator[Mistake]:
    there = set(known)
    for name in names:
        if name not in there:
            yield path, f"no {what} {name}{where}; there are {_list(there)}{suggest.nearest(name, there)}"


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
