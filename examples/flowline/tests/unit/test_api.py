import uuid
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio


async def make_flow(api: httpx.AsyncClient, name: str = "hello") -> dict[str, Any]:
    answer = await api.post("/flows", json={"name": name, "tags": ["demo"]})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def make_run(api: httpx.AsyncClient, flow: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = await api.post("/runs", json={"flow_id": flow["id"], **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def claim(api: httpx.AsyncClient, worker: str = "w1") -> httpx.Response:
    return await api.post("/runs/claim", json={"worker": worker})


async def test_health_names_the_database(api: httpx.AsyncClient) -> None:
    answer = await api.get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["database"] == "sqlite"


async def test_a_flow_can_be_read_back(api: httpx.AsyncClient) -> None:
    flow = await make_flow(api)
    assert (await api.get(f"/flows/{flow['id']}")).json() == flow
    assert (await api.get("/flows")).json() == [flow]


async def test_a_flow_name_is_taken_only_once(api: httpx.AsyncClient) -> None:
    await make_flow(api)
    answer = await api.post("/flows", json={"name": "hello"})
    assert answer.status_code == 409
    assert "hello" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/flows/{}", "/runs/{}", "/runs/{}/logs", "/runs/{}/states"])
async def test_what_does_not_exist_is_not_found(api: httpx.AsyncClient, path: str) -> None:
    assert (await api.get(path.format(uuid.uuid4()))).status_code == 404


async def test_runs_are_filtered_by_state(api: httpx.AsyncClient) -> None:
    flow = await make_flow(api)
    first = await make_run(api, flow)
    second = await make_run(api, flow)
    await api.post(f"/runs/{second['id']}/state", json={"state": "CANCELLED"})

    async def ids(query: str) -> set[str]:
        return {run["id"] for run in (await api.get(f"/runs?{query}")).json()}

    assert await ids("state=SCHEDULED") == {first["id"]}
    assert await ids("state=SCHEDULED&state=CANCELLED") == {first["id"], second["id"]}
    assert await ids("state=RUNNING") == set()


async def test_an_idempotency_key_makes_one_run(api: httpx.AsyncClient) -> None:
    flow = await make_flow(api)
    run = await make_run(api, flow, idempotency_key="once")
    again = await api.post("/runs", json={"flow_id": flow["id"], "idempotency_key": "once"})
    assert again.status_code == 200
    assert again.json()["id"] == run["id"]


async def test_a_run_is_claimed_once_and_earliest_first(api: httpx.AsyncClient) -> None:
    flow = await make_flow(api)
    later = await make_run(api, flow, expected_start_at="2026-01-02T00:00:00Z")
    sooner = await make_run(api, flow, expected_start_at="2026-01-01T00:00:00Z")
    await make_run(api, flow, expected_start_at="2999-01-01T00:00:00Z")

    claimed = [(await claim(api, f"w{number}")).json() for number in range(2)]
    assert [each["run"]["id"] for each in claimed] == [sooner["id"], later["id"]]
    assert {each["run"]["state"] for each in claimed} == {"PENDING"}
    assert claimed[0]["flow_name"] == "hello"
    assert claimed[0]["run"]["worker_id"] != claimed[1]["run"]["worker_id"]
    assert (await claim(api)).status_code == 204


async def test_a_run_keeps_its_history(api: httpx.AsyncClient) -> None:
    run = await make_run(api, await make_flow(api))
    await claim(api)
    for state in ("RUNNING", "COMPLETED"):
        answer = await api.post(f"/runs/{run['id']}/state", json={"state": state})
        assert answer.status_code == 200, answer.text
    assert answer.json()["started_at"] <= answer.json()["ended_at"]
    history = (await api.get(f"/runs/{run['id']}/states")).json()
    assert [entry["state"] for entry in history] == [
        "SCHEDULED",
        "PENDING",
        "RUNNING",
        "COMPLETED",
    ]


async def test_an_impossible_transition_is_a_conflict(api: httpx.AsyncClient) -> None:
    run = await make_run(api, await make_flow(api))
    answer = await api.post(f"/runs/{run['id']}/state", json={"state": "COMPLETED"})
    assert answer.status_code == 409
    assert "SCHEDULED to COMPLETED" in answer.json()["detail"]


async def test_logs_can_be_followed(api: httpx.AsyncClient) -> None:
    run = await make_run(api, await make_flow(api))
    path = f"/runs/{run['id']}/logs"
    await api.post(path, json=[{"message": "one"}, {"message": "two", "level": 40}])
    seen = (await api.get(path)).json()
    assert [(line["level"], line["message"]) for line in seen] == [(20, "one"), (40, "two")]
    await api.post(path, json=[{"message": "three"}])
    rest = (await api.get(path, params={"after": seen[-1]["id"]})).json()
    assert [line["message"] for line in rest] == ["three"]


async def test_a_moment_without_a_zone_is_refused(api: httpx.AsyncClient) -> None:
    flow = await make_flow(api)
    body = {"flow_id": flow["id"], "expected_start_at": "2026-01-01T00:00:00"}
    assert (await api.post("/runs", json=body)).status_code == 422


async def test_a_deployment_has_schedules(api: httpx.AsyncClient) -> None:
    flow = await make_flow(api)
    body = {"flow_id": flow["id"], "name": "nightly"}
    deployment = (await api.post("/deployments", json=body)).json()
    assert (await api.post("/deployments", json=body)).status_code == 409
    path = f"/deployments/{deployment['id']}/schedules"
    schedule = (await api.post(path, json={"interval_seconds": 60})).json()
    assert (await api.get(path)).json() == [schedule]
    assert (await api.post(path, json={"interval_seconds": 0})).status_code == 422


async def test_a_variable_keeps_one_value_whatever_its_case(api: httpx.AsyncClient) -> None:
    await api.put("/variables/Greeting", json={"value": {"text": "Hello"}})
    await api.put("/variables/greeting", json={"value": {"text": "Hi"}})
    [variable] = (await api.get("/variables")).json()
    assert (variable["name"], variable["value"]) == ("Greeting", {"text": "Hi"})
