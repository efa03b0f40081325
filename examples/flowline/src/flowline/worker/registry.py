"""The flows this worker knows, by name."""

from collections.abc import Awaitable, Callable
from typing import Any

#: A flow receives its parameters as keywords and a function to log with.
Log = Callable[[str], None]
FlowFunction = Callable[..., Awaitable[Any]]

_flows: dict[str, FlowFunction] = {}


def flow(name: str) -> Callable[[FlowFunction], FlowFunction]:
    """Register the decorated coroutine function as the flow ``name``."""

    def register(function: FlowFunction) -> FlowFunction:
        if name in _flows:
            raise ValueError(f"two flows are named {name!r}")
        _flows[name] = function
        return function

    return register


def find(name: str) -> FlowFunction | None:
    return _flows.get(name)
