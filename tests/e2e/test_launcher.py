"""`make run` as a person lives with it: first start, deaths, Ctrl-C, second start, kill -9 of the launcher."""

import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx2
import psutil
import pytest

from deploy.local import layout, ports
from deploy.local.records import Record
from tests.support.deployment import SERVICES, Deployment
from tests.support.people import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
PLACES = [f"X0000000{number}" for number in range(1, 6)]
CHILDREN = {"postgres", "kafka", "issuer", "mail", *SERVICES}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A deployment with servers of its own and the demonstration, through all tests of this module."""
    deployment = Deployment(tmp_path_factory.mktemp("home"), demo=True)
    try:
        deployment.start()
        yield deployment
    finally:
        if deployment.launcher is not None:
            deployment.stop()


def processes(directory: pathlib.Path) -> list[psutil.Process]:
    """The children that the folder's record names and that live."""
    return [
        psutil.Process(int(child["pid"]))
        for child in Record(directory).children().values()
        if psutil.pid_exists(int(child["pid"]))
    ]


def machine() -> float:
    """Seconds of processor that the whole machine has worked, on all cores."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - times.iowait


def work(process: psutil.Process) -> float:
    """Seconds of processor that one process and its ended children have worked."""
    return sum(process.cpu_times()[:4])


class TestFirstStart:
    def test_everything_is_a_process_of_its_own_and_ready(self, home):
        assert set(Record(home.directory).children()) == CHILDREN
        assert len({home.pid(name) for name in CHILDREN}) == len(CHILDREN)
        home.wait_ready()

    def test_one_table_names_every_url(self, home):
        said = home.output()

        assert said.count("CareLedger is ready") == 1
        for name in (*SERVICES, "inbox", "issuer"):
            assert home.urls[name] in said

    def test_five_labelled_places_are_there_with_their_policy_and_indicated_levels(self, home):
        for place in PLACES:
            with home.client("governance", "director", place=place) as client:
                policy = client.get(f"/v1/places/{place}/policy")
                assert policy.status_code == 200, policy.text

                def judged(client=client, place=place) -> list[dict[str, object]]:
                    found = client.get("/v1/providers", params={"place": place}).json()["providers"]
                    return found if len(found) == 3 and all(each["indicated"] for each in found) else []

                providers = until(judged, seconds=60, why=f"three assessed providers in {place}")
            assert all("Synthetic" in each["name"] and "not a real service" in each["name"] for each in providers)

    def test_the_token_command_prints_a_token_and_nothing_else(self, home):
        command = (sys.executable, "-m", "deploy.local.token", "director", "--place", PLACES[0])
        printed = subprocess.run(
            (*command, "--dir", str(home.directory)),
            cwd=layout.ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        token = printed.stdout.strip()

        assert printed.stdout.count("\n") == 1
        assert not printed.stderr
        url = f"{home.urls['governance']}/v1/places/{PLACES[0]}/policy"
        answers = [
            httpx2.get(url, headers={"authorization": f"Bearer {each}"}).status_code for each in (token, token + "x")
        ]
        assert answers == [200, 401]

    def test_a_token_reaches_no_other_place(self, home):
        with home.client("governance", "director", place=PLACES[0]) as client:
            assert client.get(f"/v1/places/{PLACES[1]}/policy").status_code == 403

    def test_secrets_and_settings_are_for_their_owner_alone(self, home):
        for name in ("careledger.env", "secrets.json", "issuer-key.json"):
            assert (home.directory / name).stat().st_mode & 0o077 == 0, name


class TestChildrenThatDie:
    @pytest.mark.parametrize("name", ["mail", *SERVICES, "kafka", "postgres"])
    def test_is_said_in_one_line_and_is_back(self, home, name):
        before = home.output().count(f"{name} died (signal 9)")

        pid = home.kill(name)
        home.wait_successor(name, pid)
        home.wait_ready()

        assert home.output().count(f"{name} died (signal 9)") == before + 1
        assert home.launcher.poll() is None


class TestStoppingAndStartingAgain:
    def test_ctrl_c_stops_everything_in_order(self, home):
        children = processes(home.directory)
        numbers = home.ports
        assert len(children) == len(CHILDREN)

        home.launcher.send_signal(signal.SIGINT)
        code = home.launcher.wait(90)

        assert code == 0
        assert home.output().rstrip().endswith("everything is stopped")
        assert "is killed" not in home.output()
        assert not [child for child in children if child.is_running()]
        assert all(ports.is_free(port) for port in numbers.values())

    def test_the_second_start_takes_under_twenty_seconds_and_keeps_everything(self, home):
        began, busy = time.monotonic(), machine()
        home.start()
        took = time.monotonic() - began
        ours = sum(work(child) for child in (*processes(home.directory), psutil.Process(home.launcher.pid)))
        # On a machine that is at rest nothing is taken off: what others do on it meanwhile is not ours to answer for.
        others = max(0.0, machine() - busy - ours) / psutil.cpu_count()

        assert took - others < 20, f"{took:.1f} s, of which others {others:.1f} s"
        assert home.output().count("demonstration places") == 1  # not loaded a second time
        with home.client("intake", "steward", place=PLACES[0]) as client:
            assert len(client.get("/v1/providers", params={"place": PLACES[0]}).json()["providers"]) == 3

    def test_after_kill_nine_of_the_launcher_nothing_lingers_and_the_next_start_recovers(self, home):
        children = processes(home.directory)
        home.launcher.kill()
        home.launcher.wait()
        psutil.wait_procs(children, timeout=40)
        assert not [child for child in children if child.is_running()]

        home.start()

        home.wait_ready()
        with home.client("intake", "steward", place=PLACES[0]) as client:
            assert len(client.get("/v1/providers", params={"place": PLACES[0]}).json()["providers"]) == 3

    def test_what_survives_the_launcher_all_the_same_is_ended_by_the_next_start(self, home):
        children = processes(home.directory)
        for child in children:
            child.suspend()  # cannot hear that their launcher died
        home.launcher.kill()
        home.launcher.wait()
        (home.directory / "ready").unlink()
        home.start(wait=False)
        until(lambda: "ended what it left" in home.output(), seconds=60)

        until((home.directory / "ready").exists, seconds=120)

        assert not [child for child in children if child.is_running()]
        home.wait_ready()

    def test_a_child_that_cannot_live_ends_everything(self, home):
        children = processes(home.directory)
        deaths = 0
        while home.launcher.poll() is None and deaths < 10:
            pid = home.kill("mail")
            deaths += 1
            until(lambda pid=pid: home.launcher.poll() is not None or successor(home, pid), seconds=90)

        assert home.launcher.wait(90) == 1
        assert deaths == 5
        assert "CareLedger is not running: mail died 5 times in a minute" in home.output()
        assert not [child for child in children if child.is_running()]
        assert not (home.directory / "ready").exists()


def successor(home, pid: int) -> bool:
    """Whether the mail catcher was started again. A launcher that is ending has forgotten its children already."""
    return Record(home.directory).children().get("mail", {"pid": pid})["pid"] != pid
