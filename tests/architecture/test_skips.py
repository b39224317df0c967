"""In CI no test may be skipped: a proof that does not run is no proof."""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
SKIPS = {
    "test_called.py": "import pytest\ndef test_it(): pytest.skip('not here')\n",
    "test_marked.py": "import pytest\n@pytest.mark.skip\ndef test_it(): pass\n",
    "test_module.py": "import pytest\npytest.skip('not here', allow_module_level=True)\n",
}


@pytest.mark.parametrize(("ci", "refused"), [("true", len(SKIPS)), ("", 0)])
def test_a_skip_is_a_failure_in_ci_alone(tmp_path, ci, refused):
    for name, text in SKIPS.items():
        (tmp_path / name).write_text(text)
    options = ("-c", os.devnull, "-p", "tests.conftest", "--continue-on-collection-errors", "-r", "N")
    ended = subprocess.run(
        (sys.executable, "-m", "pytest", *options, str(tmp_path)),
        cwd=ROOT, env=os.environ | {"CI": ci}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert ended.stdout.count("skipped, which CI does not allow") == refused, ended.stdout
    assert (ended.returncode == 1) == bool(refused)
