"""E-mails as they come: every kind is read as far as it goes, none raises, and nothing of one is lost."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.writing import mailbox

PLAIN = b"""\
Message-ID: <one@example.org>
From: Synthetic Nurse <nurse@example.org>
Subject: Worry about a home
Date: Mon, 02 Mar 2026 09:30:00 +0100
Content-Type: text/plain; charset=utf-8

Doses were missed twice. Our number is C-7K3M-9QXF.
"""
MIXED = b"""\
Message-ID: <two@example.org>
In-Reply-To: <one@example.org>
References: <zero@example.org> <one@example.org>
Subject: =?utf-8?q?Re=3A_Caf=C3=A9?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=cp1252

It\x92s worse.
--a
Content-Type: text/html; charset=utf-8

<p>It is <b>worse</b>.</p>
--a--
--b
Content-Type: image/png; name=wound.png
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename=wound.png

iVBORw0KGgo=
--b
Content-Type: message/rfc822

Message-ID: <forwarded@example.org>
Subject: the first

Words of the first.
--b--
"""


class TestReading:
    def test_a_plain_message(self):
        mail = mailbox.read(PLAIN)

        assert mail.message_id == "one@example.org"
        assert mail.sender == "Synthetic Nurse <nurse@example.org>"
        assert mail.sent == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
        assert mail.text.startswith("Doses were missed twice.")
        assert mail.mentions() == ("C-7K3M-9QXF",)
        assert mail.fault == ""

    def test_what_it_answers_and_carries_and_the_files_with_it(self):
        mail = mailbox.read(MIXED)

        assert mail.answers == ("one@example.org", "zero@example.org", "forwarded@example.org")
        assert mail.subject == "Re: Café"
        assert mail.text.strip() == "It’s worse."
        assert (mail.files[0].name, mail.files[0].media_type) == ("wound.png", "image/png")
        assert mail.files[0].content.startswith(b"\x89PNG")
        assert mail.files[1].name == "the first.eml"
        assert b"Words of the first." in mail.files[1].content

    def test_html_alone_becomes_words_without_its_script(self):
        html = b"Content-Type: text/html\n\n<style>p{}</style><p>Cold food</p><script>x()</script><p>Late &amp; few</p>"

        assert mailbox.read(html).text == "Cold food\nLate & few"

    @pytest.mark.parametrize(
        ("raw", "fault"),
        [
            (b"", "it has no headers"),
            (b"\xff\xfe\x00\x01", "it has no headers"),
            (b"Subject: x\n\n", "it holds no text"),
            (b"Subject: x\nContent-Type: text/plain; charset=klingon\n\nWords", "encoding that is not known"),
            (b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\nno parts at all", "damaged"),
        ],
    )  # fmt: skip
    def test_what_is_broken_is_said(self, raw, fault):
        assert fault in mailbox.read(raw).fault

    def test_words_in_an_unknown_encoding_are_read_all_the_same(self):
        assert mailbox.read(b"Subject: x\nContent-Type: text/plain; charset=klingon\n\nWords").text == "Words"

    def test_parts_within_parts_without_end_raise_nothing(self):
        deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))

        assert mailbox.read(deep).fault

    @given(st.binary(max_size=300), st.integers(0, len(MIXED)))
    def test_whatever_comes_is_read_without_an_exception(self, noise, at):
        mail = mailbox.read(MIXED[:at] + noise + MIXED[at:])

        assert "\0" not in mail.text + mail.subject + mail.sender
        (mail.text + mail.subject + mail.sender).encode()

    @pytest.mark.parametrize("name", [b"From", b"Date", b"Message-ID", b"References", b"To", b"Content-Type"])
    @given(value=st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b" ").replace(b"\r", b" ")))
    def test_whatever_a_header_holds_raises_nothing(self, name, value):
        mailbox.read(name + b": " + value + b"\n\nWords")
