"""Who may ask the app: foreign hosts, foreign pages and large requests are refused, and answers carry their headers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from simulator.app.dashboard import guard
from simulator.app.dashboard.context import Context, address, language_of, look_of
from simulator.app.dashboard.presets import presets
from simulator.app.dashboard.server import make_app
from simulator.app.dashboard.sessions import MOST_SESSIONS, Session, Sessions
from tests.support.deskwork import InstantPool

HOME = {"Host": "127.0.0.1:8050"}
POST = "/_dash-update-component"


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1:8050", True),
        ("127.0.0.1", True),
        ("localhost:8050", True),
        ("LOCALHOST", True),
        ("[::1]:8050", True),
        ("192.168.1.20:80", True),
        ("lab.example:8050", True),
        ("evil.example:8050", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_only_this_machines_names_are_answered(host: str, known: bool) -> None:
    assert guard.known_host(host, ("lab.example",)) is known


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, None),
        ("GET", {"Host": "evil.example"}, 403),
        ("GET", {"Host": "[bad"}, 403),
        ("POST", {"Origin": "http://127.0.0.1:8050"}, None),
        ("POST", {}, None),
        ("POST", {"Origin": "http://evil.example"}, 403),
        ("POST", {"Origin": "http://127.0.0.1:9000"}, 403),
        ("POST", {"Origin": "null"}, 403),
        ("POST", {"Origin": "http://["}, 403),
        ("POST", {"Content-Length": "abc"}, 400),
        ("POST", {"Content-Length": "-1"}, 400),
        ("POST", {"Content-Length": "9" * 5000}, 413),
        ("POST", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", {"Sec-Fetch-Site": "same-site"}, 403),
        ("POST", {"Sec-Fetch-Site": "same-origin"}, None),
        ("POST", {"Content-Length": str(guard.MOST_BYTES + 1)}, 413),
        ("POST", {"Content-Length": str(guard.MOST_BYTES)}, None),
    ],
)
def test_what_is_refused(method: str, headers: dict[str, str], status: int | None) -> None:
    refused = guard.refusal(method, {**HOME, **headers}, ())
    assert (refused[0] if refused else None) == status


def test_the_policy_runs_no_inline_script_but_the_one_that_is_known() -> None:
    policy = dict(part.split(" ", 1) for part in guard.policy(["'sha256-abc='"]).split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' 'sha256-abc='"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"


# -- over HTTP


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    pool: Any = InstantPool()
    return Context(pool, tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def app(context: Context) -> Any:
    return make_app(context, ("lab.example",))


@pytest.fixture
def client(app: Any) -> Any:
    return app.server.test_client()


def edit(client: Any, key: str, value: str, path: str = "/play/three_models", search: str = "") -> Any:
    """What the page sends when a field is changed; the answer's outputs by id."""
    sliders = [slider.key for slider in presets()["three_models"].sliders]
    errors = [*sliders, "worlds", "seed", ""]
    outputs: list[Any] = [[{"id": {"key": one, "type": "error"}, "property": "children"} for one in errors]]
    names = (
        "status.children",
        "status.className",
        "progress.value",
        "live.figure",
        "result.children",
        "shown.data",
        "beat.disabled",
    )
    outputs += [{"id": name.split(".")[0], "property": name.split(".")[1]} for name in names]
    pattern = '{"key":["ALL"],"type":"error"}.children'
    inputs = [("edited", "data", {"key": key, "value": value}), ("run", "n_clicks", 0), ("cancel", "n_clicks", 0)]
    inputs += [("pulse", "data", None), ("beat", "n_intervals", 0), ("look", "data", None)]
    body = {
        "output": ".." + "...".join([pattern, *names]) + "..",
        "outputs": outputs,
        "inputs": [{"id": i, "property": p, "value": v} for i, p, v in inputs],
        "state": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
            {"id": "shown", "property": "data", "value": None},
        ],
        "changedPropIds": ["edited.data"],
    }
    return client.post(POST, json=body, headers={**HOME, "Origin": "http://127.0.0.1:8050"})


