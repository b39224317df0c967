"""What a person sees of the launcher: one line an event, and one table of URLs."""

import sys
import time

from rich.console import Console
from rich.table import Table

from deploy.local import jars, layout

MEGABYTE = 1_000_000
_began = time.monotonic()
_shown = 0.0


def say(text: str) -> None:
    """One line, with the seconds since the start."""
    print(f"{time.monotonic() - _began:6.1f} s  {text}", flush=True)


def fail(text: str) -> None:
    """The one line that says why nothing runs."""
    print(f"CareLedger is not running: {text}", file=sys.stderr, flush=True)


def downloading(done: int, of: int, size: int) -> None:
    """Progress of the jars, at most once a second."""
    global _shown  # noqa: PLW0603 - one screen
    if done == of or time.monotonic() - _shown >= 1:
        _shown = time.monotonic()
        say(f"downloading Apache Kafka {jars.VERSION}: {done} of {of} jars, {size / MEGABYTE:.0f} MB")


def table(place: layout.Layout) -> None:
    """Where everything is."""
    shown = Table(title="CareLedger is ready", title_justify="left")
    shown.add_column("what")
    shown.add_column("where", no_wrap=True)
    for what, where in (
        ("intake: events, providers, quarantine", f"{place.url('intake')}/docs"),
        ("risk: check a policy, recompute an assessment", f"{place.url('risk')}/docs"),
        ("the pages: dashboards, providers (sign in as a persona)", f"{place.url('governance')}/"),
        ("governance: levels, decisions, history", f"{place.url('governance')}/docs"),
        ("notify: recipients, deliveries", f"{place.url('notify')}/docs"),
        ("e-mail that was sent (a catcher)", f"{place.url('inbox')}/"),
        ("development issuer", f"{place.issuer}/.well-known/openid-configuration"),
        ("Kafka", f"127.0.0.1:{place.ports['kafka']}"),
        ("settings and secrets", str(place.env_file)),
        ("logs", str(place.directory / "logs")),
    ):
        shown.add_row(what, where)
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(shown)
    say("ready: `make token WHO=director PLACE=X00000001` gives a token; Ctrl-C stops everything")
