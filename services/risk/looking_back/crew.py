"""The processes of a long look, and its progress bar. One alone works here: the same functions in the same order."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Self, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

T = TypeVar("T")


class Crew:
    """Use as a context."""

    def __init__(self, workers: int, console: Console | None) -> None:
        """`workers`: 0 for one a core."""
        self._workers = workers or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console or Console(stderr=True))
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._workers > 1:
            self._pool = ProcessPoolExecutor(self._workers, mp_context=multiprocessing.get_context("spawn"))
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def begin(self, what: str, total: int | None) -> None:
        """A new round."""
        self._task = self._progress.add_task(what, total=total)

    def ahead(self, by: int) -> None:
        """So much more of it is done."""
        if self._task is not None:
            self._progress.advance(self._task, by)

    def each(self, work: Callable[..., T], calls: Sequence[tuple[Any, ...]]) -> Iterator[T]:
        """The results, in the order of the calls."""
        if self._pool is None:
            yield from (work(*call) for call in calls)
            return
        for waiting in [self._pool.submit(work, *call) for call in calls]:
            yield waiting.result()
