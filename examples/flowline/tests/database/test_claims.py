import asyncio

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from databases import Database
from flowline import orchestration
from flowline.database.base import now
from flowline.database.models import Flow

RUNS = 6


def test_workers_that_ask_at_once_get_different_runs(migrated: Database) -> None:
    async def claim(sessions: async_sessionmaker[AsyncSession], name: str) -> object:
        async with sessions() as session:
            worker = await orchestration.greet_worker(session, pool_name="default", name=name)
            # Committed first, because workers that are new would otherwise wait for each other.
            await session.commit()
            run = await orchestration.claim_next_run(session, worker)
            await asyncio.sleep(0.01)
            await session.commit()
            return run and run.id

    async def race() -> list[object]:
        engine = migrated.engine()
        sessions = async_sessionmaker(engine, expire_on_commit=False)
        async with sessions() as session:
            flow = Flow(name="hello")
            session.add(flow)
            await session.flush()
            for _ in range(RUNS):
                run = orchestration.new_run(flow, name=None, parameters={}, expected_start_at=now())
                orchestration.add_run(session, run)
            await orchestration.greet_worker(session, pool_name="default", name="w0")
            await session.commit()
        claimed = await asyncio.gather(*(claim(sessions, f"w{n}") for n in range(RUNS)))
        await engine.dispose()
        return claimed

    claimed = asyncio.run(race())
    assert None not in claimed
    assert len(set(claimed)) == RUNS