def test_every_answer_carries_its_headers_and_the_page_names_its_session(client: Any) -> None:
    answer = client.get("/", headers=HOME)
    assert answer.status_code == 200
    csp = answer.headers["Content-Security-Policy"]
    assert "unsafe-eval" not in csp
    assert re.search(r"script-src 'self' 'sha256-[\w+/=]+';", csp)
    for name in guard.headers([]):
        assert name in answer.headers
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{guard.COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    fetched = re.findall(r'(?:src|href)="([^"]*)"', answer.text)
    assert len(fetched) > 5
    assert all(url.startswith("/") and not url.startswith("//") for url in fetched), "nothing is fetched from elsewhere"


def test_a_refused_request_says_why_and_starts_no_session(client: Any, context: Context) -> None:
    before = len(context.sessions._sessions)
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 403
    assert "--allow-host" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert client.post(POST, data="{}", headers={**HOME, "Origin": "http://evil.example"}).status_code == 403
    assert client.post(POST, data=b"x" * (guard.MOST_BYTES + 1), headers=HOME).status_code == 413
    assert len(context.sessions._sessions) == before
    assert client.get("/", headers={"Host": "lab.example:80"}).status_code == 200


@pytest.mark.parametrize("path", ["/assets/../server.py", "/assets/%2e%2e/server.py", "/assets//etc/passwd", "/_mcp"])
def test_no_file_but_the_assets_is_served(client: Any, path: str) -> None:
    answer = client.get(path, headers=HOME)
    assert "make_app" not in answer.text
    assert "root:" not in answer.text
    with client.get("/assets/app.css", headers=HOME) as sheet:
        assert sheet.status_code == 200


def test_a_wrong_value_is_answered_beside_its_field_and_kept(client: Any) -> None:
    client.get("/", headers=HOME)
    answer = edit(client, "deal", "<b>abc</b>").get_json()["response"]
    key = '{"key":"deal","type":"error"}'
    assert "Allowed: 0 to 0.9 share of price" in answer[key]["children"]
    assert answer['{"key":"budget","type":"error"}']["children"] == ""
    assert answer["status"]["className"] == "wrong"
    assert answer["result"]["children"]
    chinese = edit(client, "deal", "9", search="?lang=zh").get_json()["response"]
    assert chinese[key]["children"] == "超出范围。允许：0 到 0.9 的数字"
    mended = edit(client, "deal", "0.1").get_json()["response"]
    assert mended[key]["children"] == ""


def test_what_is_no_field_changes_nothing(client: Any, context: Context) -> None:
    client.get("/", headers=HOME)
    for key in ("no_such", "__class__", "", "x" * 10_000):
        assert edit(client, key, "1").status_code == 200
    assert edit(client, "deal", "0.1", path="/play/../../etc").status_code in (200, 204)
    session = list(context.sessions._sessions.values())[-1]
    assert session.desks["three_models"].values == {}


def test_nonsense_is_answered_without_a_traceback(client: Any) -> None:
    for body in ("", "[]", "{", json.dumps({"output": "x", "outputs": [], "inputs": []})):
        answer = client.post(POST, data=body, headers={**HOME, "Content-Type": "application/json"})
        assert answer.status_code >= 400
        assert "Traceback" not in answer.text


def test_two_browsers_share_nothing(app: Any, context: Context) -> None:
    one, other = app.server.test_client(), app.server.test_client()
    for client in (one, other):
        client.get("/", headers=HOME)
    edit(one, "deal", "0.3")
    edit(other, "deal", "oops")
    mine, theirs = list(context.sessions._sessions.values())[-2:]
    assert mine.owner != theirs.owner
    assert mine.desks["three_models"].values == {"deal": "0.3"}
    assert theirs.desks["three_models"].values == {"deal": "oops"}
    assert mine.desks["three_models"].wrong == {}


# -- sessions


def test_a_cookie_that_is_not_known_gets_a_session_of_its_own() -> None:
    pool: Any = InstantPool()
    sessions = Sessions(pool)
    first, mine = sessions.find("")
    assert sessions.find(first) == (first, mine)
    other, theirs = sessions.find("guessed")
    assert other != "guessed"
    assert theirs is not mine
    assert len(first) >= 32


def test_sessions_that_are_too_many_or_too_old_go_and_their_runs_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    pool: Any = InstantPool()
    sessions = Sessions(pool)
    first, old = sessions.find("")
    stopped: list[Session] = []
    monkeypatch.setattr(Session, "stop", lambda self: stopped.append(self))
    for _ in range(MOST_SESSIONS):
        sessions.find("")
    assert stopped == [old]
    assert sessions.find(first)[0] != first
    _, ageing = sessions.find("")
    ageing.seen -= 100_000
    for session in list(sessions._sessions.values())[:-1]:
        session.seen -= 100_000
    sessions.find("")
    assert ageing in stopped


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[1]", b"{}", b'{"output": "x"}', b"[" * 5000, b"\xff",
        b'{"output": "x", "outputs": [], "inputs": 3}',
        b'{"output": "x", "outputs": [], "inputs": [3]}',
        b'{"output": "x", "outputs": [], "inputs": [{"id": "url", "property": "pathname", "value": 3}]}',
        b'{"output": "x", "outputs": [], "inputs": [[{"id": "run", "property": "n_clicks", "value": "9"}]]}',
    ],
)  # fmt: skip
def test_bodies_that_no_page_sends_are_refused_before_they_are_read(client: Any, body: bytes) -> None:
    answer = client.post(POST, data=body, headers=HOME)
    assert answer.status_code == 400
    assert answer.text == "the request is not one that a page of this app sends\n"


