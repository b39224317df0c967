"""The development issuer: publishes its keys, so that services check tokens exactly as they would in production."""

import pathlib
import sys
from typing import Annotated

import typer
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from deploy.local import tokens


def application(directory: pathlib.Path, issuer: str) -> Starlette:
    """The issuer's two documents. Raises NotLocal."""
    public = tokens.key(directory).as_dict(private=False) | {"use": "sig", "alg": "ES256"}

    async def keys(_request: Request) -> JSONResponse:
        return JSONResponse({"keys": [public]})

    async def configuration(_request: Request) -> JSONResponse:
        return JSONResponse(
            {
                "issuer": issuer,
                "jwks_uri": f"{issuer}/jwks.json",
                "id_token_signing_alg_values_supported": ["ES256"],
                "response_types_supported": ["none"],
                "subject_types_supported": ["public"],
            }
        )

    return Starlette(
        routes=[Route("/jwks.json", keys), Route("/.well-known/openid-configuration", configuration)],
    )


def main(directory: Annotated[pathlib.Path, typer.Option("--dir")], port: Annotated[int, typer.Option()]) -> None:
    """Serve the keys on a loopback port until stopped."""
    try:
        serving = application(directory, f"http://127.0.0.1:{port}")
    except tokens.NotLocal as problem:
        sys.exit(str(problem))
    uvicorn.run(serving, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    typer.run(main)
