"""Add idempotency keys

Revision ID: 91d2e5703cfb
Revises: c4180fb7a62d
Create Date: 2026-04-14 16:20:45.907346

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "91d2e5703cfb"
down_revision: Union[str, Sequence[str], None] = "c4180fb7a62d"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("flow_run", sa.Column("idempotency_key", sa.String(length=200), nullable=True))
    op.create_index(
        "uq_flow_run__flow_id_idempotency_key",
        "flow_run",
        ["flow_id", "idempotency_key"],
        unique=True,
        postgresql_where=sa.text("idempotency_key IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("uq_flow_run__flow_id_idempotency_key", table_name="flow_run")
    op.drop_column("flow_run", "idempotency_key")
