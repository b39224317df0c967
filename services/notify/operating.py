"""What operators and channels' own services ask: a dead delivery again, what came back, what a template looks like."""

from dataclasses import dataclass

from services.notify import previewing, replaying
from services.notify.application import Notify
from services.notify.deliveries import Delivery
from services.notify.echoing import Echo, Hear, Word
from services.notify.fanout import FanOut
from services.notify.replaying import Replay
from shared import metrics


@dataclass(frozen=True, slots=True)
class Operating:
    """Use cases of those who run the service."""

    notify: Notify
    fanout: FanOut
    own: str
    """Where recipients reach notify."""
    pages: str
    """Where they reach the record."""

    async def replay(self, one: Delivery, *, why: str, by: str) -> int:
        """Have a dead delivery sent again. Its number among the attempts. Raises NoSuchDelivery, NotReplayable."""
        notify = self.notify
        event_id = replaying.receipt_of(one)
        sealed = await notify.vault.seal(why, event_id=event_id, subjects=[one.notice.subject])
        actor = notify.publisher.actor(by)
        number = await notify.writer.submit(Replay(self.fanout, one, actor, sealed, notify.now()))
        metrics.DELIVERIES.labels(one.channel or "none", "replayed").inc()
        return number

    async def hear(self, echo: Echo) -> Word:
        """Keep what came back of a message that was sent. Raises NoSuchDelivery, journal.Unavailable."""
        word = await self.notify.writer.submit(Hear(self.notify.publisher, echo, self.notify.now()))
        if word == "failed":
            metrics.DELIVERIES.labels("none", "bounced").inc()
        return word

    def preview(self, code: str, channel: str) -> dict[str, str]:
        """What a made-up alert of this kind would look like. Raises KeyError for what is no kind or no channel."""
        return self.notify.channels[channel].show(previewing.example(code, self.pages, self.own))
