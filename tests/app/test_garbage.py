"""Cycles are collected by the process itself, and the interpreter's habits come back afterwards."""

import asyncio
import gc
import weakref

from parley.app.garbage import collect_garbage


class Knot:
    """Refers to itself."""

    def __init__(self) -> None:
        self.me = self


async def test_old_cycles_are_collected_and_the_thresholds_come_back() -> None:
    before = gc.get_threshold()
    task = asyncio.create_task(collect_garbage(0.01))
    await asyncio.sleep(0.05)
    assert gc.get_threshold()[:2] == before[:2]
    assert gc.get_freeze_count() > 0
    knot = Knot()
    seen = weakref.ref(knot)
    # It survives the collections of the young first.
    gc.collect(1)
    assert gc.get_threshold()[2] > 1000
    del knot
    for _ in range(100):
        await asyncio.sleep(0.1)
        if seen() is None:
            break
    assert seen() is None
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
