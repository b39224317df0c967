"""`make token WHO=… ORG=… PLACE=…`: print a bearer token of the development issuer, and nothing else."""

import os
import pathlib
import sys
from typing import Annotated

import dotenv
import typer

from deploy.local import layout, tokens


def main(
    *,
    who: Annotated[str, typer.Argument(help="a persona of deploy/local/personas.yaml")],
    place: Annotated[str, typer.Option(help="GSS code, or several with commas")],
    org: Annotated[str, typer.Option(help="council, icb, nhs; the persona's own when empty")] = "",
    person: Annotated[str, typer.Option(help="tells two people of one role apart")] = "",
    service: Annotated[str, typer.Option(help="of a provider: its service's id, or several with commas")] = "",
    directory: Annotated[pathlib.Path, typer.Option("--dir")] = layout.USUAL,
) -> None:
    """Print a token for WHO."""
    settings = dotenv.dotenv_values(os.environ.get("CARELEDGER_ENV_FILE") or directory / "careledger.env")
    issuer = settings.get("ISSUER")
    if issuer is None:
        sys.exit(f"there is no local deployment in {directory}: start it with `make run` first")
    places = [each.strip() for each in place.split(",") if each.strip()]
    own = [each.strip() for each in service.split(",") if each.strip()]
    if not places:
        sys.exit("say for which place: PLACE=E06000019, or several with commas")
    try:
        typer.echo(tokens.token(directory, issuer, who, places, org or None, person=person, services=own))
    except (tokens.NotLocal, tokens.UnknownPersona) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    typer.run(main)
