"""``python -m flowline.worker``"""

import asyncio
import logging
import os
import signal
import socket

import httpx

from flowline.settings import Settings
from flowline.worker.client import ApiClient
from flowline.worker.loop import work


async def main() -> None:
    settings = Settings.from_environment()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    name = f"{socket.gethostname()}-{os.getpid()}"
    async with httpx.AsyncClient(base_url=settings.api_url, timeout=10) as http:
        await work(ApiClient(http, worker=name), stop, poll_seconds=settings.poll_seconds)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # One line for every poll would bury the worker's own.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asyncio.run(main())
