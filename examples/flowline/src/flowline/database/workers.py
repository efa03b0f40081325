"""Where work waits, and who does it."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from flowline.database.base import Base, CreatedAt, Identifier, Name, now


class WorkPool(Base):
    """A group of workers that share queues."""

    __tablename__ = "work_pool"

    id: Mapped[Identifier]
    name: Mapped[Name]
    concurrency_limit: Mapped[int | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("concurrency_limit > 0", name="concurrency_limit_positive"),
    )


class WorkQueue(Base):
    """A line of runs within a pool; a smaller ``priority`` goes first."""

    __tablename__ = "work_queue"

    id: Mapped[Identifier]
    work_pool_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("work_pool.id", ondelete="CASCADE"))
    name: Mapped[Name]
    priority: Mapped[int] = mapped_column(default=1, server_default="1")

    __table_args__ = (
        UniqueConstraint("work_pool_id", "name"),
        CheckConstraint("priority >= 1", name="priority_positive"),
    )


class Worker(Base):
    """A worker process, remembered by name across restarts."""

    __tablename__ = "worker"

    id: Mapped[Identifier]
    work_pool_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("work_pool.id", ondelete="CASCADE"))
    name: Mapped[Name]
    last_seen_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("work_pool_id", "name"),)
