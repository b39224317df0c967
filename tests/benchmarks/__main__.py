"""`make bench`: figures of this machine, for people. `… intake`, `… risk`, `… storm`, `… history`: that part alone."""

import typer

from tests.benchmarks import chain, history, intake, risk, storm

cli = typer.Typer(add_completion=False, invoke_without_command=True)
cli.command()(chain.chain)
cli.command()(risk.risk)
cli.command()(intake.intake)
cli.command("history")(history.history_bench)
cli.command()(storm.storm)


@cli.callback()
def main(context: typer.Context) -> None:
    """Measure intake alone, the risk processor beside a plain Faust table, a storm, the chain, a long history."""
    if context.invoked_subcommand is None:
        intake.intake()
        risk.risk()
        storm.storm()
        chain.chain()
        history.history_bench()


if __name__ == "__main__":
    cli()
