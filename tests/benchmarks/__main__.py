"""`make bench`: figures of this machine, for people. `… intake`, `… risk`, `… chain`, `… storm`: that part alone."""

import typer

from tests.benchmarks import chain, intake, risk, storm

cli = typer.Typer(add_completion=False, invoke_without_command=True)
cli.command()(chain.chain)
cli.command()(risk.risk)
cli.command()(intake.intake)
cli.command()(storm.storm)


@cli.callback()
def main(context: typer.Context) -> None:
    """Measure intake alone, the risk processor beside a plain Faust table, a storm at notify, then the whole chain."""
    if context.invoked_subcommand is None:
        intake.intake()
        risk.risk()
        storm.storm()
        chain.chain()


if __name__ == "__main__":
    cli()
