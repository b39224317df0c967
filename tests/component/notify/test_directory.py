"""The directory of recipients: who may change it, what it refuses, what happens to what is due."""

from collections.abc import Callable

import pytest

from tests.component.notify.doors import Hook, Reply, until
from tests.component.notify.world import JSON, World

Hooks = Callable[..., Hook]


class TestRegistering:
    def test_the_same_again_changes_nothing(self, notify: World) -> None:
        place = notify.place()
        body = {"place": place, "role": "director", "channel": "email", "address": "director@council.example"}

        first = notify.call("POST", "/v1/recipients", json=body)
        again = notify.call("POST", "/v1/recipients", json=body)

        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"channel": "govuk_notify"}, "/address"),
            ({"channel": "kafka", "address": "ledger"}, "/address"),
            ({"channel": "kafka", "address": "outbox-not-there"}, "/address"),
            ({"channel": "inbox", "address": "somebody"}, "/address"),
            ({"channel": "pigeon"}, "/channel"),
            ({"role": "everybody"}, "/role"),
            ({"address": "ftp://example.org/hook"}, "/address"),
            ({"address": "https://user:pass@example.org/hook"}, "/address"),
            ({"address": "https://no-such-name.invalid/hook"}, "/address"),
            ({"secret": "whsec_short"}, "/secret"),
            ({"secret": "not-one"}, "/secret"),
            ({"channel": "email", "address": "not an address"}, "/address"),
            ({"provider": "prv-1"}, "/provider"),
            ({"colour": "red"}, "/colour"),
        ],
    )
    def test_what_cannot_be_told_is_refused(self, notify: World, change: JSON, path: str) -> None:
        place = notify.place(adopt=False)
        body = {"place": place, "role": "director", "channel": "webhook", "address": "http://127.0.0.1:9/hook"} | change

        answer = notify.call("POST", "/v1/recipients", json=body)

        assert answer.status_code == 422, answer.text
        assert [error["path"] for error in answer.json()["errors"]] == [path]
        assert answer.json()["errors"][0]["fix"]

    def test_is_for_operators_of_the_place(self, notify: World) -> None:
        body = {"place": notify.place(), "role": "director", "channel": "email", "address": "a@b.example"}

        assert notify.call("POST", "/v1/recipients", "director", json=body).status_code == 403
        assert notify.call("POST", "/v1/recipients", places=["E06000019"], json=body).status_code == 403
        assert notify.http.post(f"{notify.url}/v1/recipients", json=body).status_code == 401

    def test_is_listed_page_by_page(self, notify: World) -> None:
        notify.place()
        for number in range(5):
            notify.register("director", f"director-{number}@council.example")

        seen, cursor = [], None
        while True:
            page = notify.call(
                "GET", "/v1/recipients", params={"limit": 2} | ({"cursor": cursor} if cursor else {})
            ).json()
            seen += [one["address"] for one in page["recipients"]]
            if (cursor := page["next"]) is None:
                break

        assert sorted(seen) == [f"director-{number}@council.example" for number in range(5)]


