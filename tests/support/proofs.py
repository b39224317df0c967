"""What must be true of a deployment at any time: chains whole, risk's states a fold of the log."""

from collections.abc import Iterable

from tests.support.deployment import Deployment
from tests.support.people import Place


def history_ids(place: Place, providers: Iterable[str], kind: str = "quality_concern.raised") -> list[str]:
    """The ids of the events of one kind in the histories of these providers."""
    wanted = f"careledger.{kind}.v1"
    return [
        entry["event"]["id"]
        for provider in providers
        for entry in place.history(provider, type=wanted)
        if entry["event"]["type"] == wanted
    ]


def chains_are_whole(running: Deployment) -> None:
    """Every journal, and what Kafka holds of it, is as it was written: gap-free, each chain unbroken."""
    for writer in ("intake", "governance", "notify"):
        for where in ((), ("--kafka",)):
            proof = running.run("shared.journal.verify", writer, *where)
            assert proof.returncode == 0, proof.stdout + proof.stderr


def risk_equals_a_fold(running: Deployment) -> None:
    """Every state that risk keeps equals a plain fold of the whole ledger."""
    proof = running.run("services.risk", "verify")
    assert proof.returncode == 0, proof.stdout + proof.stderr
