import pytest

from flowline.settings import DEFAULT_DATABASE_URL, Settings, SettingsError, async_url


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings().database_url == DEFAULT_DATABASE_URL


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.from_environment({"FLOWLINE_DATABASE_URL": ""}) == Settings()


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql+asyncpg:///d?host=/run/pg", "postgresql+asyncpg:///d?host=/run/pg"),
    ],
)
def test_a_missing_driver_is_filled_in(given: str, used: str) -> None:
    assert async_url(given) == used


@pytest.mark.parametrize("url", ["mysql://h/d", "flowline.db", "://x"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="FLOWLINE_DATABASE_URL"):
        async_url(url)


@pytest.mark.parametrize("text", ["soon", "-1"])
def test_a_wrong_pause_names_its_variable(text: str) -> None:
    with pytest.raises(SettingsError, match="FLOWLINE_POLL_SECONDS"):
        Settings.from_environment({"FLOWLINE_POLL_SECONDS": text})


def test_the_api_url_loses_its_last_slash() -> None:
    environ = {"FLOWLINE_API_URL": "http://h:1/api/"}
    assert Settings.from_environment(environ).api_url == "http://h:1/api"
