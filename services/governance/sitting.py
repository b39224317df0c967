"""The meeting at which a decision was taken, where it names one: the body's own, and one that takes place. Pure."""

from services.governance.asking import Unfit
from services.governance.domain.meeting import Meeting
from services.governance.order import Order

FIX = "Give the id of a meeting of this body, and an item of its agenda; or leave both out."


def demand(order: Order, state: Meeting | None, body: str, provider_id: str) -> None:
    """`state`: of the meeting that the order names, None where the place has none such. Raises Unfit."""
    if order.meeting_id is None:
        if order.item is not None:
            raise Unfit("/item", "An item of which meeting?", FIX)
        return
    if state is None:
        raise Unfit("/meeting_id", "No meeting of this place has this id.", FIX)
    if state.scheduled.body != body:
        raise Unfit("/meeting_id", f"It is a meeting of {state.scheduled.body}, not of {body}.", FIX)
    if state.status == "cancelled":
        raise Unfit("/meeting_id", "The meeting was cancelled.", FIX)
    if order.item is None:
        return
    if order.item not in state.items:
        raise Unfit("/item", f"No item {order.item} is on its agenda.", FIX)
    if state.items[order.item].added.provider_id not in (None, provider_id):
        raise Unfit("/item", f"Item {order.item} is about another provider.", FIX)
