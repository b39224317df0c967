"""What a service is told, and what it refuses to start without."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict

from shared import settings
from tests.support import settings as given


class ExampleSettings(settings.ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="EXAMPLE_")
    port: int = 8001


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """This test's environment and settings file, and nothing of the machine's."""
    for field in settings.ServiceSettings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    file = tmp_path / "careledger.env"
    file.touch()
    monkeypatch.setenv(settings.ENV_FILE_VARIABLE, str(file))
    for name, value in given.environment(ENVIRONMENT="production").items():
        monkeypatch.setenv(name, value)
    return file


class TestSources:
    def test_a_subclass_has_its_prefix_and_its_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EXAMPLE_PORT", "9001")

        example = ExampleSettings()

        assert (example.service, example.port, example.audience) == ("example", 9001, "careledger")

    def test_the_real_environment_wins_over_the_file(self, environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        environment.write_text("KAFKA_BOOTSTRAP=file:1\nTOPIC_SET=file-\nSOMEBODY_ELSES=1\n")
        monkeypatch.setenv("KAFKA_BOOTSTRAP", "real:1")

        example = ExampleSettings()

        assert (example.kafka_bootstrap, example.topic_set) == ("real:1", "file-")

    def test_a_named_file_must_exist(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv(settings.ENV_FILE_VARIABLE, str(tmp_path / "not-there.env"))

        with pytest.raises(settings.EnvFileMissing, match=r"not-there\.env"):
            ExampleSettings()

    def test_nobody_changes_them_afterwards(self) -> None:
        with pytest.raises(ValidationError):
            ExampleSettings().port = 1  # type: ignore[misc]


class TestSecrets:
    @pytest.mark.parametrize(
        "name", ["DATABASE_URL", "VAULT_DATABASE_URL", "MASTER_KEY", "DIGEST_KEY", "ISSUER", "JWKS_URL"]
    )
    @pytest.mark.parametrize("empty", [True, False])
    def test_none_has_a_default(self, name: str, empty: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        if empty:
            monkeypatch.setenv(name, "")
        else:
            monkeypatch.delenv(name)

        with pytest.raises(ValidationError, match=name):
            ExampleSettings()

    def test_a_key_is_32_bytes_in_either_base64(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MASTER_KEY", "-_" + "A" * 41 + "=")

        assert len(ExampleSettings().master_key.get_secret_value()) == settings.KEY_BYTES

    @pytest.mark.parametrize("key", ["secretsecret", "c2hvcnRlcg==", "ä" * 44])
    def test_a_wrong_key_is_refused_without_being_shown(self, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MASTER_KEY", key)

        with pytest.raises(ValidationError, match="MASTER_KEY") as refused:
            ExampleSettings()

        assert key not in str(refused.value)

    def test_none_appears_in_a_repr(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://careledger:hunter2@db/careledger")

        shown = repr(ExampleSettings())

        assert "hunter2" not in shown
        assert given.KEY not in shown


class TestClockFile:
    def test_is_refused_in_production(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("CLOCK_FILE", str(tmp_path / "clock"))

        with pytest.raises(ValidationError, match="CLOCK_FILE"):
            ExampleSettings()

    def test_is_refused_where_nothing_says_which_environment_it_is(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.delenv("ENVIRONMENT")
        monkeypatch.setenv("CLOCK_FILE", str(tmp_path / "clock"))

        with pytest.raises(ValidationError, match="CLOCK_FILE"):
            ExampleSettings()

    def test_is_taken_locally(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("ENVIRONMENT", "local")
        monkeypatch.setenv("CLOCK_FILE", str(tmp_path / "clock"))

        assert ExampleSettings().clock_file == tmp_path / "clock"


class TestLoad:
    def test_gives_the_settings(self) -> None:
        assert settings.load(ExampleSettings) == ExampleSettings()

    def test_ends_with_a_line_that_names_the_variables_and_no_value(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("ISSUER")
        monkeypatch.setenv("MASTER_KEY", "hunter2")
        monkeypatch.setenv("EXAMPLE_PORT", "eighty")

        with pytest.raises(SystemExit) as ended:
            settings.load(ExampleSettings)

        line = str(ended.value)
        assert "\n" not in line
        assert all(name in line for name in ("ISSUER: Field required", "MASTER_KEY: ", "EXAMPLE_PORT: "))
        assert "hunter2" not in line

    def test_ends_with_a_line_for_a_missing_file_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(settings.ENV_FILE_VARIABLE, "/not/there.env")

        with pytest.raises(SystemExit, match="not/there"):
            settings.load(ExampleSettings)
