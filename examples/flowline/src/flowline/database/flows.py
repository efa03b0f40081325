"""Flows, their deployments, and the schedules of those."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from flowline.database.base import (
    JSON_DOCUMENT,
    Base,
    CreatedAt,
    Document,
    Identifier,
    Name,
    now,
)


class Flow(Base):
    """Something that can be run, known to workers by its name."""

    __tablename__ = "flow"

    id: Mapped[Identifier]
    name: Mapped[Name]
    description: Mapped[str | None] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(JSON_DOCUMENT, default=list)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    __table_args__ = (
        UniqueConstraint("name"),
        Index(
            "ix_flow__tags",
            "tags",
            postgresql_using="gin",
            info={"only_on": "postgresql"},
        ).ddl_if(dialect="postgresql"),
    )


class Deployment(Base):
    """A flow together with the parameters and the queue it is to be run with."""

    __tablename__ = "deployment"

    id: Mapped[Identifier]
    flow_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("flow.id", ondelete="CASCADE"))
    work_queue_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("work_queue.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[Name]
    parameters: Mapped[Document]
    is_paused: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]

    __table_args__ = (UniqueConstraint("flow_id", "name"),)


class Schedule(Base):
    """A deployment's rhythm: every ``interval_seconds``, counted from ``anchor_at``."""

    __tablename__ = "schedule"

    id: Mapped[Identifier]
    deployment_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("deployment.id", ondelete="CASCADE"), index=True
    )
    interval_seconds: Mapped[int]
    anchor_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(60), default="UTC", server_default="UTC")
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())

    __table_args__ = (CheckConstraint("interval_seconds > 0", name="interval_positive"),)
