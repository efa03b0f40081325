from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from flowline.database.models import Deployment, Flow, FlowRun, Schedule
from flowline.scheduler import RUNS_AHEAD, schedule_once

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


async def add_schedule(session: AsyncSession, **deployment: object) -> None:
    flow = Flow(name="hello")
    session.add(flow)
    await session.flush()
    deployed = Deployment(flow_id=flow.id, name="often", parameters={"name": "you"}, **deployment)
    session.add(deployed)
    await session.flush()
    session.add(Schedule(deployment_id=deployed.id, interval_seconds=60, anchor_at=NOON))
    await session.commit()


async def test_runs_are_added_ahead_of_time_and_only_once(session: AsyncSession) -> None:
    await add_schedule(session)
    assert await schedule_once(session, NOON) == RUNS_AHEAD
    assert await schedule_once(session, NOON) == 0
    assert await schedule_once(session, NOON + timedelta(minutes=1)) == 1
    runs = (await session.scalars(select(FlowRun).order_by(FlowRun.expected_start_at))).all()
    assert [run.expected_start_at for run in runs] == [
        NOON + timedelta(minutes=minute) for minute in range(1, RUNS_AHEAD + 2)
    ]
    assert runs[0].parameters == {"name": "you"}


async def test_a_paused_deployment_gets_no_runs(session: AsyncSession) -> None:
    await add_schedule(session, is_paused=True)
    assert await schedule_once(session, NOON) == 0
