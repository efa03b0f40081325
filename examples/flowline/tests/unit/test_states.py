import pytest

from flowline.states import TERMINAL_STATES, StateType, TransitionError, check_transition


@pytest.mark.parametrize(
    "path",
    [
        ("SCHEDULED", "PENDING", "RUNNING", "COMPLETED"),
        ("SCHEDULED", "PENDING", "RUNNING", "FAILED", "SCHEDULED"),
        ("SCHEDULED", "PENDING", "SCHEDULED"),
        ("SCHEDULED", "CANCELLED"),
        ("SCHEDULED", "PENDING", "CRASHED", "SCHEDULED"),
    ],
)
def test_a_run_may_take_this_path(path: tuple[str, ...]) -> None:
    for current, proposed in zip(path, path[1:], strict=False):
        check_transition(StateType(current), StateType(proposed))


@pytest.mark.parametrize(
    ("current", "proposed"),
    [
        ("SCHEDULED", "RUNNING"),
        ("SCHEDULED", "COMPLETED"),
        ("RUNNING", "SCHEDULED"),
        ("COMPLETED", "FAILED"),
        ("CANCELLED", "SCHEDULED"),
    ],
)
def test_a_run_may_not_jump(current: str, proposed: str) -> None:
    with pytest.raises(TransitionError, match=f"from {current} to {proposed}"):
        check_transition(StateType(current), StateType(proposed))


@pytest.mark.parametrize("state", list(StateType))
def test_no_state_follows_itself(state: StateType) -> None:
    with pytest.raises(TransitionError):
        check_transition(state, state)


@pytest.mark.parametrize("state", sorted(TERMINAL_STATES))
def test_no_ending_leads_straight_to_another(state: StateType) -> None:
    for other in TERMINAL_STATES:
        with pytest.raises(TransitionError):
            check_transition(state, other)
