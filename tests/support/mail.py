"""E-mails as mail servers make them."""

from uuid import UUID

KEY = UUID("2b1f0c55-1a0e-5c66-8a0b-5f3e9f0c7d11")


def dsn(
    action: str, status: str, *, key: UUID = KEY, returned: str = "message", message_id: str | None = None
) -> bytes:
    """A delivery status notification (RFC 3464) about a message of ours; synthetic."""
    ours = message_id or f"<{key}@example.org>"
    back = {
        "message": f"Content-Type: message/rfc822\n\nMessage-ID:\n {ours}\nSubject: A2\n\nSynthetic.\n",
        "headers": f"Content-Type: text/rfc822-headers\n\nSubject: A2\nMessage-ID: {ours}\n",
        "nothing": "Content-Type: text/plain\n\n(not returned)\n",
    }[returned]
    text = f"""From: MAILER-DAEMON@mx.example
To: careledger@example.org
Subject: Undelivered Mail Returned to Sender
In-Reply-To: {ours}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

<duty@one.example>: user unknown

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 2 Mar 2026 09:30:00 +0000

Final-Recipient: rfc822; duty@one.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <duty@one.example>: user unknown

--b1
{back}
--b1--
"""
    return text.replace("\n", "\r\n").encode()
