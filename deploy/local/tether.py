"""Start a program that cannot outlive its parent: `tether.py SIGNAL USER PARENT program…` becomes that program.

The kernel sends SIGNAL to the program when the parent dies, even by kill -9, so a killed launcher leaves nothing
running. USER ("-" for no change) is changed to first: PostgreSQL refuses to run as root. Only the standard library:
it is run as a script, by path, and is gone by exec before the program begins.
"""

import contextlib
import ctypes
import os
import pwd
import signal
import stat
import sys

PR_SET_PDEATHSIG = 1


def let_through(path: str) -> None:
    """Let the lesser user pass (not read) the folders above, when root keeps its work in a private home."""
    while path != (path := os.path.dirname(path)):
        mode = os.stat(path).st_mode
        if not mode & stat.S_IXOTH:
            os.chmod(path, stat.S_IMODE(mode) | stat.S_IXOTH)


def main() -> None:
    """Change user, tie to the parent, become the program."""
    number, user, parent, *program = sys.argv[1:]
    if user != "-":
        let_through(os.getcwd())
        let_through(program[0])
        entry = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)  # before prctl: changing user forgets the death signal
    if int(number) and sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != int(parent):  # it died before we were tied to it
            sys.exit(1)
    # A terminal's Ctrl-C is the launcher's to answer, in order; a child hears only what the launcher sends it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execvp(program[0], program)  # noqa: S606 - the whole point


if __name__ == "__main__":
    main()
