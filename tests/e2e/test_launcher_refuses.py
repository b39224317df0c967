"""A start that cannot succeed says why in one line, exits with 1 and leaves nothing running: the real command."""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import time

import psutil
import pytest

from deploy.local import layout
from deploy.local.records import Record

pytestmark = pytest.mark.e2e
ROOT = layout.ROOT
LAUNCHER = (sys.executable, "-m", "deploy.local.launcher")


def launch(directory: pathlib.Path, *options: str, before: tuple[str, ...] = (), **env: str) -> tuple[int, str]:
    """Run it to its end: exit code, and what it said about the failure."""
    argv = (*before, *LAUNCHER, "--dir", str(directory), "--no-demo", *options)
    ended = subprocess.run(
        argv, cwd=ROOT, env=os.environ | env, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stderr.strip()


def running_over(directory: pathlib.Path) -> list[str]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(str(directory) in word for word in process.cmdline()):
                found.append(" ".join(process.cmdline()))
    return found


def nothing_runs(directory: pathlib.Path) -> bool:
    """A child that was asked to end by the death of its parent may need a moment."""
    deadline = time.monotonic() + 10
    while found := running_over(directory):
        if time.monotonic() > deadline:
            raise AssertionError(found)
        time.sleep(0.1)
    return True


def test_a_busy_port_is_named_with_who_holds_it_and_what_to_set(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        code, said = launch(tmp_path, "--ports", "auto", GOVERNANCE_PORT=str(port))

    assert code == 1
    assert said == (
        f"CareLedger is not running: port {port} for governance is busy (process {os.getpid()}, "
        f"{psutil.Process().name()}); end that or set GOVERNANCE_PORT"
    )
    assert nothing_runs(tmp_path)


def test_no_network_on_the_first_start(tmp_path):
    nowhere = "http://127.0.0.1:1"

    code, said = launch(
        tmp_path / "d",
        "--ports",
        "auto",
        XDG_CACHE_HOME=str(tmp_path / "cache"),
        HTTPS_PROXY=nowhere,
        HTTP_PROXY=nowhere,
        https_proxy=nowhere,
        http_proxy=nowhere,
        NO_PROXY="",
        no_proxy="",
    )

    assert code == 1
    assert said.startswith("CareLedger is not running: Apache Kafka 4.3.0 could not be downloaded to ")
    assert "no network" in said
    assert "\n" not in said
    assert nothing_runs(tmp_path)


def test_too_little_room_on_the_disk(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    # A real small disk, in a mount namespace that ends with the launcher.
    namespace = ("unshare", "-m" if os.geteuid() == 0 else "-rm", "sh", "-c")
    mount = f'mount -t tmpfs -o size=64m tmpfs "{small}" && exec "$@"'

    code, said = launch(small, "--ports", "auto", before=(*namespace, mount, "sh"))

    assert code == 1
    assert said == f"CareLedger is not running: {small} has 67 MB free on its disk; 1000 MB are needed"


def test_a_disk_that_is_full(tmp_path):
    (tmp_path / "ports.json").symlink_to("/dev/full")  # the kernel's own "no space left on device"

    code, said = launch(tmp_path)

    assert code == 1
    assert said == "CareLedger is not running: the disk is full: nothing more can be written"
    assert nothing_runs(tmp_path)


def test_anywhere_but_in_local_development(tmp_path):
    code, said = launch(tmp_path, ENVIRONMENT="production")

    assert code == 1
    assert said == (
        "CareLedger is not running: ENVIRONMENT is production: "
        "the local launcher and its issuer run only where it is local"
    )
    assert not list(tmp_path.iterdir())


def test_a_second_launcher_over_the_same_folder(tmp_path):
    first = Record(tmp_path)
    first.lock()

    code, said = launch(tmp_path)

    assert code == 1
    assert said == f"CareLedger is not running: a launcher (process {os.getpid()}) already runs over {tmp_path}"


@pytest.mark.parametrize("module", ["issuer", "token"])
def test_issuer_and_tokens_refuse_outside_local_development(tmp_path, module):
    (tmp_path / "careledger.env").write_text("ISSUER='http://127.0.0.1:1'\n")
    options = {"issuer": ("--port", "1"), "token": ("director", "--place", "E06000019")}[module]

    ended = subprocess.run(
        (sys.executable, "-m", f"deploy.local.{module}", *options, "--dir", str(tmp_path)),
        cwd=ROOT,
        env=os.environ | {"ENVIRONMENT": "production"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert "ENVIRONMENT is production" in ended.stderr
    assert not ended.stdout
    assert not (tmp_path / "issuer-key.json").exists()


class TestMake:
    def test_says_which_python_it_needs(self):
        made = subprocess.run(
            ("make", "PY=/nowhere/python", "run"), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )

        assert made.returncode != 0
        first, *rest = made.stderr.strip().splitlines()
        assert first.startswith("CareLedger needs Python 3.11 or newer, and '/nowhere/python' is not")
        assert all(line.startswith("make") for line in rest)

    def test_set_up_without_network_is_one_line(self, tmp_path):
        lock = tmp_path / "small.txt"
        lock.write_text(f"idna==3.10 --hash=sha256:{'0' * 64}\n")
        nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:1/simple", "PIP_FIND_LINKS": "", "PIP_RETRIES": "1"}

        made = subprocess.run(
            (sys.executable, "deploy/environment.py", str(lock), "--into", str(tmp_path / "venv")),
            cwd=ROOT,
            env=os.environ | nowhere,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

        assert made.returncode == 1
        *_, last = made.stderr.strip().splitlines()
        assert last.startswith("CareLedger cannot be set up: no network, or no answer from the package index")
        assert "Traceback" not in made.stderr
        assert not (tmp_path / "venv" / ".stamp-small").exists()

    def test_clean_leaves_a_running_deployment_alone(self, tmp_path):
        (tmp_path / "data").mkdir()
        code = (
            "import fcntl, sys; f = open('launcher.pid', 'a'); fcntl.flock(f, fcntl.LOCK_EX);"
            "print('locked', flush=True); sys.stdin.read()"
        )
        argv = (sys.executable, "-c", code)
        clean = (sys.executable, str(ROOT / "deploy/clean.py"), str(tmp_path))
        with subprocess.Popen(argv, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout.readline() == "locked\n"
            refused = subprocess.run(clean, capture_output=True, text=True, check=False)
            holder.stdin.close()

        assert (refused.returncode, refused.stderr) == (1, f"{tmp_path} is in use: stop `make run` first\n")
        assert (tmp_path / "data").exists()
        assert subprocess.run(clean, check=False).returncode == 0
        assert not tmp_path.exists()
