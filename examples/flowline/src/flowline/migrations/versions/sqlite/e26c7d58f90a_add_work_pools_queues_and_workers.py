"""Add work pools, queues and workers

Revision ID: e26c7d58f90a
Revises: 95ab03c7d2f1
Create Date: 2026-01-19 13:48:02.470133

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "e26c7d58f90a"
down_revision: Union[str, Sequence[str], None] = "95ab03c7d2f1"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "work_pool",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("concurrency_limit", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "concurrency_limit > 0", name=op.f("ck_work_pool__concurrency_limit_positive")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_pool")),
        sa.UniqueConstraint("name", name=op.f("uq_work_pool__name")),
    )
    op.create_table(
        "work_queue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work_pool_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("priority", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("priority >= 1", name=op.f("ck_work_queue__priority_positive")),
        sa.ForeignKeyConstraint(
            ["work_pool_id"],
            ["work_pool.id"],
            name=op.f("fk_work_queue__work_pool_id__work_pool"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_queue")),
        sa.UniqueConstraint("work_pool_id", "name", name=op.f("uq_work_queue__work_pool_id_name")),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work_pool_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_pool_id"],
            ["work_pool.id"],
            name=op.f("fk_worker__work_pool_id__work_pool"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
        sa.UniqueConstraint("work_pool_id", "name", name=op.f("uq_worker__work_pool_id_name")),
    )

    with op.batch_alter_table("deployment") as batch_op:
        batch_op.add_column(sa.Column("work_queue_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_deployment__work_queue_id__work_queue"),
            "work_queue",
            ["work_queue_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_index(batch_op.f("ix_deployment__work_queue_id"), ["work_queue_id"])

    with op.batch_alter_table("flow_run") as batch_op:
        batch_op.add_column(sa.Column("worker_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_flow_run__worker_id__worker"),
            "worker",
            ["worker_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_index(batch_op.f("ix_flow_run__worker_id"), ["worker_id"])


def downgrade() -> None:
    with op.batch_alter_table("flow_run") as batch_op:
        batch_op.drop_index(batch_op.f("ix_flow_run__worker_id"))
        batch_op.drop_constraint(batch_op.f("fk_flow_run__worker_id__worker"), type_="foreignkey")
        batch_op.drop_column("worker_id")

    with op.batch_alter_table("deployment") as batch_op:
        batch_op.drop_index(batch_op.f("ix_deployment__work_queue_id"))
        batch_op.drop_constraint(
            batch_op.f("fk_deployment__work_queue_id__work_queue"), type_="foreignkey"
        )
        batch_op.drop_column("work_queue_id")

    op.drop_table("worker")
    op.drop_table("work_queue")
    op.drop_table("work_pool")
