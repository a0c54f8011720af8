"""Full garbage collections at times of our own choosing.

A full collection looks at every object of the process: with ten thousand open sockets that is some hundred
milliseconds in which nobody is served, and the interpreter begins one whenever the process has grown by a quarter.
"""

import asyncio
import gc
from time import perf_counter

# At most a thousandth of the time goes into full collections.
SHARE = 0.001
SHORTEST_PAUSE = 10.0
NEVER = 1_000_000


async def collect_garbage(shortest_pause: float = SHORTEST_PAUSE) -> None:
    """Runs until cancelled: collects all of the garbage, the seldomer the longer that takes.

    The interpreter keeps collecting what is young. What is there at the start (modules, routes) is looked at no more.
    """
    before = gc.get_threshold()
    gc.set_threshold(*before[:2], NEVER)
    gc.collect()
    gc.freeze()
    try:
        while True:
            began = perf_counter()
            gc.collect()
            await asyncio.sleep(max(shortest_pause, (perf_counter() - began) / SHARE))
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
