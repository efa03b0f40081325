"""What happens to runs: how they come about, change state, and reach a worker.

Nothing here commits. The caller decides what belongs into one transaction.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from flowline.database.base import now
from flowline.database.models import Deployment, Flow, FlowRun, FlowRunState, Worker, WorkPool
from flowline.states import StateType, TransitionError, check_transition, is_terminal


def new_run(
    flow: Flow,
    *,
    name: str | None,
    parameters: dict[str, Any],
    expected_start_at: datetime,
    deployment: Deployment | None = None,
    idempotency_key: str | None = None,
) -> FlowRun:
    """Return a scheduled run of ``flow``, named after the moment it is due unless named."""
    return FlowRun(
        flow_id=flow.id,
        deployment_id=deployment.id if deployment else None,
        name=name or f"{flow.name} {expected_start_at:%Y-%m-%d %H:%M:%S}",
        state=StateType.SCHEDULED,
        parameters=parameters,
        expected_start_at=expected_start_at,
        idempotency_key=idempotency_key,
    )


def add_run(session: AsyncSession, run: FlowRun) -> None:
    """Store a new run together with the first entry of its history."""
    run.id = run.id or uuid.uuid4()
    session.add(run)
    session.add(FlowRunState(flow_run_id=run.id, state=run.state))


async def enter_state(
    session: AsyncSession, run: FlowRun, state: StateType, message: str | None = None
) -> None:
    """Move ``run`` to ``state`` and note it in the run's history.

    The update names the state the run was read in, so of two requests that race only one wins.
    """
    current = run.state
    check_transition(current, state)
    moment = now()
    changes: dict[str, Any] = {"state": state}
    if state is StateType.RUNNING:
        changes["started_at"] = moment
    elif is_terminal(state):
        changes["ended_at"] = moment
    elif state is StateType.SCHEDULED:
        changes |= {"started_at": None, "ended_at": None, "worker_id": None}
    moved = await session.execute(
        update(FlowRun).where(FlowRun.id == run.id, FlowRun.state == current).values(changes)
    )
    await session.refresh(run)
    if moved.rowcount == 0:
        raise TransitionError(run.state, state)
    session.add(FlowRunState(flow_run_id=run.id, state=state, message=message, entered_at=moment))


async def greet_worker(session: AsyncSession, *, pool_name: str, name: str) -> Worker:
    """Note that a worker is alive; one that has not been seen before joins its pool."""
    pool = await session.scalar(select(WorkPool).where(WorkPool.name == pool_name))
    if pool is None:
        pool = WorkPool(name=pool_name)
        session.add(pool)
        await session.flush()
    worker = await session.scalar(
        select(Worker).where(Worker.work_pool_id == pool.id, Worker.name == name)
    )
    if worker is None:
        worker = Worker(work_pool_id=pool.id, name=name)
        session.add(worker)
    worker.last_seen_at = now()
    await session.flush()
    return worker


async def claim_next_run(session: AsyncSession, worker: Worker) -> FlowRun | None:
    """Give the run that is due first to ``worker`` and make it pending.

    Choosing and taking are a single statement. On Postgres workers also skip the rows their rivals
    have locked instead of waiting for them; SQLite lets only one write at a time anyway.
    """
    due_first = (
        select(FlowRun.id)
        .where(FlowRun.state == StateType.SCHEDULED, FlowRun.expected_start_at <= now())
        .order_by(FlowRun.expected_start_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    run = await session.scalar(
        update(FlowRun)
        .where(FlowRun.id == due_first, FlowRun.state == StateType.SCHEDULED)
        .values(state=StateType.PENDING, worker_id=worker.id)
        .returning(FlowRun)
    )
    if run is not None:
        session.add(
            FlowRunState(
                flow_run_id=run.id,
                state=StateType.PENDING,
                message=f"claimed by {worker.name}",
            )
        )
    return run
