"""`make bench`: figures of this machine, for people. `… intake`, `… risk`, `… chain`: that part alone."""

import typer

from tests.benchmarks import chain, intake, risk

cli = typer.Typer(add_completion=False, invoke_without_command=True)
cli.command()(chain.chain)
cli.command()(risk.risk)
cli.command()(intake.intake)


@cli.callback()
def main(context: typer.Context) -> None:
    """Measure intake alone, the risk processor beside a plain Faust table, then the whole chain."""
    if context.invoked_subcommand is None:
        intake.intake()
        risk.risk()
        chain.chain()


if __name__ == "__main__":
    cli()
