"""The API server. Run it with ``uvicorn flowline.server:app``."""

from flowline.server.application import create_app

app = create_app()

__all__ = ["app", "create_app"]
