"""`make clean`: empty the folder of the local deployment, unless a launcher runs over it. Standard library alone."""

import fcntl
import pathlib
import shutil
import sys


def clean(folder: pathlib.Path) -> None:
    """Remove the folder with all data. Raises BlockingIOError while a launcher holds it."""
    lock = folder / "launcher.pid"
    if lock.exists():
        with lock.open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if folder.exists():
        shutil.rmtree(folder)


def main() -> None:
    """Clean the folder named; exit 1 with one line when that cannot be."""
    folder = pathlib.Path(sys.argv[1])
    try:
        clean(folder)
    except BlockingIOError:
        sys.exit(f"{folder} is in use: stop `make run` first")
    except OSError as problem:
        sys.exit(f"{folder} could not be removed: {problem}")


if __name__ == "__main__":
    main()
