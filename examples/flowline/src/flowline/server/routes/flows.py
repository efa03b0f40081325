"""Flows."""

import uuid
from collections.abc import Sequence

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from flowline.database.models import Flow
from flowline.server.errors import ConflictError
from flowline.server.schemas import FlowCreate, FlowOut
from flowline.server.session import Session, require

router = APIRouter(prefix="/flows", tags=["flows"])


@router.get("", response_model=list[FlowOut])
async def list_flows(session: Session) -> Sequence[Flow]:
    return (await session.scalars(select(Flow).order_by(Flow.name))).all()


@router.post("", response_model=FlowOut, status_code=201)
async def create_flow(body: FlowCreate, session: Session) -> Flow:
    flow = Flow(name=body.name, description=body.description, tags=body.tags)
    session.add(flow)
    try:
        await session.commit()
    except IntegrityError as error:
        raise ConflictError(f"there already is a flow named {body.name!r}") from error
    return flow


@router.get("/{flow_id}", response_model=FlowOut)
async def get_flow(flow_id: uuid.UUID, session: Session) -> Flow:
    return await require(session, Flow, flow_id)
