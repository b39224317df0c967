"""The architecture as .importlinter writes it, so that nobody can forget to ask."""

from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]


def test_every_import_contract_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    broken = lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True)

    assert broken == 0, capsys.readouterr().out
