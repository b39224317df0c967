"""For all tests: the shared fixtures, and no silent skips."""

import os
from collections.abc import Iterator

import pytest

pytest_plugins = ["tests.support.servers", "tests.support.deployment"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """In CI a skipped test is a failed one: everything can run there, so a skip means that a proof has gone missing."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report  # type: ignore[return-value]


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """The same for a whole module that skips itself while it is collected."""
    report: pytest.CollectReport = yield  # type: ignore[assignment]
    if os.environ.get("CI") == "true" and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report  # type: ignore[return-value]
