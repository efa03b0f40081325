"""The worker's loop."""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timezone

import httpx

from flowline.states import StateType
from flowline.worker import demo_flows as _demo_flows  # noqa: F401  registers them
from flowline.worker.client import ApiClient, Assignment
from flowline.worker.registry import find

logger = logging.getLogger(__name__)


async def work(api: ApiClient, stop: asyncio.Event, poll_seconds: float) -> None:
    """Carry out runs until ``stop`` is set. A run that has begun is finished first, because
    nobody else would."""
    logger.info("waiting for runs")
    while not stop.is_set():
        try:
            assignment = await api.claim()
            if assignment is not None:
                await carry_out(api, assignment)
                continue
        except httpx.HTTPError as error:
            # The server may be restarting. Whatever was lost is visible there as a run that
            # never ended.
            logger.warning("asking again later: %s", error)
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(stop.wait(), timeout=poll_seconds)
    logger.info("stopped")


async def carry_out(api: ApiClient, assignment: Assignment) -> None:
    """Run one flow and report how it went."""
    function = find(assignment.flow_name)
    if function is None:
        message = f"this worker knows no flow {assignment.flow_name!r}"
        await api.set_state(assignment.run_id, StateType.CRASHED, message)
        return
    logger.info("running %s", assignment.flow_name)
    lines = []

    def log(message: str, level: int = logging.INFO) -> None:
        moment = datetime.now(timezone.utc).isoformat()
        lines.append({"level": level, "message": message, "logged_at": moment})

    await api.set_state(assignment.run_id, StateType.RUNNING)
    try:
        await function(log, **assignment.parameters)
    except Exception as error:
        log(f"{type(error).__name__}: {error}", logging.ERROR)
        ending, message = StateType.FAILED, str(error)
    else:
        ending, message = StateType.COMPLETED, None
    # The lines go first: a reader who sees that a run has ended may then rely on having them all.
    if lines:
        await api.append_logs(assignment.run_id, lines)
    await api.set_state(assignment.run_id, ending, message)
