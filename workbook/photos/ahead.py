"""Let threads work a little ahead of a loop, and never far ahead."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

# Pillow lets other threads work while it decodes, so threads are enough and processes not needed.
DECODING_THREADS = min(8, os.cpu_count() or 1)

Item = TypeVar("Item")
Result = TypeVar("Result")


def compute_ahead(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    ahead: int,
    threads: int = DECODING_THREADS,
) -> Iterator[Result]:
    """Yield ``function(item)`` for every item, in order, calculated by threads.

    While the loop uses one result, at most ``ahead`` more are ready or under way, so memory stays
    bounded however slow the loop is. An error of ``function`` is raised where its result was due.
    The threads end with the loop, also when it is left early.
    """
    pool = ThreadPoolExecutor(threads)
    under_way: deque[Future] = deque()
    try:
        for item in items:
            under_way.append(pool.submit(function, item))
            if len(under_way) > ahead:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
