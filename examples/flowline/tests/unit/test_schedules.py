from datetime import datetime, timedelta, timezone
from itertools import islice

import pytest

from flowline.schedules import occurrences, upcoming

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)


def test_occurrences_start_at_an_anchor_in_the_future() -> None:
    after = NOON - timedelta(days=1)
    assert list(islice(occurrences(NOON, MINUTE, after), 2)) == [NOON, NOON + MINUTE]


def test_the_moment_itself_does_not_lie_after_itself() -> None:
    assert next(occurrences(NOON, MINUTE, NOON)) == NOON + MINUTE


def test_occurrences_stay_on_the_anchors_grid() -> None:
    after = NOON + timedelta(days=400, seconds=7)
    assert next(occurrences(NOON, MINUTE, after)) == NOON + timedelta(days=400) + MINUTE


def test_a_schedule_counts_real_time_across_a_change_of_clocks() -> None:
    anchor = NOON.astimezone(timezone(timedelta(hours=1)))
    assert next(occurrences(anchor, MINUTE, NOON)) == NOON + MINUTE


@pytest.mark.parametrize("interval", [timedelta(0), -MINUTE])
def test_an_interval_must_be_positive(interval: timedelta) -> None:
    with pytest.raises(ValueError, match="positive"):
        next(occurrences(NOON, interval, NOON))


def test_upcoming_ends_at_the_horizon() -> None:
    until = NOON + 2 * MINUTE
    assert upcoming(NOON, MINUTE, NOON, until, limit=9) == [NOON + MINUTE, NOON + 2 * MINUTE]


def test_upcoming_ends_at_the_limit() -> None:
    assert len(upcoming(NOON, MINUTE, NOON, NOON + timedelta(days=1), limit=3)) == 3
