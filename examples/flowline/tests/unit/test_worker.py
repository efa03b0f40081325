import asyncio

import anyio
import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from flowline.seed import seed
from flowline.worker.client import ApiClient
from flowline.worker.loop import work

pytestmark = pytest.mark.anyio


async def run_to_its_end(api: httpx.AsyncClient, flow_name: str, **parameters: object) -> dict:
    """Have a worker carry out one run of the flow and return the run as it is afterwards."""
    flow = (await api.post("/flows", json={"name": flow_name})).json()
    body = {"flow_id": flow["id"], "parameters": parameters}
    run = (await api.post("/runs", json=body)).json()
    stop = asyncio.Event()
    working = asyncio.create_task(work(ApiClient(api, worker="w"), stop, poll_seconds=0.01))
    with anyio.fail_after(5):
        while run["ended_at"] is None:
            await asyncio.sleep(0.01)
            run = (await api.get(f"/runs/{run['id']}")).json()
    stop.set()
    await working
    return run


async def test_a_flow_runs_with_its_parameters(api: httpx.AsyncClient) -> None:
    run = await run_to_its_end(api, "hello", name="tests")
    assert run["state"] == "COMPLETED"
    [line] = (await api.get(f"/runs/{run['id']}/logs")).json()
    assert line["message"] == "Hello, tests!"


async def test_an_exception_fails_the_run_and_is_logged(api: httpx.AsyncClient) -> None:
    run = await run_to_its_end(api, "flaky", failure_rate=1)
    assert run["state"] == "FAILED"
    lines = (await api.get(f"/runs/{run['id']}/logs")).json()
    assert (lines[-1]["level"], lines[-1]["message"]) == (40, "RuntimeError: out of luck")


async def test_a_flow_nobody_knows_crashes(api: httpx.AsyncClient) -> None:
    run = await run_to_its_end(api, "unheard-of")
    assert run["state"] == "CRASHED"


async def test_a_worker_outlives_a_server_that_is_away() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) == 3:
            stop.set()
        raise httpx.ConnectError("refused")

    asked: list[httpx.Request] = []
    stop = asyncio.Event()
    transport = httpx.MockTransport(refuse)
    async with httpx.AsyncClient(transport=transport, base_url="http://flowline/api") as http:
        await work(ApiClient(http, worker="w"), stop, poll_seconds=0.01)
    assert len(asked) == 3


async def test_the_example_rows_are_added_once(
    session: AsyncSession, api: httpx.AsyncClient
) -> None:
    assert await seed(session)
    assert not await seed(session)
    states = {run["state"] for run in (await api.get("/runs")).json()}
    assert states == {"COMPLETED", "FAILED", "CANCELLED"}
