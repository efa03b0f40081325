"""The JSON the API speaks. ``ui/src/api/types.ts`` mirrors it."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from flowline.states import StateType

NameText = Annotated[str, Field(min_length=1, max_length=200)]


class Stored(BaseModel):
    """A body read straight from a row."""

    model_config = ConfigDict(from_attributes=True)


class FlowCreate(BaseModel):
    name: NameText
    description: str | None = None
    tags: list[str] = []


class FlowOut(Stored):
    id: uuid.UUID
    name: str
    description: str | None
    tags: list[str]
    created_at: datetime
    updated_at: datetime


class DeploymentCreate(BaseModel):
    flow_id: uuid.UUID
    name: NameText
    parameters: dict[str, Any] = {}


class DeploymentOut(Stored):
    id: uuid.UUID
    flow_id: uuid.UUID
    work_queue_id: uuid.UUID | None
    name: str
    parameters: dict[str, Any]
    is_paused: bool
    created_at: datetime


class ScheduleCreate(BaseModel):
    interval_seconds: Annotated[int, Field(gt=0)]
    anchor_at: AwareDatetime | None = None


class ScheduleOut(Stored):
    id: uuid.UUID
    deployment_id: uuid.UUID
    interval_seconds: int
    anchor_at: datetime
    timezone: str
    is_active: bool


class RunCreate(BaseModel):
    flow_id: uuid.UUID
    name: NameText | None = None
    parameters: dict[str, Any] = {}
    expected_start_at: AwareDatetime | None = None
    idempotency_key: NameText | None = None


class RunOut(Stored):
    id: uuid.UUID
    flow_id: uuid.UUID
    deployment_id: uuid.UUID | None
    worker_id: uuid.UUID | None
    name: str
    state: StateType
    parameters: dict[str, Any]
    created_at: datetime
    expected_start_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class StateChange(BaseModel):
    state: StateType
    message: str | None = None


class StateOut(Stored):
    state: StateType
    message: str | None
    entered_at: datetime


class Claim(BaseModel):
    worker: NameText
    pool: NameText = "default"


class ClaimedRun(BaseModel):
    run: RunOut
    flow_name: str


class LogAppend(BaseModel):
    level: Annotated[int, Field(ge=0, le=50)] = 20
    message: str
    logged_at: AwareDatetime | None = None


class LogOut(Stored):
    id: int
    level: int
    message: str
    logged_at: datetime


class VariableSet(BaseModel):
    value: dict[str, Any]


class VariableOut(Stored):
    name: str
    value: dict[str, Any]
    updated_at: datetime
