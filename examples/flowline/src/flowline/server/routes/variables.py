"""Variables. Their names are found whatever the case they are asked for in."""

from collections.abc import Sequence

from fastapi import APIRouter
from sqlalchemy import func, select

from flowline.database.models import Variable
from flowline.server.schemas import VariableOut, VariableSet
from flowline.server.session import Session

router = APIRouter(prefix="/variables", tags=["variables"])


@router.get("", response_model=list[VariableOut])
async def list_variables(session: Session) -> Sequence[Variable]:
    return (await session.scalars(select(Variable).order_by(Variable.name))).all()


@router.put("/{name}", response_model=VariableOut)
async def set_variable(name: str, body: VariableSet, session: Session) -> Variable:
    variable = await session.scalar(
        select(Variable).where(func.lower(Variable.name) == name.lower())
    )
    if variable is None:
        variable = Variable(name=name)
        session.add(variable)
    variable.value = body.value
    await session.commit()
    return variable
