"""Flows to try Flowline with. ``flowline.seed`` stores the matching rows."""

import asyncio
import random

from flowline.worker.registry import Log, flow


@flow("hello")
async def hello(log: Log, name: str = "world") -> None:
    log(f"Hello, {name}!")


@flow("word-count")
async def word_count(log: Log, text: str = "the quick brown fox") -> int:
    words = text.split()
    for number, word in enumerate(words, start=1):
        log(f"{number}: {word}")
        await asyncio.sleep(0.05)
    log(f"{len(words)} words")
    return len(words)


@flow("flaky")
async def flaky(log: Log, failure_rate: float = 0.5) -> None:
    log(f"failing {failure_rate:.0%} of the time")
    if random.random() < failure_rate:
        raise RuntimeError("out of luck")
