"""Settings, read from the environment so that every process is configured the same way."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_DATABASE_URL = "sqlite+aiosqlite:///./flowline.db"
DEFAULT_API_URL = "http://127.0.0.1:4300/api"

#: The async driver each dialect is used with. A URL that names no driver gets this one,
#: because a plain ``postgresql://`` is what most hosting panels hand out.
ASYNC_DRIVERS = {"sqlite": "aiosqlite", "postgresql": "asyncpg"}


class SettingsError(ValueError):
    """An environment variable holds a value Flowline cannot work with."""


@dataclass(frozen=True)
class Settings:
    database_url: str = DEFAULT_DATABASE_URL
    api_url: str = DEFAULT_API_URL
    #: Seconds between two passes of the scheduler; zero turns it off.
    scheduler_seconds: float = 5.0
    #: Seconds the worker waits before it asks again when no run was due.
    poll_seconds: float = 1.0

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        environ = os.environ if environ is None else environ
        return cls(
            database_url=async_url(environ.get("FLOWLINE_DATABASE_URL") or DEFAULT_DATABASE_URL),
            api_url=(environ.get("FLOWLINE_API_URL") or DEFAULT_API_URL).rstrip("/"),
            scheduler_seconds=_seconds(environ, "FLOWLINE_SCHEDULER_SECONDS", 5.0),
            poll_seconds=_seconds(environ, "FLOWLINE_POLL_SECONDS", 1.0),
        )


def async_url(url: str) -> str:
    """Return ``url`` with the async driver of its dialect filled in."""
    scheme, separator, rest = url.partition("://")
    dialect, _, driver = scheme.partition("+")
    if not separator or dialect not in ASYNC_DRIVERS:
        known = " or ".join(ASYNC_DRIVERS)
        raise SettingsError(f"FLOWLINE_DATABASE_URL must be a {known} URL, not {scheme!r}")
    return f"{dialect}+{driver or ASYNC_DRIVERS[dialect]}://{rest}"


def _seconds(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name)
    if not text:
        return default
    try:
        seconds = float(text)
    except ValueError:
        raise SettingsError(f"{name} must be a number of seconds, not {text!r}") from None
    if seconds < 0:
        raise SettingsError(f"{name} must not be negative")
    return seconds
