"""Runs of flows, and everything that is recorded about one."""

import uuid
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from flowline.database.base import Base, CreatedAt, Document, Identifier, Name, now
from flowline.states import StateType

#: A type of its own on Postgres; on SQLite a VARCHAR, which the state machine guards.
STATE_TYPE = Enum(StateType, name="state_type")


class FlowRun(Base):
    """One run of a flow."""

    __tablename__ = "flow_run"

    id: Mapped[Identifier]
    flow_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("flow.id", ondelete="CASCADE"), index=True
    )
    deployment_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("deployment.id", ondelete="SET NULL"), index=True
    )
    worker_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("worker.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[Name]
    state: Mapped[StateType] = mapped_column(STATE_TYPE, default=StateType.SCHEDULED)
    parameters: Mapped[Document]
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[CreatedAt]
    expected_start_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("ended_at >= started_at", name="ends_after_start"),
        # Two requests with the same key mean the same run; most runs have no key.
        Index(
            "uq_flow_run__flow_id_idempotency_key",
            "flow_id",
            "idempotency_key",
            unique=True,
            sqlite_where=text("idempotency_key IS NOT NULL"),
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
        # The worker's question: which scheduled run is due first? Finished runs, which soon are
        # nearly all of them, stay out of the index.
        Index(
            "ix_flow_run__due",
            "expected_start_at",
            sqlite_where=text("state = 'SCHEDULED'"),
            postgresql_where=text("state = 'SCHEDULED'"),
        ),
    )


class FlowRunState(Base):
    """A state a run has entered: the history behind ``FlowRun.state``."""

    __tablename__ = "flow_run_state"

    id: Mapped[Identifier]
    flow_run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("flow_run.id", ondelete="CASCADE"))
    state: Mapped[StateType] = mapped_column(STATE_TYPE)
    message: Mapped[str | None] = mapped_column(Text)
    entered_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index("ix_flow_run_state__flow_run_id_entered_at", "flow_run_id", "entered_at"),
    )


class TaskRun(Base):
    """One step of a flow run."""

    __tablename__ = "task_run"

    id: Mapped[Identifier]
    flow_run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("flow_run.id", ondelete="CASCADE"))
    task_key: Mapped[Name]
    attempt: Mapped[int] = mapped_column(default=1)
    state: Mapped[StateType] = mapped_column(STATE_TYPE, default=StateType.PENDING)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("flow_run_id", "task_key", "attempt"),
        CheckConstraint("attempt >= 1", name="attempt_positive"),
    )


class LogLine(Base):
    """A line a run has logged. ``level`` counts as in Python's logging module."""

    __tablename__ = "log_line"

    id: Mapped[int] = mapped_column(
        # SQLite numbers rows by itself only where the key is a plain INTEGER.
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    flow_run_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("flow_run.id", ondelete="CASCADE"), index=True
    )
    level: Mapped[int]
    message: Mapped[str] = mapped_column(Text)
    logged_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 50", name="level_in_range"),
        # Lines arrive in the order of time, which is what a block-range index is for.
        Index(
            "ix_log_line__logged_at",
            "logged_at",
            postgresql_using="brin",
            info={"only_on": "postgresql"},
        ).ddl_if(dialect="postgresql"),
    )


class Artifact(Base):
    """A result a run has published under a key, to be shown beside its logs."""

    __tablename__ = "artifact"

    id: Mapped[Identifier]
    flow_run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("flow_run.id", ondelete="CASCADE"))
    key: Mapped[Name]
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[Document]
    created_at: Mapped[CreatedAt]

    __table_args__ = (UniqueConstraint("flow_run_id", "key"),)
