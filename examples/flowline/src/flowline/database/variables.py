"""Named values flows may read."""

from datetime import datetime

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from flowline.database.base import Base, Document, Identifier, Name, now


class Variable(Base):
    """A value shared between flows. Names differ by more than their case."""

    __tablename__ = "variable"

    id: Mapped[Identifier]
    name: Mapped[Name]
    value: Mapped[Document]
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


Index("uq_variable__lower_name", func.lower(Variable.__table__.c.name), unique=True)
