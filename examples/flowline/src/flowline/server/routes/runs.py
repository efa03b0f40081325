"""Flow runs: making them, handing them to workers, and following their states."""

import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from flowline import orchestration
from flowline.database.base import now
from flowline.database.models import Flow, FlowRun, FlowRunState
from flowline.server.schemas import (
    Claim,
    ClaimedRun,
    RunCreate,
    RunOut,
    StateChange,
    StateOut,
)
from flowline.server.session import Session, require
from flowline.states import StateType

router = APIRouter(prefix="/runs", tags=["runs"])


@router.get("", response_model=list[RunOut])
async def list_runs(
    session: Session,
    state: Annotated[list[StateType] | None, Query()] = None,
    flow_id: uuid.UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Sequence[FlowRun]:
    """List runs, the latest first; ``state`` may be given more than once."""
    query = select(FlowRun).order_by(FlowRun.expected_start_at.desc(), FlowRun.id).limit(limit)
    if state:
        query = query.where(FlowRun.state.in_(state))
    if flow_id is not None:
        query = query.where(FlowRun.flow_id == flow_id)
    return (await session.scalars(query)).all()


@router.post("", response_model=RunOut, status_code=201)
async def create_run(body: RunCreate, session: Session, response: Response) -> FlowRun:
    """Schedule a run. A second request with the same idempotency key answers 200 and the run the
    first one made, so that a client may safely repeat itself."""
    flow = await require(session, Flow, body.flow_id)
    run = orchestration.new_run(
        flow,
        name=body.name,
        parameters=body.parameters,
        expected_start_at=body.expected_start_at or now(),
        idempotency_key=body.idempotency_key,
    )
    orchestration.add_run(session, run)
    try:
        await session.commit()
    except IntegrityError:
        await session.rollback()
        existing = await session.scalar(
            select(FlowRun).where(
                FlowRun.flow_id == body.flow_id,
                FlowRun.idempotency_key == body.idempotency_key,
            )
        )
        if existing is None:
            raise
        response.status_code = 200
        return existing
    return run


@router.post("/claim", response_model=ClaimedRun, responses={204: {"description": "Nothing due"}})
async def claim_run(body: Claim, session: Session) -> ClaimedRun | Response:
    """Hand the run that is due first to a worker, and to no other."""
    worker = await orchestration.greet_worker(session, pool_name=body.pool, name=body.worker)
    run = await orchestration.claim_next_run(session, worker)
    if run is None:
        await session.commit()
        return Response(status_code=204)
    flow = await session.get_one(Flow, run.flow_id)
    await session.commit()
    return ClaimedRun(run=RunOut.model_validate(run), flow_name=flow.name)


@router.get("/{run_id}", response_model=RunOut)
async def get_run(run_id: uuid.UUID, session: Session) -> FlowRun:
    return await require(session, FlowRun, run_id)


@router.get("/{run_id}/states", response_model=list[StateOut])
async def list_states(run_id: uuid.UUID, session: Session) -> Sequence[FlowRunState]:
    await require(session, FlowRun, run_id)
    of_run = select(FlowRunState).where(FlowRunState.flow_run_id == run_id)
    return (await session.scalars(of_run.order_by(FlowRunState.entered_at))).all()


@router.post("/{run_id}/state", response_model=RunOut)
async def set_state(run_id: uuid.UUID, body: StateChange, session: Session) -> FlowRun:
    run = await require(session, FlowRun, run_id)
    await orchestration.enter_state(session, run, body.state, body.message)
    await session.commit()
    return run