def test_rates_are_limited_by_session_and_for_new_ones(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_ASKED", 3)
    monkeypatch.setattr(guard, "MOST_NEW", 2)
    monkeypatch.setattr(guard, "monotonic", lambda: now[0])
    now = [1000.0]
    server = make_app(context).server
    first, second, third = (server.test_client() for _ in range(3))
    assert [first.get("/", headers=HOME).status_code for _ in range(5)] == [200, 200, 200, 200, 429]
    assert second.get("/", headers=HOME).status_code == 200
    before = len(context.sessions._sessions)
    assert third.get("/", headers=HOME).status_code == 429
    assert len(context.sessions._sessions) == before
    now[0] += guard.STRETCH
    assert first.get("/", headers=HOME).status_code == 200
    assert third.get("/", headers=HOME).status_code == 200


# -- small parts


def test_addresses_ask_for_a_language() -> None:
    assert language_of("?lang=zh") == "zh"
    assert language_of("?lang=xx") == language_of(None) == language_of("?lang=") == "en"
    assert address("/play", "en") == "/play"
    assert address("/play", "zh") == "/play?lang=zh"


@pytest.mark.parametrize("told", [None, [], "x", {"dark": "yes"}, {"dark": 1}])
def test_a_look_is_believed_only_if_it_is_one(told: Any) -> None:
    assert (look_of(told).dark, look_of(told).narrow) == (False, False)


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import sys

    from simulator.app.dashboard.server import MISSING, Settings, serve
    from simulator.errors import InputError

    monkeypatch.setitem(sys.modules, "waitress", None)
    with pytest.raises(InputError, match=re.escape(MISSING)):
        serve(Settings(results=tmp_path))
    monkeypatch.delitem(sys.modules, "waitress")
    monkeypatch.setitem(sys.modules, "dash", None)
    pool: Any = InstantPool()
    with pytest.raises(InputError, match=re.escape("market-simulator[app]")):
        make_app(Context(pool, tmp_path))
