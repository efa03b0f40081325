"""Fixtures every suite shares."""

from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own settings must not reach the tests, least of all their database."""
    for name in (
        "FLOWLINE_DATABASE_URL",
        "FLOWLINE_API_URL",
        "FLOWLINE_SCHEDULER_SECONDS",
        "FLOWLINE_POLL_SECONDS",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT
