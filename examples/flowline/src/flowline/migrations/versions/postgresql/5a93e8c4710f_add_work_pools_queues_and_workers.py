"""Add work pools, queues and workers

Revision ID: 5a93e8c4710f
Revises: b6f07e3d2519
Create Date: 2026-01-19 13:48:02.470133

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "5a93e8c4710f"
down_revision: Union[str, Sequence[str], None] = "b6f07e3d2519"
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

    op.add_column("deployment", sa.Column("work_queue_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_deployment__work_queue_id__work_queue"),
        "deployment",
        "work_queue",
        ["work_queue_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(op.f("ix_deployment__work_queue_id"), "deployment", ["work_queue_id"])

    op.add_column("flow_run", sa.Column("worker_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_flow_run__worker_id__worker"),
        "flow_run",
        "worker",
        ["worker_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(op.f("ix_flow_run__worker_id"), "flow_run", ["worker_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_flow_run__worker_id"), table_name="flow_run")
    op.drop_constraint(op.f("fk_flow_run__worker_id__worker"), "flow_run", type_="foreignkey")
    op.drop_column("flow_run", "worker_id")

    op.drop_index(op.f("ix_deployment__work_queue_id"), table_name="deployment")
    op.drop_constraint(
        op.f("fk_deployment__work_queue_id__work_queue"), "deployment", type_="foreignkey"
    )
    op.drop_column("deployment", "work_queue_id")

    op.drop_table("worker")
    op.drop_table("work_queue")
    op.drop_table("work_pool")
