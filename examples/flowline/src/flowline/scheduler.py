"""Turning schedules into runs ahead of time."""

import asyncio
import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from flowline import orchestration
from flowline.database.base import now
from flowline.database.models import Deployment, Flow, FlowRun, Schedule
from flowline.schedules import upcoming

logger = logging.getLogger(__name__)

#: Far enough ahead to be seen in the interface, near enough for a changed schedule to matter.
HORIZON = timedelta(hours=1)
RUNS_AHEAD = 3


async def schedule_forever(sessions: async_sessionmaker[AsyncSession], pause: float) -> None:
    """Look after the schedules until cancelled. A database that is away, or not yet migrated, is
    no reason to stop the server."""
    while True:
        try:
            async with sessions() as session:
                await schedule_once(session, now())
        except (SQLAlchemyError, OSError) as error:
            logger.warning("schedules were skipped: %s", str(error).splitlines()[0])
        await asyncio.sleep(pause)


async def schedule_once(session: AsyncSession, moment: datetime) -> int:
    """Add the runs that are missing from the near future and return how many there were."""
    active = await session.execute(
        select(Schedule, Deployment, Flow)
        .join(Deployment, Deployment.id == Schedule.deployment_id)
        .join(Flow, Flow.id == Deployment.flow_id)
        .where(Schedule.is_active, ~Deployment.is_paused)
    )
    added = 0
    for schedule, deployment, flow in active.all():
        interval = timedelta(seconds=schedule.interval_seconds)
        for due in upcoming(schedule.anchor_at, interval, moment, moment + HORIZON, RUNS_AHEAD):
            added += await _add_once(session, schedule, deployment, flow, due)
    await session.commit()
    return added


async def _add_once(
    session: AsyncSession, schedule: Schedule, deployment: Deployment, flow: Flow, due: datetime
) -> bool:
    key = f"schedule:{schedule.id}:{due.isoformat()}"
    known = select(FlowRun.id).where(FlowRun.flow_id == flow.id, FlowRun.idempotency_key == key)
    if await session.scalar(known) is not None:
        return False
    run = orchestration.new_run(
        flow,
        name=None,
        parameters=deployment.parameters,
        expected_start_at=due,
        deployment=deployment,
        idempotency_key=key,
    )
    try:
        async with session.begin_nested():
            orchestration.add_run(session, run)
    except IntegrityError:
        # Another server was faster; the key's unique index keeps the run from existing twice.
        return False
    return True
