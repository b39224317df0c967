"""The development issuer's key and tokens. Refused outside local development: whoever has this key is everybody."""

import json
import os
import pathlib
import time
from collections.abc import Iterable
from dataclasses import dataclass

import joserfc.jwk
import joserfc.jwt
from ruamel.yaml import YAML

from deploy.local.layout import write_private

PERSONAS = pathlib.Path(__file__).with_name("personas.yaml")
AUDIENCE = "careledger"
HOURS = 12


class NotLocal(Exception):
    """ENVIRONMENT says that this is not a local deployment."""


class UnknownPersona(Exception):
    """No such persona; the message names those there are."""


@dataclass(frozen=True)
class Persona:
    """Somebody whom the development issuer knows."""

    name: str
    says: str
    roles: tuple[str, ...]
    organisation: str


def demand_local() -> None:
    """Raises NotLocal when the environment claims to be anything but a local deployment."""
    environment = os.environ.get("ENVIRONMENT") or "local"
    if environment != "local":
        raise NotLocal(f"ENVIRONMENT is {environment}: the local launcher and its issuer run only where it is local")


def personas() -> dict[str, Persona]:
    """Who can be asked for, by name."""
    known = YAML(typ="safe").load(PERSONAS)
    return {
        name: Persona(name, entry["says"], tuple(entry.get("roles", [name])), entry.get("organisation", "council"))
        for name, entry in known.items()
    }


def key(directory: pathlib.Path) -> joserfc.jwk.ECKey:
    """The folder's ES256 key, made at first use. Raises NotLocal."""
    demand_local()
    path = directory / "issuer-key.json"
    if not path.exists():
        made = joserfc.jwk.ECKey.generate_key("P-256", auto_kid=True)
        write_private(path, json.dumps(made.as_dict(private=True)) + "\n")
    return joserfc.jwk.ECKey.import_key(json.loads(path.read_text()))


def token(
    directory: pathlib.Path,
    issuer: str,
    who: str,
    places: Iterable[str],
    organisation: str | None = None,
    *,
    person: str = "",
    services: Iterable[str] = (),
    hours: float = HOURS,
) -> str:
    """A bearer token for a persona in an organisation. `person` tells two people of one role apart.

    `services`: those that a provider's person answers for, by their ids.

    Real time, never the development clock: services check expiry against real time. Raises NotLocal, UnknownPersona.
    """
    known = personas()
    if who not in known:
        raise UnknownPersona(f"there is no persona {who!r}; there are: {', '.join(known)}")
    persona = known[who]
    organisation = organisation or persona.organisation
    now = int(time.time())
    claims = {
        "iss": issuer,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + int(hours * 3600),
        "sub": ".".join(part for part in (organisation, who, person) if part),
        "org": organisation,
        "roles": list(persona.roles),
        "places": list(places),
        "services": list(services),
        "publisher": organisation if organisation == "cqc" else f"{organisation}-quality",
    }
    signing = key(directory)
    return joserfc.jwt.encode({"alg": "ES256", "kid": signing.kid}, claims, signing)
