"""What people and systems ask of notify: one method for each wish, whatever door it came through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.notify import acknowledgement, deliveries, directory, listing, publish, routing, sealing
from services.notify.acknowledgement import Answer, NoSuchDelivery
from services.notify.channels import Channel, Unfit
from services.notify.deliveries import Delivery
from services.notify.duty import ALWAYS, Duty
from services.notify.publish import Publisher
from services.notify.registering import Register, Withdraw
from services.notify.routing import Recipient
from services.notify.sealing import SecretBox
from shared import metrics
from shared.database import Pool
from shared.events import notifications
from shared.journal.writer import Writer
from shared.vault import Vault


@dataclass(frozen=True, slots=True)
class Wanted:
    """A recipient as it was asked for."""

    place: str
    role: str
    channel: str
    address: str
    secret: str | None = None
    provider: str | None = None
    authority: str | None = None
    """Of another authority: its GSS code."""
    duty: Duty = ALWAYS
    elsewhere: tuple[str, ...] = ()
    """Other places for which the same one is registered as well (an ICB's)."""


@dataclass(frozen=True, slots=True)
class Notify:
    """The service's use cases."""

    pool: Pool
    writer: Writer
    publisher: Publisher
    box: SecretBox
    vault: Vault
    channels: Mapping[str, Channel]
    now: Callable[[], datetime]

    async def register(self, wanted: Wanted, *, by: str) -> tuple[listing.RecipientView, bool]:
        """Put a recipient into the directory; what waited for its role is sent. True: new. Raises Unfit."""
        await self._check(wanted)
        made = sealing.new_secret() if wanted.channel == "webhook" and wanted.secret is None else None
        secret = wanted.secret or made
        recipient, is_new = await self._keep(wanted, wanted.place, secret, by)
        others = {place: (await self._keep(wanted, place, secret, by))[0].id for place in wanted.elsewhere}
        return listing.recipient(recipient, active=True, secret=made, elsewhere=others), is_new

    async def _keep(self, wanted: Wanted, place: str, secret: str | None, by: str) -> tuple[Recipient, bool]:
        only = wanted.provider or wanted.authority
        key = directory.recipient_id(place, wanted.role, only, wanted.channel, wanted.address)
        recipient = Recipient(
            id=key,
            place=place,
            role=wanted.role,
            channel=wanted.channel,
            address=wanted.address,
            provider_id=wanted.provider,
            secret=self.box.seal(secret, key) if secret else None,
            authority=wanted.authority,
            duty=wanted.duty,
        )
        return recipient, await self.writer.submit(Register(self.publisher, recipient, by, self.now()))

    async def switch(
        self, key: UUID, places: frozenset[str], *, active: bool, by: str, duty: Duty | None = None
    ) -> listing.RecipientView | None:
        """Take a recipient out of the directory, or back into it, or change its duty. None: none in these places."""
        async with self.pool.connection() as connection, connection.cursor() as cursor:
            known = await directory.find(cursor, key)
        if known is None or known.place not in places:
            return None
        if duty is not None:
            await self._check_deputy(duty, known.place, known.role)
            known = replace(known, duty=duty)
        if active:
            await self.writer.submit(Register(self.publisher, replace(known, secret=None), by, self.now()))
        else:
            await self.writer.submit(Withdraw(self.publisher, known, self.now()))
        return listing.recipient(known, active=active)

    async def recipients(self, places: frozenset[str], *, limit: int, after: UUID | None) -> listing.Recipients:
        """Who is registered."""
        async with self.pool.connection() as connection, connection.cursor() as cursor:
            return await listing.recipients(cursor, places, limit=limit, after=after)

    async def deliveries(self, wanted: listing.Filter, *, limit: int, after: int | None) -> listing.Deliveries:
        """Who was told what."""
        async with self.pool.connection() as connection, connection.cursor() as cursor:
            return await listing.deliveries(cursor, wanted, limit=limit, after=after)

    async def find(
        self, key: UUID, places: frozenset[str] | None = None, roles: frozenset[str] | None = None
    ) -> Delivery:
        """One delivery, within these places and roles. Raises NoSuchDelivery."""
        async with self.pool.connection() as connection, connection.cursor() as cursor:
            found = await deliveries.select(cursor, "d.id = %(of)s", {"of": key}, lock=False)
        one = found[0] if found else None
        if one is None or (places is not None and one.notice.place not in places):
            raise NoSuchDelivery(str(key))
        if roles is not None and one.role not in roles:
            raise NoSuchDelivery(str(key))
        return one

    async def acknowledge(
        self, one: Delivery, *, by: str, note: str | None, how: Literal["api", "link", "app"]
    ) -> Answer:
        """Record that the message is there. Raises NoSuchDelivery, NotTold, journal.Unavailable."""
        event_id = publish.receipt_id(notifications.NotificationAcknowledged, one.id)
        sealed = None
        if note and one.acknowledged_at is None:
            # Erasable with what it is about: a note is free text, and may say more than it should.
            sealed = await self.vault.seal(note, event_id=event_id, subjects=[one.notice.subject])
        work = acknowledgement.Acknowledge(self.publisher, one.id, by, how, sealed, self.now())
        told = await self.writer.submit(work)
        if told.is_new:
            metrics.DELIVERIES.labels(one.channel or "none", "acknowledged").inc()
            metrics.ACKNOWLEDGEMENT.observe((told.at - (one.first_sent_at or told.at)).total_seconds())
        return told

    async def _check(self, wanted: Wanted) -> None:
        if (wanted.role == "provider") != (wanted.provider is not None):
            fix = "Name the provider whose manager it is; leave it out for every other role."
            raise Unfit("provider", "it goes with the role provider, and with no other", fix)
        if (wanted.role in routing.AUTHORITIES) != (wanted.authority is not None):
            fix = "Give the GSS code of the authority; leave it out for every other role."
            raise Unfit("authority", "it goes with placing_authorities and host_authority, and no other role", fix)
        await self._check_deputy(wanted.duty, wanted.place, wanted.role)
        await self.channels[wanted.channel].check(wanted.role, wanted.address, wanted.secret)

    async def _check_deputy(self, duty: Duty, place: str, role: str) -> None:
        if duty.deputy_for is None:
            return
        async with self.pool.connection() as connection, connection.cursor() as cursor:
            principal = await directory.find(cursor, duty.deputy_for)
        if principal is None or (principal.place, principal.role) != (place, role):
            fix = "Register that one first; a deputy has its role, in its place."
            raise Unfit("duty/deputy_for", "it is no recipient of this role in this place", fix)
