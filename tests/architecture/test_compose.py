"""Compose, image, dashboard and launcher say the same as the code: services, settings, ports, topics, metrics."""

import base64
import importlib
import importlib.util
import inspect
import json
import pathlib
import re
import subprocess
import sys
from typing import Any

import jsonschema
import prometheus_client
import pytest
import yaml
from prometheus_client.core import CollectorRegistry

from deploy.grafana import dashboard
from deploy.local import children, jars, layout, ports
from shared import metrics
from shared.settings import ServiceSettings

ROOT = pathlib.Path(__file__).parents[2]
SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/__init__.py"))
PLAIN_PORTS = {"intake": 8001, "risk": 8002, "governance": 8003, "notify": 8004}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def settings_of(service: str) -> type[ServiceSettings]:
    module = importlib.import_module(f"services.{service}.settings")
    [found] = [
        each
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, ServiceSettings) and each.__module__ == module.__name__
    ]
    return found


def variables(settings: type[ServiceSettings]) -> dict[str, bool]:
    """Environment variable → whether it must be given."""
    prefix = settings.model_config.get("env_prefix", "")
    return {
        str(field.validation_alias or f"{prefix}{name}".upper()): field.is_required()
        for name, field in settings.model_fields.items()
    }


class TestCompose:
    def test_is_valid_against_the_compose_specification(self, compose):
        # The specification's own JSON Schema, as the library check-jsonschema carries it.
        [folder] = importlib.util.find_spec("check_jsonschema").submodule_search_locations
        schema = json.loads(pathlib.Path(folder, "builtin_schemas/vendor/compose-spec.json").read_text())

        jsonschema.validate(compose, schema)

    def test_runs_every_service_of_the_code_and_no_other(self, compose):
        modules = {name: each["command"] for name, each in compose["services"].items() if "build" in each}

        assert modules == {name: [f"services.{name}"] for name in SERVICES} | {"topics": ["deploy.topics"]}

    @pytest.mark.parametrize("service", SERVICES)
    def test_gives_a_service_what_it_must_have_and_nothing_it_does_not_know(self, compose, service):
        given = set(compose["services"][service]["environment"])
        known = variables(settings_of(service))

        assert given <= set(known), "compose sets what the service does not read"
        assert {name for name, required in known.items() if required} <= given, "compose leaves out what it must have"

    @pytest.mark.parametrize("service", SERVICES)
    def test_publishes_the_ports_of_the_contract_on_loopback(self, compose, service):
        here = compose["services"][service]
        port = PLAIN_PORTS[service]

        assert here["ports"] == [f"127.0.0.1:{port}:{port}"]
        assert here["environment"][f"{service.upper()}_PORT"] == str(port) == str(ports.USUAL[service])

    def test_no_secret_has_a_default(self, compose):
        text = (ROOT / "docker-compose.yml").read_text()
        secret = re.findall(r"\$\{(\w*(?:KEY|PASSWORD))(:.)?", text)

        assert {name for name, _ in secret} >= {"MASTER_KEY", "DIGEST_KEY", "POSTGRES_PASSWORD"}
        # These may be left out, for a relay that asks for none, and without GOV.UK Notify: empty, no value of ours.
        optional = {"NOTIFY_SMTP_PASSWORD", "NOTIFY_GOVUK_API_KEY"}
        assert all(check == ":?" for name, check in secret if name not in optional)
        assert all(f"${{{name}:-}}" in text for name in optional)

    def test_the_example_names_every_variable_that_is_asked_for(self, compose):
        asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
        example = re.findall(r"^(\w+)=(.*)$", (ROOT / "deploy/example.env").read_text(), re.MULTILINE)

        assert {name for name, _ in example} == asked
        assert all(not value for name, value in example if name.endswith(("KEY", "PASSWORD")))

    def test_same_broker_and_database_as_the_launcher(self, compose):
        images = {name: each.get("image", "") for name, each in compose["services"].items()}

        assert images["kafka"] == f"apache/kafka:{jars.VERSION}"
        assert images["postgres"] == "postgres:18"
        assert all(":" in image and not image.endswith(":latest") for image in images.values())

    def test_topics_are_there_before_any_service_starts_and_none_is_made_by_accident(self, compose):
        for service in SERVICES:
            waits = compose["services"][service]["depends_on"]
            assert waits["topics"]["condition"] == "service_completed_successfully"
        assert compose["services"]["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"

    def test_the_databases_are_those_of_the_launcher(self, compose):
        made = re.findall(r"CREATE DATABASE (\w+)", (ROOT / "deploy/postgres/databases.sql").read_text())

        assert (compose["services"]["postgres"]["environment"]["POSTGRES_DB"], *made) == layout.DATABASES

    @pytest.mark.parametrize("service", SERVICES)
    def test_leaves_no_address_at_a_default_that_holds_on_one_machine_only(self, compose, service):
        given = compose["services"][service]["environment"]
        settings = settings_of(service)
        alone = {
            str(field.validation_alias or f"{settings.model_config.get('env_prefix', '')}{name}".upper())
            for name, field in settings.model_fields.items()
            if "127.0.0.1:" in str(field.default)
        }

        assert alone <= set(given)


class TestLauncher:
    def test_starts_every_service_of_the_code(self):
        assert sorted(children.SERVICES) == SERVICES
        assert {name: ports.USUAL[name] for name in children.SERVICES} == PLAIN_PORTS

    @pytest.mark.parametrize("service", SERVICES)
    def test_its_settings_file_satisfies_a_service(self, service, tmp_path, monkeypatch):
        (tmp_path / "postgres").mkdir()
        (tmp_path / "postgres" / "password").write_text("synthetic")
        place = layout.Layout(tmp_path, ports.USUAL)
        place.write_settings(place.own_backends())
        monkeypatch.setenv("CARELEDGER_ENV_FILE", str(place.env_file))
        for name in variables(settings_of(service)):
            monkeypatch.delenv(name, raising=False)

        settings = settings_of(service)()

        assert settings.environment == "local"
        assert settings.port == ports.USUAL[service]
        assert settings.database_url.startswith("postgresql://careledger:synthetic@127.0.0.1:")

    def test_its_settings_file_holds_nothing_that_no_service_reads(self, tmp_path):
        place = layout.Layout(tmp_path, ports.USUAL)
        place.write_settings(layout.Backends("d", "v", "k"))
        written = set(re.findall(r"^(\w+)=", place.env_file.read_text(), re.MULTILINE))

        assert written <= {name for service in SERVICES for name in variables(settings_of(service))}

    def test_secrets_are_private_made_once_and_long(self, tmp_path):
        place = layout.Layout(tmp_path, ports.USUAL)
        backends = layout.Backends("d", "v", "k")
        place.write_settings(backends)
        first = json.loads((tmp_path / "secrets.json").read_text())
        place.write_settings(backends)

        assert json.loads((tmp_path / "secrets.json").read_text()) == first
        assert all(len(base64.b64decode(value)) == 32 for value in first.values())
        for path in (place.env_file, tmp_path / "secrets.json"):
            assert path.stat().st_mode & 0o077 == 0


class TestImage:
    def test_the_linter_finds_nothing(self):
        hadolint = pathlib.Path(sys.executable).with_name("hadolint")
        linted = subprocess.run((hadolint, ROOT / "deploy/Dockerfile"), capture_output=True, text=True, check=False)

        assert (linted.returncode, linted.stdout) == (0, "")

    def test_holds_all_that_the_services_import(self):
        copied = set(re.findall(r"^COPY (?!--)(.+) \S+$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE))
        allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

        assert {word for line in copied for word in line.split()} == allowed
        assert {"services", "shared", "deploy/topics.py"} <= allowed

    def test_does_not_run_as_root(self):
        assert re.findall(r"^USER (\S+)", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE) == ["10001"]


class TestWatching:
    def test_prometheus_watches_every_service_where_compose_runs_it(self):
        config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
        watched = [target for each in config["scrape_configs"][0]["static_configs"] for target in each["targets"]]

        assert sorted(watched) == sorted(f"{name}:{port}" for name, port in PLAIN_PORTS.items())
        assert config["rule_files"] == ["rules.yml"]

    def test_rules_and_dashboard_ask_for_metrics_that_exist(self):
        texts = (ROOT / "deploy/prometheus/rules.yml").read_text(), dashboard.text()
        asked = {name for text in texts for name in re.findall(r"\bcareledger_\w+", text)}

        assert asked <= exposed()

    def test_the_dashboard_shows_every_metric(self):
        shown = re.findall(r"\bcareledger_\w+", dashboard.text())
        declared = {each for each in vars(metrics).values() if hasattr(each, "_name")}

        assert {each._name for each in declared} == {
            each._name for each in declared if any(name.startswith(each._name) for name in shown)
        }

    def test_the_committed_dashboard_is_the_generated_one(self):
        assert dashboard.TARGET.read_text() == dashboard.text()


def exposed() -> set[str]:
    """The names under which Prometheus will see the metrics of `shared.metrics`."""
    registry: CollectorRegistry = prometheus_client.REGISTRY
    names = set()
    for family in registry.collect():
        if family.name.startswith("careledger_"):
            suffixes = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
            names |= {family.name + suffix for suffix in suffixes[family.type]}
    return names
