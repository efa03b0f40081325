"""The database session of a request."""

import uuid
from collections.abc import AsyncIterator
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from flowline.database.base import Base
from flowline.server.errors import NotFoundError

Row = TypeVar("Row", bound=Base)


async def _open_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.sessions() as session:
        yield session


#: Routes commit for themselves: a commit that fails must still be able to change the answer.
Session = Annotated[AsyncSession, Depends(_open_session)]


async def require(session: AsyncSession, model: type[Row], id: uuid.UUID) -> Row:
    """Return the row with that id, or answer 404."""
    row = await session.get(model, id)
    if row is None:
        raise NotFoundError(model.__tablename__.replace("_", " "), id)
    return row
