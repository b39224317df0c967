"""The supervisor over small real processes: restarts, backoff, giving up, order of stopping, what kill -9 leaves."""

import asyncio
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable

import psutil
import pytest

from deploy.local.commands import Command, StartFailed
from deploy.local.records import Record
from deploy.local.supervisor import Child, GivenUp, Supervisor

LIVES = "import time; time.sleep(600)"


class Stage:
    """A supervisor over a scratch folder, with everything it said."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder, self.said = folder, list[str]()
        self.record = Record(folder)
        self.supervisor = Supervisor(self.record, self.said.append)

    def command(self, name: str, code: str, patience: float = 5) -> Command:
        return Command(
            name=name,
            argv=(sys.executable, "-c", code),
            log=self.folder / "logs" / f"{name}.log",
            cwd=self.folder,
            env={"PATH": os.environ["PATH"]},
            patience=patience,
        )

    def child(self, name: str, code: str = LIVES, *, rank: int = 0, patience: float = 5, **more: object) -> Child:
        async def at_once() -> bool:
            return True

        options = {"ready": at_once} | more
        return Child(self.command(name, code, patience), rank=rank, **options)  # type: ignore[arg-type]


@pytest.fixture
async def stage(tmp_path):
    made = Stage(tmp_path)
    yield made
    await made.supervisor.stop()


async def until(what: Callable[[], object], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not what():  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.02)


def exists(name: str, folder: pathlib.Path) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        return (folder / name).exists()

    return ready


class TestKeepingAlive:
    async def test_a_killed_child_is_said_in_one_line_and_started_again(self, stage):
        child = stage.child("one")
        stage.supervisor.add(child)
        await stage.supervisor.ready(child, seconds=10)
        first = child.process.pid

        os.kill(first, signal.SIGKILL)
        await until(lambda: child.running and child.process.pid != first)

        assert stage.said == ["one died (signal 9); it is restarted in 0.5 s"]
        assert stage.record.children()["one"]["pid"] == child.process.pid

    async def test_each_further_death_waits_longer(self, stage):
        stage.supervisor.add(stage.child("fails", "import sys; print('no use'); sys.exit(3)"))

        await until(lambda: len(stage.said) == 3)

        assert [line.rsplit(" ", 2)[1] for line in stage.said] == ["0.5", "1.0", "2.0"]
        assert all("exit 3" in line for line in stage.said)

    async def test_the_fifth_death_in_a_minute_ends_everything_with_the_last_words(self, stage):
        stage.supervisor.add(stage.child("fails", "import sys; print('no use'); sys.exit(3)"))
        other = stage.child("other")
        stage.supervisor.add(other)

        with pytest.raises(GivenUp, match="fails died 5 times in a minute: no use"):
            await stage.supervisor.during(asyncio.Event().wait())
        await stage.supervisor.stop()

        assert not other.running

    async def test_what_a_child_needs_is_up_before_it_is_started_again(self, stage):
        base = stage.child("base", ready=exists("base-is-up", stage.folder))
        top = stage.child("top", needs=(base,))
        for child in (base, top):
            stage.supervisor.add(child)
        await until(lambda: base.running)
        assert top.process is None

        (stage.folder / "base-is-up").touch()
        await stage.supervisor.ready(base, top, seconds=10)
        (stage.folder / "base-is-up").unlink()
        base.process.kill()
        await until(lambda: not base.up.is_set())
        top.process.kill()
        await until(lambda: base.running and any("top died" in line for line in stage.said))
        await asyncio.sleep(1)  # longer than top's pause: it waits for base alone
        assert not top.running

        (stage.folder / "base-is-up").touch()
        await until(lambda: top.running)

    async def test_a_held_child_stays_down_until_it_is_released(self, stage):
        child = stage.child("one")
        (stage.folder / "hold").mkdir()
        (stage.folder / "hold" / "one").touch()
        stage.supervisor.add(child)
        await asyncio.sleep(0.5)
        assert child.process is None

        (stage.folder / "hold" / "one").unlink()

        await until(lambda: child.running)

    async def test_a_child_that_never_gets_ready_is_named(self, stage):
        child = stage.child("slow", f"print('still loading', flush=True); {LIVES}", ready=exists("never", stage.folder))
        stage.supervisor.add(child)

        with pytest.raises(StartFailed, match=r"not ready after 1 s: slow \(still loading\)"):
            await stage.supervisor.ready(child, seconds=1)


class TestStopping:
    async def test_ranks_end_one_after_the_other(self, stage):
        note = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (time.sleep({}), {}, sys.exit(0)));"
        for name, rank, wait in (("service", 0, 0.5), ("store", 1, 0)):
            code = note.format(wait, f"open('order', 'a').write('{name} ')") + f"open('{name}', 'w'); {LIVES}"
            stage.supervisor.add(stage.child(name, code, rank=rank, ready=exists(name, stage.folder)))
        await until(lambda: (stage.folder / "service").exists() and (stage.folder / "store").exists())

        await stage.supervisor.stop()

        assert (stage.folder / "order").read_text() == "service store "

    async def test_who_does_not_stop_is_killed_and_named(self, stage):
        deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('deaf', 'w');" + LIVES
        child = stage.child("deaf", deaf, patience=0.5, ready=exists("deaf", stage.folder))
        stage.supervisor.add(child)
        await stage.supervisor.ready(child, seconds=10)

        await stage.supervisor.stop()

        assert not child.running
        assert stage.said == ["deaf did not stop within 0.5 s and is killed"]


class TestAfterKillNine:
    def test_children_die_with_a_launcher_that_is_killed(self, tmp_path):
        code = (
            "import sys; from pathlib import Path; from deploy.local.commands import Command;"
            f"c = Command(name='c', argv=(sys.executable, '-c', {LIVES!r}), log=Path('log'), cwd=Path());"
            "print(c.popen(tethered=True).pid, flush=True); sys.stdin.read()"
        )
        launcher = subprocess.Popen(
            (sys.executable, "-c", code), stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(pathlib.Path(__file__).parents[3])},
        )  # fmt: skip
        child = psutil.Process(int(launcher.stdout.readline()))

        launcher.kill()
        launcher.wait()

        child.wait(10)  # raises if it lives on

    def test_the_next_start_ends_what_was_left(self, tmp_path):
        left = Stage(tmp_path).command("left", LIVES).popen(tethered=False)
        Record(tmp_path).add("left", left.pid, signal.SIGTERM)

        swept = Record(tmp_path).sweep()

        assert swept == ["left"]
        assert not psutil.pid_exists(left.pid)
        assert Record(tmp_path).children() == {}

    def test_a_stranger_with_the_same_process_id_is_not_touched(self, tmp_path):
        stranger = Stage(tmp_path).command("stranger", LIVES).popen(tethered=False)
        try:
            record = Record(tmp_path)
            record.add("left", stranger.pid, signal.SIGTERM)
            text = record._children.read_text()
            started = record.children()["left"]["started"]
            record._children.write_text(text.replace(str(started), str(started - 100)))

            assert record.sweep() == []
            assert stranger.poll() is None
        finally:
            stranger.kill()
            stranger.wait()

    def test_one_folder_has_one_launcher(self, tmp_path):
        first = Record(tmp_path)
        first.lock()

        with pytest.raises(StartFailed, match=f"process {os.getpid()}"):
            Record(tmp_path).lock()
