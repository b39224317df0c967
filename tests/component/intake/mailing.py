"""E-mails, and the officer who reads the quality inbox."""

import secrets
from email.message import EmailMessage

from tests.component.intake.conftest import PLACE

MAIL = "message/rfc822"


def mail(subject="Worry", text="Synthetic: cold food every day.", answers=None, file=None, name=None):
    message = EmailMessage()
    message["Message-ID"] = f"<{name or secrets.token_hex(8)}@example.org>"
    message["From"] = "Synthetic Sender <sender@example.org>"
    message["Date"] = "Mon, 02 Mar 2026 09:30:00 +0000"
    message["Subject"] = subject
    if answers:
        message["In-Reply-To"] = answers["Message-ID"]
    message.set_content(text)
    if file:
        message.add_attachment(file, maintype="image", subtype="png", filename="wound é.png")
    return message


async def send(intake, message, place=PLACE, **claims):
    raw = message if isinstance(message, bytes) else message.as_bytes()
    usual = {"roles": ["quality-officer"], "places": [PLACE], "org": "council", "publisher": "council-quality"}
    headers = intake.issuer.headers(**(usual | claims)) | {"Content-Type": MAIL}
    return await intake.client.post(f"/v1/mail?place={place}", content=raw, headers=headers)


async def officer(intake, method, path, body=None, **claims):
    return await intake.steward(method, path, body, roles=["quality-officer"], sub="olive", **claims)


async def complete(intake, draft, provider, **more):
    body = {"provider": provider, "themes": ["q.nutrition_hydration"], "severity": "S2"} | more
    return await officer(intake, "POST", f"/v1/drafts/{draft}", body)
