import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from databases import Database
from flowline.database.base import now
from flowline.database.models import (
    Deployment,
    Flow,
    FlowRun,
    FlowRunState,
    LogLine,
    Schedule,
    TaskRun,
    Variable,
    WorkPool,
)
from flowline.states import StateType

Steps = Callable[[AsyncSession], Awaitable[None]]
InSession = Callable[[Steps], None]


@pytest.fixture
def in_session(migrated: Database) -> InSession:
    """Run a coroutine function with a session on the migrated database."""

    def run(steps: Steps) -> None:
        async def call() -> None:
            engine = migrated.engine()
            try:
                async with AsyncSession(engine, expire_on_commit=False) as session:
                    await steps(session)
            finally:
                await engine.dispose()

        asyncio.run(call())

    return run


async def stored_run(session: AsyncSession, **columns: Any) -> FlowRun:
    flow = await session.scalar(select(Flow))
    if flow is None:
        flow = Flow(name="hello")
        session.add(flow)
        await session.flush()
    run = FlowRun(flow_id=flow.id, name="r", **columns)
    session.add(run)
    await session.flush()
    return run


async def refused(session: AsyncSession, row: object, *, by: str) -> None:
    """Expect the database to refuse the row by the constraint, or the columns, that ``by`` names.
    SQLite names a check but, for a unique constraint, only the columns."""
    with pytest.raises(IntegrityError, match=by):
        async with session.begin_nested():
            session.add(row)


def test_checks_are_enforced(in_session: InSession) -> None:
    async def steps(session: AsyncSession) -> None:
        run = await stored_run(session)
        deployment = Deployment(flow_id=run.flow_id, name="d")
        session.add(deployment)
        await session.flush()
        line = LogLine(flow_run_id=run.id, level=51, message="too loud")
        await refused(session, line, by="ck_log_line__level_in_range")
        await refused(
            session,
            Schedule(deployment_id=deployment.id, interval_seconds=0, anchor_at=now()),
            by="ck_schedule__interval_positive",
        )
        await refused(
            session,
            WorkPool(name="none", concurrency_limit=0),
            by="ck_work_pool__concurrency_limit_positive",
        )
        moment = now()
        await refused(
            session,
            FlowRun(
                flow_id=run.flow_id,
                name="r",
                started_at=moment,
                ended_at=moment - timedelta(seconds=1),
            ),
            by="ck_flow_run__ends_after_start",
        )

    in_session(steps)


def test_a_key_is_unique_among_the_runs_that_have_one(in_session: InSession) -> None:
    async def steps(session: AsyncSession) -> None:
        run = await stored_run(session, idempotency_key="once")
        await stored_run(session)
        await stored_run(session)
        await refused(
            session,
            FlowRun(flow_id=run.flow_id, name="r", idempotency_key="once"),
            by="idempotency_key",
        )

    in_session(steps)


def test_variables_that_differ_by_case_are_the_same(in_session: InSession) -> None:
    async def steps(session: AsyncSession) -> None:
        session.add(Variable(name="Greeting"))
        await session.flush()
        await refused(session, Variable(name="greeting"), by="uq_variable__lower_name")

    in_session(steps)


def test_deleting_a_flow_takes_everything_below_it_along(in_session: InSession) -> None:
    async def steps(session: AsyncSession) -> None:
        run = await stored_run(session)
        session.add_all(
            [
                FlowRunState(flow_run_id=run.id, state=StateType.SCHEDULED),
                TaskRun(flow_run_id=run.id, task_key="t"),
                LogLine(flow_run_id=run.id, level=20, message="m"),
            ]
        )
        await session.flush()
        await session.execute(delete(Flow))
        for model in (FlowRun, FlowRunState, TaskRun, LogLine):
            assert await session.scalar(select(func.count()).select_from(model)) == 0

    in_session(steps)


def test_deleting_a_deployment_leaves_its_runs(in_session: InSession) -> None:
    async def steps(session: AsyncSession) -> None:
        run = await stored_run(session)
        deployment = Deployment(flow_id=run.flow_id, name="d")
        session.add(deployment)
        await session.flush()
        run.deployment_id = deployment.id
        await session.flush()
        await session.execute(delete(Deployment))
        await session.refresh(run)
        assert run.deployment_id is None

    in_session(steps)


def test_every_state_and_a_moment_come_back_as_they_went(in_session: InSession) -> None:
    async def steps(session: AsyncSession) -> None:
        moment = now()
        for state in StateType:
            run = await stored_run(session, state=state, expected_start_at=moment)
            await session.refresh(run)
            assert (run.state, run.expected_start_at) == (state, moment)

    in_session(steps)
