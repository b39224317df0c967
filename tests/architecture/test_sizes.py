"""No module grows past what one sitting can read: ask why at 200 lines, stop at 300."""

import warnings
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("services", "shared", "deploy", "tests")
ASK_WHY, STOP = 200, 300


def test_no_module_is_longer_than_a_sitting() -> None:
    lengths = {
        file.relative_to(ROOT): len(file.read_text().splitlines())
        for part in PARTS
        for file in (ROOT / part).rglob("*.py")
    }
    assert len(lengths) > 50

    def is_long(file: Path, length: int) -> bool:
        return length > ASK_WHY and file.parts[0] != "tests"

    long = [f"{file} ({length})" for file, length in sorted(lengths.items()) if is_long(file, length)]
    if long:
        warnings.warn(f"ask why these have more than {ASK_WHY} lines: {', '.join(long)}", stacklevel=1)

    assert {str(file): length for file, length in lengths.items() if length > STOP} == {}
