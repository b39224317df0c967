"""The development issuer: signs people in as personas, so that services check tokens exactly as in production."""

import pathlib
import sys
from typing import Annotated

import jinja2
import typer
import uvicorn
from ruamel.yaml import YAML
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.local import signing_in, tokens
from shared.web import look

HERE = pathlib.Path(__file__).parent
DEMONSTRATION = HERE / "demonstration.yaml"
PAGE = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True
).get_template  # fmt: skip
HEADERS = {
    # No `form-action`: browsers hold it against the address that a form leads on to, which is the client's.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none';"
    " frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class SignIn:
    """The pages and documents of the issuer."""

    def __init__(self, directory: pathlib.Path, issuer: str) -> None:
        self._issuer, self._codes = issuer, signing_in.Codes(directory, issuer)
        self._public = tokens.key(directory).as_dict(private=False) | {"use": "sig", "alg": "ES256"}

    async def keys(self, _request: Request) -> Response:
        """JWKS."""
        return JSONResponse({"keys": [self._public]})

    async def configuration(self, _request: Request) -> Response:
        """Discovery."""
        return JSONResponse(
            {
                "issuer": self._issuer,
                "authorization_endpoint": f"{self._issuer}/authorize",
                "token_endpoint": f"{self._issuer}/token",
                "jwks_uri": f"{self._issuer}/jwks.json",
                "scopes_supported": ["openid", "profile"],
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "subject_types_supported": ["public"],
            }
        )

    async def ask(self, request: Request) -> Response:
        """The page on which somebody says who they are."""
        asked = self._codes.asked(request.query_params)
        words = {
            "asked": dict(request.query_params) | asked,
            "places": places(),
            "personas": tokens.personas().values(),
        }
        return HTMLResponse(PAGE("sign_in.html").render(words), headers=HEADERS)

    async def choose(self, request: Request) -> Response:
        """Back to the client with a code."""
        sent = {name: str(value) for name, value in (await request.form()).items()}
        asked = self._codes.asked(sent)
        said = (sent.get(name, "") for name in ("who", "organisation", "places", "person"))
        return RedirectResponse(self._codes.choose(asked, *said, services=sent.get("services", "")), 303)

    async def redeem(self, request: Request) -> Response:
        """The tokens for a code."""
        sent = {name: str(value) for name, value in (await request.form()).items()}
        return JSONResponse(self._codes.redeem(sent), headers={"Cache-Control": "no-store"})


def places() -> list[str]:
    """Those of the demonstration."""
    return list(YAML(typ="safe").load(DEMONSTRATION)["places"])


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, signing_in.Refused)  # noqa: S101 - installed for it alone
    return JSONResponse({"error": error.error, "error_description": str(error)}, 400)


async def _style(_request: Request) -> Response:
    return FileResponse(look.HERE / "look.css", media_type="text/css")


def application(directory: pathlib.Path, issuer: str) -> Starlette:
    """The issuer's documents, and its page. Raises NotLocal."""
    made = SignIn(directory, issuer)
    return Starlette(
        routes=[
            Route("/jwks.json", made.keys),
            Route("/.well-known/openid-configuration", made.configuration),
            Route("/authorize", made.ask),
            Route("/authorize", made.choose, methods=["POST"]),
            Route("/token", made.redeem, methods=["POST"]),
            Route("/look.css", _style),
        ],
        exception_handlers={signing_in.Refused: _refused},
    )


def main(directory: Annotated[pathlib.Path, typer.Option("--dir")], port: Annotated[int, typer.Option()]) -> None:
    """Serve on a loopback port until stopped."""
    try:
        serving = application(directory, f"http://127.0.0.1:{port}")
    except tokens.NotLocal as problem:
        sys.exit(str(problem))
    uvicorn.run(serving, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    typer.run(main)
