"""What a host authority asks of us beside a pause (CAL-36, CAL-38)."""

import pytest

from services.governance.watching import hosts
from shared.events import placements


@pytest.mark.parametrize(
    ("level", "action", "what"),
    [
        ("serious", "pause", None),
        ("moderate", "none", None),
        ("serious", "welfare_visits", "welfare_visits"),
        ("serious", "review_people", "review_people"),
        ("large_scale_enquiry", "move_people", "move_people"),
        ("closure", "pause", "move_people"),
        ("closure", "welfare_visits", "move_people"),
    ],
)
def test_a_closure_moves_people_whatever_else_is_asked(level, action, what):
    said = placements.HostNoticeReceived(
        notice_id="n", host_authority="E06000051", concern_level=level, requested_action=action
    )
    assert hosts.wanted(said) == what
    assert what is None or what in hosts.TASKS
