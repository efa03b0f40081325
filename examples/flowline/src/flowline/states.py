"""The states of a run and the transitions between them."""

import enum


class StateType(str, enum.Enum):
    SCHEDULED = "SCHEDULED"
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    CRASHED = "CRASHED"


TERMINAL_STATES = frozenset(
    {StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED, StateType.CRASHED}
)

#: A failed or crashed run may be scheduled again; a completed or cancelled one is final, so that
#: whoever reads a result can rely on it.
_ALLOWED: dict[StateType, frozenset[StateType]] = {
    StateType.SCHEDULED: frozenset({StateType.PENDING, StateType.CANCELLED}),
    StateType.PENDING: frozenset(
        {StateType.RUNNING, StateType.SCHEDULED, StateType.CANCELLED, StateType.CRASHED}
    ),
    StateType.RUNNING: TERMINAL_STATES,
    StateType.FAILED: frozenset({StateType.SCHEDULED}),
    StateType.CRASHED: frozenset({StateType.SCHEDULED}),
    StateType.COMPLETED: frozenset(),
    StateType.CANCELLED: frozenset(),
}


class TransitionError(ValueError):
    """A run was asked to enter a state it cannot reach from where it is."""

    def __init__(self, current: StateType, proposed: StateType) -> None:
        super().__init__(f"a run cannot go from {current.value} to {proposed.value}")
        self.current = current
        self.proposed = proposed


def check_transition(current: StateType, proposed: StateType) -> None:
    """Raise TransitionError unless a run may go from ``current`` to ``proposed``."""
    if proposed not in _ALLOWED[current]:
        raise TransitionError(current, proposed)


def is_terminal(state: StateType) -> bool:
    return state in TERMINAL_STATES
