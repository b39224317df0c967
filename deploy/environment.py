"""Makes the Python environment from a hash-pinned lock: `python3 deploy/environment.py requirements/local.txt`.

It runs before anything is installed, so it uses the standard library alone. Progress goes to stderr, so that
`make token` prints a token and nothing else. A stamp with the lock's digest makes the second call instant.
"""

import argparse
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import venv
from typing import IO

MEGABYTE = 1_000_000
NEEDED = 1500 * MEGABYTE
INCLUDES = {"dev.txt": ("local.txt", "run.txt"), "local.txt": ("run.txt",)}
"""A lock that holds another wholly satisfies it too."""
CAUSES = (
    (r"No space left on device", "the disk is full"),
    (r"DO NOT MATCH THE HASHES", "a package is not the one that the lock names"),
    (r"onnection|timed out|from versions: none", "no network, or no answer from the package index"),
    (r"No matching distribution", "a package of the lock has no build for this Python or machine"),
)
"""What pip says, and what it means; the first that is found counts."""


class SetUpFailed(Exception):
    """The environment could not be made; the message is the one line a person needs."""


def digest(lock: pathlib.Path) -> str:
    """What the stamp holds: the lock, and the Python it was installed for."""
    return hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()


def make(lock: pathlib.Path, folder: pathlib.Path) -> None:
    """Make or renew the environment. Raises SetUpFailed, OSError."""
    stamp = folder / f".stamp-{lock.stem}"
    if stamp.exists() and stamp.read_text() == digest(lock) and (folder / "bin" / "python").exists():
        return
    _check_room(folder)
    say(f"making the Python environment in {folder}")
    try:
        venv.EnvBuilder(with_pip=True, clear=not (folder / "bin" / "pip").exists(), symlinks=True).create(folder)
    except subprocess.CalledProcessError:
        raise SetUpFailed("venv could not install pip; on Debian and Ubuntu: apt install python3-venv") from None
    _install(lock, folder)
    for name in (lock.name, *INCLUDES.get(lock.name, ())):
        (folder / f".stamp-{pathlib.Path(name).stem}").write_text(digest(lock.with_name(name)))
    say("the Python environment is ready")


def _check_room(folder: pathlib.Path) -> None:
    free = shutil.disk_usage(folder.absolute().parent).free
    if free < NEEDED:
        raise SetUpFailed(f"{free // MEGABYTE} MB are free on the disk; {NEEDED // MEGABYTE} MB are needed")


def _install(lock: pathlib.Path, folder: pathlib.Path) -> None:
    wanted = len(re.findall(r"^[A-Za-z0-9._\[\]-]+==", lock.read_text(), re.MULTILINE))
    log = folder / "install.log"
    options = ("--require-hashes", "--no-deps", "--no-input", "--disable-pip-version-check", "--progress-bar=off")
    command = (str(folder / "bin" / "python"), "-m", "pip", "install", *options, "-r", str(lock))
    with (
        log.open("w") as kept,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip,  # noqa: S603
    ):
        _follow(pip, kept, wanted)
    if pip.returncode:
        raise SetUpFailed(f"{_cause(log.read_text())} (all that pip said is in {log})")


def _follow(pip: "subprocess.Popen[str]", kept: IO[str], wanted: int) -> None:
    """Keep what pip says, and show of it what a person waits for, at most a line a second."""
    seen, shown = 0, 0.0
    for line in pip.stdout or ():
        kept.write(line)
        if "Retrying" in line:
            say("no answer from the package index; trying again")
        elif line.startswith("Installing collected"):
            say(f"installing {wanted} packages")
        elif line.startswith("Collecting "):
            seen += 1
            if time.monotonic() - shown >= 1 or seen == wanted:
                shown = time.monotonic()
                say(f"fetching {seen} of {wanted} packages: {line.split()[1].split('==')[0]}")


def _cause(said: str) -> str:
    for pattern, meaning in CAUSES:
        if re.search(pattern, said):
            return meaning
    errors = [line for line in said.splitlines() if line.startswith("ERROR")]
    return errors[0] if errors else "pip failed"


def say(text: str) -> None:
    """One line of progress."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Make `.venv` for a lock; exit 1 with one line when that is impossible."""
    parser = argparse.ArgumentParser()
    parser.add_argument("lock", type=pathlib.Path)
    parser.add_argument("--into", type=pathlib.Path, default=pathlib.Path(".venv"))
    options = parser.parse_args()
    try:
        make(options.lock, options.into)
    except (SetUpFailed, OSError) as problem:
        say(f"CareLedger cannot be set up: {problem}")
        sys.exit(1)
    except KeyboardInterrupt:
        os._exit(130)


if __name__ == "__main__":
    main()
