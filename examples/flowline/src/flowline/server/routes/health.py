"""Whether the server can do its work."""

from fastapi import APIRouter, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import flowline
from flowline.server.session import Session

router = APIRouter(tags=["health"])


@router.get("/health")
async def health(session: Session, response: Response) -> dict[str, str]:
    """Answer 200 only if the database answers too; a server without one is of no use."""
    try:
        await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        response.status_code = 503
        return {"status": "unavailable", "version": flowline.__version__}
    return {
        "status": "ok",
        "version": flowline.__version__,
        "database": session.get_bind().dialect.name,
    }
