"""The development mail catcher: takes every e-mail by SMTP, keeps it, sends it nowhere, and shows it on a page."""

import asyncio
import email
import email.message
import email.policy
import pathlib
from datetime import UTC, datetime
from typing import Annotated, Any, cast

import aiosmtpd.smtp
import typer
import uvicorn
from jinja2 import Environment, select_autoescape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

MOST = 500
"""Messages kept: the oldest go first."""
PAGE = Environment(autoescape=select_autoescape(default=True)).from_string(
    """<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>Caught e-mail</title>
<style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
article{border-top:1px solid #767676;padding:1rem 0}pre{white-space:pre-wrap;background:#f3f2f1;padding:1rem}
dt{float:left;width:6rem;font-weight:bold}dd{margin-left:6rem}</style>
<h1>Caught e-mail</h1><p>Everything that this local deployment sends by e-mail. Nothing leaves this machine.</p>
{% for each in messages %}<article><dl><dt>Subject</dt><dd>{{ each.subject }}</dd><dt>To</dt><dd>{{ each.to }}</dd>
<dt>From</dt><dd>{{ each.from }}</dd><dt>Caught</dt><dd>{{ each.caught }}</dd></dl><pre>{{ each.body }}</pre></article>
{% else %}<p>None yet.</p>{% endfor %}</html>"""
)


class Catcher:
    """Keeps messages as files, newest last by name."""

    def __init__(self, directory: pathlib.Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: aiosmtpd.smtp.Envelope
    ) -> str:
        """Keep one message before it is answered for."""
        content = cast(bytes, envelope.content)
        name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ.eml")
        scratch = self._directory / f".{name}"
        scratch.write_bytes(content)
        scratch.rename(self._directory / name)
        for old in sorted(self._directory.glob("*.eml"))[:-MOST]:
            old.unlink(missing_ok=True)
        return "250 OK"

    def messages(self) -> list[dict[str, str]]:
        """What was caught, newest first."""
        return [_shown(path) for path in sorted(self._directory.glob("*.eml"), reverse=True)]


def _shown(path: pathlib.Path) -> dict[str, str]:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    heads = {name: str(message.get(name, "")) for name in ("subject", "to", "from", "message-id")}
    return heads | {"caught": path.stem, "body": body.get_content() if body else ""}


def application(catcher: Catcher) -> Starlette:
    """The inbox page at `/`, the same as JSON at `/messages`."""

    async def page(_request: Request) -> HTMLResponse:
        return HTMLResponse(PAGE.render(messages=catcher.messages()))

    async def listed(_request: Request) -> JSONResponse:
        return JSONResponse({"messages": catcher.messages()})

    return Starlette(routes=[Route("/", page), Route("/messages", listed)])


async def serve(directory: pathlib.Path, port: int, smtp_port: int) -> None:
    """Serve both on loopback until stopped."""
    catcher = Catcher(directory)
    loop = asyncio.get_running_loop()
    smtp = await loop.create_server(lambda: aiosmtpd.smtp.SMTP(catcher, enable_SMTPUTF8=True), "127.0.0.1", smtp_port)
    config = uvicorn.Config(application(catcher), host="127.0.0.1", port=port, log_level="warning", access_log=False)
    async with smtp:
        await uvicorn.Server(config).serve()


def main(
    directory: Annotated[pathlib.Path, typer.Option("--dir")],
    port: Annotated[int, typer.Option()],
    smtp_port: Annotated[int, typer.Option()],
) -> None:
    """Catch mail on SMTP_PORT into DIR, show it on PORT."""
    asyncio.run(serve(directory, port, smtp_port))


if __name__ == "__main__":
    typer.run(main)
