"""For all tests: the shared fixtures, how they are spread over processes, and no silent skips."""

import os
from collections.abc import Iterator

import pytest

pytest_plugins = ["tests.support.servers", "tests.support.deployment"]


LONGEST_FIRST = ("e2e", "component", "architecture")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A module stays in one process. Whole deployments, which last longest, start first and run one after another:
    two at a time are more than two cores."""
    items.sort(key=lambda item: _turn(item.path.parts))
    for item in items:
        module = f"{item.path.parent.name}/{item.path.name}"
        item.add_marker(pytest.mark.xdist_group("e2e" if "e2e" in item.path.parts else module))


def _turn(parts: tuple[str, ...]) -> int:
    return next((turn for turn, folder in enumerate(LONGEST_FIRST) if folder in parts), len(LONGEST_FIRST))


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
