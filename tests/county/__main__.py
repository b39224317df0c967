"""`python -m tests.county`: a year of a county of 204 homes, with a progress bar; its figures go to docs/county.md."""

import argparse
import pathlib
import sys
import tempfile
import time

from tests.county import report, run
from tests.support.deployment import beside
from tests.support.servers import started


def main() -> int:
    """The whole year; `--small`: a third of one with 14 homes."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--seed", type=int, default=20261122)
    said.add_argument("--small", action="store_true")
    said.add_argument("--out", type=pathlib.Path, help="where the report is written; unsaid, on the screen")
    given = said.parse_args()
    size = run.SMALL if given.small else run.FULL
    begun = time.monotonic()
    with (
        started() as servers,
        tempfile.TemporaryDirectory(prefix="county-") as folder,
        beside(servers, pathlib.Path(folder)) as running,
    ):
        county = run.begin(running, given.seed, size)
        county.quietly = False
        try:
            run.simulate(county, size)
        finally:
            sys.stderr.write(f"\n{county.steps} days, {time.monotonic() - begun:.0f} s\n")
        found = report.checked(county, size, given.seed, begun)
    if given.out:
        given.out.write_text(found)
    else:
        sys.stdout.write(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
