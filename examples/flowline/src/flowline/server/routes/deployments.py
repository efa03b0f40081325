"""Deployments and their schedules."""

import uuid
from collections.abc import Sequence

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from flowline.database.base import now
from flowline.database.models import Deployment, Flow, Schedule
from flowline.server.errors import ConflictError
from flowline.server.schemas import DeploymentCreate, DeploymentOut, ScheduleCreate, ScheduleOut
from flowline.server.session import Session, require

router = APIRouter(prefix="/deployments", tags=["deployments"])


@router.get("", response_model=list[DeploymentOut])
async def list_deployments(session: Session) -> Sequence[Deployment]:
    return (await session.scalars(select(Deployment).order_by(Deployment.name))).all()


@router.post("", response_model=DeploymentOut, status_code=201)
async def create_deployment(body: DeploymentCreate, session: Session) -> Deployment:
    flow = await require(session, Flow, body.flow_id)
    deployment = Deployment(flow_id=flow.id, name=body.name, parameters=body.parameters)
    session.add(deployment)
    try:
        await session.commit()
    except IntegrityError as error:
        raise ConflictError(f"the flow already has a deployment {body.name!r}") from error
    return deployment


@router.get("/{deployment_id}/schedules", response_model=list[ScheduleOut])
async def list_schedules(deployment_id: uuid.UUID, session: Session) -> Sequence[Schedule]:
    await require(session, Deployment, deployment_id)
    of_deployment = select(Schedule).where(Schedule.deployment_id == deployment_id)
    return (await session.scalars(of_deployment.order_by(Schedule.anchor_at))).all()


@router.post("/{deployment_id}/schedules", response_model=ScheduleOut, status_code=201)
async def create_schedule(
    deployment_id: uuid.UUID, body: ScheduleCreate, session: Session
) -> Schedule:
    await require(session, Deployment, deployment_id)
    schedule = Schedule(
        deployment_id=deployment_id,
        interval_seconds=body.interval_seconds,
        anchor_at=body.anchor_at or now(),
        timezone="UTC",
        is_active=True,
    )
    session.add(schedule)
    await session.commit()
    return schedule
