"""The worker's view of the API."""

from dataclasses import dataclass
from typing import Any

import httpx

from flowline.states import StateType


@dataclass(frozen=True)
class Assignment:
    """A run the server has handed to this worker."""

    run_id: str
    flow_name: str
    parameters: dict[str, Any]


class ApiClient:
    def __init__(self, http: httpx.AsyncClient, worker: str, pool: str = "default") -> None:
        self._http = http
        self._worker = worker
        self._pool = pool

    async def claim(self) -> Assignment | None:
        """Ask for a run that is due; None if there is none."""
        body = {"worker": self._worker, "pool": self._pool}
        answer = (await self._http.post("/runs/claim", json=body)).raise_for_status()
        if answer.status_code == httpx.codes.NO_CONTENT:
            return None
        claimed = answer.json()
        return Assignment(
            run_id=claimed["run"]["id"],
            flow_name=claimed["flow_name"],
            parameters=claimed["run"]["parameters"],
        )

    async def set_state(self, run_id: str, state: StateType, message: str | None = None) -> None:
        body = {"state": state.value, "message": message}
        (await self._http.post(f"/runs/{run_id}/state", json=body)).raise_for_status()

    async def append_logs(self, run_id: str, lines: list[dict[str, Any]]) -> None:
        (await self._http.post(f"/runs/{run_id}/logs", json=lines)).raise_for_status()
