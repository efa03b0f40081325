"""Fill an empty database with rows worth looking at: ``python -m flowline.seed``."""

import asyncio
import logging
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from flowline import orchestration
from flowline.database.base import now
from flowline.database.engine import make_engine
from flowline.database.models import (
    Deployment,
    Flow,
    LogLine,
    Schedule,
    Variable,
    WorkPool,
    WorkQueue,
)
from flowline.settings import Settings
from flowline.states import StateType

FLOWS = {
    "hello": ("Greets somebody by name.", ["demo"]),
    "word-count": ("Counts the words of a text.", ["demo", "text"]),
    "flaky": ("Fails every so often, to show what that looks like.", ["demo"]),
}

#: How the example runs end, each with the states on the way there.
ENDINGS = {
    "COMPLETED": (StateType.PENDING, StateType.RUNNING, StateType.COMPLETED),
    "FAILED": (StateType.PENDING, StateType.RUNNING, StateType.FAILED),
    "CANCELLED": (StateType.CANCELLED,),
}


async def seed(session: AsyncSession) -> bool:
    """Add the example rows unless there are flows already; return whether any were added."""
    if await session.scalar(select(func.count()).select_from(Flow)):
        return False
    pool = WorkPool(name="default", concurrency_limit=2)
    session.add(pool)
    await session.flush()
    queue = WorkQueue(work_pool_id=pool.id, name="default", priority=1)
    flows = [
        Flow(name=name, description=description, tags=tags)
        for name, (description, tags) in FLOWS.items()
    ]
    session.add_all([queue, *flows, Variable(name="greeting", value={"text": "Hello"})])
    await session.flush()
    deployment = Deployment(
        flow_id=flows[0].id,
        work_queue_id=queue.id,
        name="every-minute",
        parameters={"name": "world"},
    )
    session.add(deployment)
    await session.flush()
    session.add(Schedule(deployment_id=deployment.id, interval_seconds=60, anchor_at=now()))
    for flow in flows:
        for minutes_ago, (ending, states) in enumerate(ENDINGS.items(), start=1):
            await _add_finished_run(session, flow, f"{flow.name} {ending}", states, minutes_ago)
    await session.commit()
    return True


async def _add_finished_run(
    session: AsyncSession, flow: Flow, name: str, states: tuple[StateType, ...], minutes_ago: int
) -> None:
    run = orchestration.new_run(
        flow,
        name=name,
        parameters={},
        expected_start_at=now() - timedelta(minutes=minutes_ago),
    )
    orchestration.add_run(session, run)
    await session.flush()
    for state in states:
        await orchestration.enter_state(session, run, state)
        session.add(LogLine(flow_run_id=run.id, level=logging.INFO, message=f"now {state.value}"))


async def main() -> None:
    engine = make_engine(Settings.from_environment().database_url)
    try:
        async with async_sessionmaker(engine, expire_on_commit=False)() as session:
            added = await seed(session)
    finally:
        await engine.dispose()
    print("Added the example rows." if added else "There are flows already; nothing was added.")


if __name__ == "__main__":
    asyncio.run(main())
