"""Add idempotency keys

Revision ID: ba5e82031fd6
Revises: 70fd4b1e9c35
Create Date: 2026-04-14 16:20:45.907346

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "ba5e82031fd6"
down_revision: Union[str, Sequence[str], None] = "70fd4b1e9c35"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    with op.batch_alter_table("flow_run") as batch_op:
        batch_op.add_column(sa.Column("idempotency_key", sa.String(length=200), nullable=True))
        batch_op.create_index(
            "uq_flow_run__flow_id_idempotency_key",
            ["flow_id", "idempotency_key"],
            unique=True,
            sqlite_where=sa.text("idempotency_key IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("flow_run") as batch_op:
        batch_op.drop_index("uq_flow_run__flow_id_idempotency_key")
        batch_op.drop_column("idempotency_key")
