"""Index tags and log times

Both kinds of index, GIN and BRIN, exist on Postgres alone.

Revision ID: 7bd5f13a96e0
Revises: 26e9b04fd8c3
Create Date: 2026-08-18 14:11:33.027915

"""

from typing import Sequence, Union

from alembic import op

# revision identifiers, used by Alembic.
revision: str = "7bd5f13a96e0"
down_revision: Union[str, Sequence[str], None] = "26e9b04fd8c3"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_index("ix_flow__tags", "flow", ["tags"], postgresql_using="gin")
    op.create_index("ix_log_line__logged_at", "log_line", ["logged_at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("ix_log_line__logged_at", table_name="log_line")
    op.drop_index("ix_flow__tags", table_name="flow")
