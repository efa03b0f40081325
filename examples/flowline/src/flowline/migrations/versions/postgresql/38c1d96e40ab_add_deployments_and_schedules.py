"""Add deployments and schedules

Revision ID: 38c1d96e40ab
Revises: e7425a1fb093
Create Date: 2025-11-12 15:33:40.093561

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision: str = "38c1d96e40ab"
down_revision: Union[str, Sequence[str], None] = "e7425a1fb093"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "deployment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flow_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parameters", postgresql.JSONB(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["flow_id"], ["flow.id"], name=op.f("fk_deployment__flow_id__flow"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
        sa.UniqueConstraint("flow_id", "name", name=op.f("uq_deployment__flow_id_name")),
    )
    op.create_table(
        "schedule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("interval_seconds", sa.Integer(), nullable=False),
        sa.Column("anchor_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("interval_seconds > 0", name=op.f("ck_schedule__interval_positive")),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployment.id"],
            name=op.f("fk_schedule__deployment_id__deployment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
    )
    op.create_index(op.f("ix_schedule__deployment_id"), "schedule", ["deployment_id"])

    op.add_column("flow_run", sa.Column("deployment_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_flow_run__deployment_id__deployment"),
        "flow_run",
        "deployment",
        ["deployment_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(op.f("ix_flow_run__deployment_id"), "flow_run", ["deployment_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_flow_run__deployment_id"), table_name="flow_run")
    op.drop_constraint(
        op.f("fk_flow_run__deployment_id__deployment"), "flow_run", type_="foreignkey"
    )
    op.drop_column("flow_run", "deployment_id")

    op.drop_table("schedule")
    op.drop_table("deployment")
