"""When a schedule's runs fall due."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice


def occurrences(anchor: datetime, interval: timedelta, after: datetime) -> Iterator[datetime]:
    """Yield the moments ``anchor + n * interval`` that lie after ``after``, earliest first.

    Counting from the anchor rather than from the previous run keeps a schedule from drifting, and
    lets two servers compute the same moments independently.
    """
    if interval <= timedelta(0):
        raise ValueError("a schedule's interval must be positive")
    steps = max(0, (after - anchor) // interval + 1)
    moment = anchor + steps * interval
    while True:
        yield moment
        moment += interval


def upcoming(
    anchor: datetime, interval: timedelta, after: datetime, until: datetime, limit: int
) -> list[datetime]:
    """Return at most ``limit`` occurrences in the span ``(after, until]``."""
    found = []
    for moment in islice(occurrences(anchor, interval, after), limit):
        if moment > until:
            break
        found.append(moment)
    return found
