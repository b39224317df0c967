"""`make bench`: figures of this machine, for people. `… intake`, `… risk`, `… pages` and so on: that part alone."""

import typer

from tests.benchmarks import chain, history, intake, pages, risk, storm

cli = typer.Typer(add_completion=False, invoke_without_command=True)
cli.command()(chain.chain)
cli.command()(risk.risk)
cli.command()(intake.intake)
cli.command("history")(history.history_bench)
cli.command("pages")(pages.pages_bench)
cli.command()(storm.storm)


@cli.callback()
def main(context: typer.Context) -> None:
    """Measure intake alone, the risk processor beside a plain Faust table, a storm, the chain, a history, the pages."""
    if context.invoked_subcommand is None:
        intake.intake()
        risk.risk()
        storm.storm()
        chain.chain()
        history.history_bench()
        pages.pages_bench()


if __name__ == "__main__":
    cli()
