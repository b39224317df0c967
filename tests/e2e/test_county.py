"""Two months of a small synthetic county through the interfaces, against a ledger of its own (issue 7).

The whole year of a county of 204 homes is a command: `python -m tests.county`.
"""

import pytest

from tests.county import checks, run
from tests.support.deployment import Deployment

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
SEED = 20261122


def test_every_deadline_is_told_on_its_day_and_every_measure_is_the_ledgers_own(deployment: Deployment):
    county = run.begin(deployment, SEED, run.SMALL)
    run.simulate(county, run.SMALL)

    assert checks.faults(county, checks.measures(county)) == []
    assert set(checks.every(county)) >= {"visit", "action", "six_weeks", "host_notice", "manager", "rating", "return",
                                         "partner_ratings", "review", "consent", "meeting", "contract"}  # fmt: skip
    assert checks.lists(county)["/v1/owed"] > 0