class TestWithdrawing:
    def test_what_was_due_waits_for_another(self, notify: World, hook: Hooks) -> None:
        notify.place()
        broken, other = hook(Reply(429, {"Retry-After": "3000"})), hook()
        key = notify.register("safeguarding", broken)["id"]
        _, provider = notify.raise_("A2")
        notify.one(provider, "failed")

        assert notify.call("DELETE", f"/v1/recipients/{key}").status_code == 204
        assert notify.one(provider, "due")["reason"] == "no_recipient"
        notify.register("safeguarding", other)

        said = until(lambda: other.calls)[0].said
        assert said["provider"]["id"] == provider
        assert len(broken.calls) == 1
        assert len(notify.one(provider, "sent")["attempts"]) == 2

    def test_what_is_under_way_is_not_lost(self, notify: World, hook: Hooks) -> None:
        notify.place()
        broken, other = hook(Reply(500, seconds=1)), hook()
        key = notify.register("safeguarding", broken)["id"]
        _, provider = notify.raise_("A2")
        until(lambda: broken.calls)

        notify.call("DELETE", f"/v1/recipients/{key}")
        notify.register("safeguarding", other)

        assert until(lambda: other.calls)[0].said["provider"]["id"] == provider
        assert len(broken.calls) == 1

    def test_what_another_has_is_cancelled(self, notify: World, hook: Hooks) -> None:
        notify.place()
        broken, other = hook(Reply(429, {"Retry-After": "3000"})), hook()
        key = notify.register("safeguarding", broken)["id"]
        notify.register("safeguarding", other)
        _, provider = notify.raise_("A2")
        notify.one(provider, "failed")

        notify.call("PATCH", f"/v1/recipients/{key}", json={"active": False})

        assert notify.one(provider, "cancelled")["reason"] == "withdrawn"
        assert len(other.calls) == 1
        assert notify.call("PATCH", f"/v1/recipients/{key}", json={"active": True}).json()["active"]

    def test_who_comes_back_gets_what_waits_although_it_was_cancelled(self, notify: World, hook: Hooks) -> None:
        notify.place()
        first, second = hook(Reply(429, {"Retry-After": "3000"})), hook(Reply(429, {"Retry-After": "3000"}))
        first.replies, first.always = [first.always], Reply()
        keys = [notify.register("safeguarding", one)["id"] for one in (first, second)]
        _, provider = notify.raise_("A2")
        until(lambda: len(notify.deliveries(provider, state="failed")) == 2)

        for key in keys:
            assert notify.call("DELETE", f"/v1/recipients/{key}").status_code == 204
        assert notify.one(provider, "due")["reason"] == "no_recipient"
        notify.register("safeguarding", first)

        told = notify.one(provider, "sent")
        assert told["recipient"]["id"] == keys[0]
        assert [one["outcome"] for one in told["attempts"]] == ["failed", "failed", "sent"]
        assert (len(first.calls), len(second.calls)) == (2, 1)
        assert [one["alert"] for one in notify.deliveries(provider)].count("A2") == 1

    def test_is_withdrawn_although_another_wants_no_more(self, notify: World, hook: Hooks) -> None:
        notify.place()
        gone, slow = hook(Reply(410)), hook(Reply(429, {"Retry-After": "3000"}))
        notify.register("safeguarding", gone)
        key = notify.register("safeguarding", slow)["id"]
        _, provider = notify.raise_("A2")
        notify.one(provider, "dead")
        notify.one(provider, "failed")

        assert notify.call("DELETE", f"/v1/recipients/{key}").status_code == 204

        assert notify.one(provider, "due")["reason"] == "no_recipient"
        assert len(gone.calls) == 1

    def test_is_not_for_another_place(self, notify: World) -> None:
        notify.place()
        key = notify.register("director", "a@council.example")["id"]

        answer = notify.call("DELETE", f"/v1/recipients/{key}", places=["E06000019"])

        assert answer.status_code == 404


class TestDeliveries:
    def test_are_shown_to_those_who_hold_the_place(self, notify: World, hook: Hooks) -> None:
        notify.place()
        notify.register("safeguarding", hook())
        notify.register("cqc", hook())
        _, provider = notify.raise_("A2")
        notify.raise_("A4", provider)
        until(lambda: len(notify.deliveries(provider, state="sent")) == 2)

        def seen(role: str, **more: object) -> list[str]:
            answer = notify.call("GET", "/v1/deliveries", role, params={"provider": provider}, **more)
            return [one["alert"] for one in answer.json()["deliveries"]]

        assert seen("director") == ["A2", "A4"]
        assert seen("cqc-inspector") == ["A4"]
        assert seen("director", places=["E06000019"]) == []
        assert notify.call("GET", "/v1/deliveries", "provider").status_code == 403
        page = notify.call("GET", "/v1/deliveries", params={"limit": 1}).json()
        rest = notify.call("GET", "/v1/deliveries", params={"limit": 1, "cursor": page["next"]}).json()
        assert rest["deliveries"][0]["alert"] == "A4"
        assert rest["next"] is None
