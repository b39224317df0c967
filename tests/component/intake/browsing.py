"""Somebody who fills in our forms: keeps cookies, sends what the page holds; the markup of every page is checked."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any

import httpx2

Posted = dict[str, str | list[str]]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
TYPED = {"input", "textarea", "select"}


@dataclass
class Seen(HTMLParser):
    """What a page holds, and what is wrong with its markup."""

    wrong: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags.pop() != tag:
            self.wrong.append(f"</{tag}> closes what is not open")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def faults(self) -> list[str]:
        """Well-formed; a language; one h1; ids once; each field labelled; each link to an id on the page resolves."""
        ids = [attrs["id"] for _, attrs in self.tags if "id" in attrs]
        labelled = {attrs.get("for") for attrs in self.all("label")}
        faults = [*self.wrong, *(f"<{tag}> is left open" for tag in self.open_tags)]
        faults += [f"id {each} is there twice" for each in set(ids) if ids.count(each) > 1]
        if not any(attrs.get("lang") for attrs in self.all("html")):
            faults.append("no language")
        if len(self.all("h1")) != 1:
            faults.append(f"{len(self.all('h1'))} h1")
        if not "".join(self.words).strip() or not self.all("title"):
            faults.append("no title")
        for tag, attrs in self.tags:
            if tag in TYPED and attrs.get("type") not in ("hidden", "submit") and attrs.get("id") not in labelled:
                faults.append(f"{attrs.get('name')} has no label")
            faults += [
                f"{name}={value} points nowhere"
                for name in ("aria-describedby", "aria-labelledby", "for")
                for value in attrs.get(name, "").split()
                if value not in ids
            ]
            if attrs.get("href", "").startswith("#") and attrs["href"][1:] not in ids:
                faults.append(f"{attrs['href']} points nowhere")
            if "style" in attrs or any(name.startswith("on") for name in attrs) or tag == "script":
                faults.append(f"<{tag}> needs what the content security policy forbids")
        return faults


@dataclass
class Visitor:
    """A browser without JavaScript."""

    client: httpx2.AsyncClient
    page: httpx2.Response | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        assert self.page is not None
        return self.page.url.path

    @property
    def text(self) -> str:
        assert self.page is not None
        return " ".join("".join(self.seen.words).split())

    @property
    def seen(self) -> Seen:
        assert self.page is not None
        seen = Seen()
        seen.feed(self.page.text)
        return seen

    async def get(self, path: str) -> httpx2.Response:
        return await self._go("GET", path)

    async def send(
        self, path: str | None = None, /, headers: dict[str, str] | None = None, **values: Any
    ) -> httpx2.Response:
        """Send the form of this page, with its hidden fields and these values (`a-b` is written `a__b`)."""
        given = self._filled() | {name.replace("__", "-"): value for name, value in values.items()}
        return await self._go("POST", path or self._action(), data=given, headers=headers)

    def _filled(self) -> Posted:
        """What a browser would send of the page as it is."""
        filled: Posted = {}
        for each in self.seen.all("input"):
            if each.get("type") not in ("radio", "checkbox"):
                filled[each["name"]] = each.get("value", "")
            elif "checked" in each:
                filled[each["name"]] = [*filled.get(each["name"], []), each["value"]]
        return filled

    def _action(self) -> str:
        return self.seen.all("form")[0].get("action") or self.path

    async def _go(self, method: str, path: str, **more: Any) -> httpx2.Response:
        for _ in range(5):
            headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} | (
                more.pop("headers", None) or {}
            )
            self.client.cookies.clear()
            self.page = await self.client.request(method, path, headers=headers, **more)
            for cookie in map(SimpleCookie, self.page.headers.get_list("set-cookie")):
                for name, each in cookie.items():
                    self.cookies[name] = each.value
                    if each["max-age"] == "0":
                        del self.cookies[name]
            if self.page.status_code not in (302, 303):
                break
            method, path, more = "GET", self.page.headers["location"], {}
        if self.page.headers["content-type"].startswith("text/html"):
            assert self.seen.faults() == [], (path, self.page.text)
        return self.page


def only(pattern: str, text: str) -> str:
    """The one thing that fits."""
    found = set(re.findall(pattern, text))
    assert len(found) == 1, (pattern, found, text)
    return str(found.pop())
