"""What runs log."""

import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select

from flowline.database.base import now
from flowline.database.models import FlowRun, LogLine
from flowline.server.schemas import LogAppend, LogOut
from flowline.server.session import Session, require

router = APIRouter(prefix="/runs/{run_id}/logs", tags=["logs"])


@router.get("", response_model=list[LogOut])
async def list_logs(
    run_id: uuid.UUID,
    session: Session,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Sequence[LogLine]:
    """List a run's lines in order. A reader that follows a run passes the last id it has seen."""
    await require(session, FlowRun, run_id)
    lines = select(LogLine).where(LogLine.flow_run_id == run_id, LogLine.id > after)
    return (await session.scalars(lines.order_by(LogLine.id).limit(limit))).all()


@router.post("", response_model=list[LogOut], status_code=201)
async def append_logs(
    run_id: uuid.UUID, body: list[LogAppend], session: Session
) -> Sequence[LogLine]:
    """Append lines, many at a time because a worker sends them in batches."""
    await require(session, FlowRun, run_id)
    lines = [
        LogLine(
            flow_run_id=run_id,
            level=line.level,
            message=line.message,
            logged_at=line.logged_at or now(),
        )
        for line in body
    ]
    session.add_all(lines)
    await session.commit()
    return lines
