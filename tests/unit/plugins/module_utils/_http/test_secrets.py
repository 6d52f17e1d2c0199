# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret in what a module prints, logs or writes: each way of authenticating, each module, each kind of failure."""

from __future__ import annotations

import base64
import html
import json
import re
import syslog
from urllib.parse import quote, quote_plus

import pytest
from ansible.module_utils import basic

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors, _module
from ansible_collections.roma.connect.plugins.module_utils._account.connection import secrets_in
from ansible_collections.roma.connect.plugins.module_utils._account.options import SECRETS
from ansible_collections.roma.connect.plugins.module_utils._http.secrets import LEFT_OUT, MASK, Secrets, spellings
from ansible_collections.roma.connect.tests.unit.plugins.support import make_client, read_request, serving, zip_bytes

#: Characters that are written differently in a URL, in JSON and in a page.
ODD = 'S3cret/+%"<&> é'

WAYS = ("token", "keys", "temporary", "password", "file", "agency")

MODULES = {
    "roma_asset_job_info": {"job_id": "j1"},
    "roma_asset_export": {"apps": ["a1"], "record": "{folder}/export.json"},
    "roma_asset_import": {"src": "{folder}/src.zip", "record": "{folder}/import.json"},
    "roma_asset_delete": {"apps": ["a1"]},
    "roma_asset_archive": {"archive_id": "p1", "dest": "{folder}/dest.zip", "timeout": 0},
    "roma_app_info": {},
    "roma_task_info": {},
    "roma_instance_info": {},
}


def plain(text):
    return text


#: How a server may write what it got.
SPELLED = {
    "as it is": plain,
    "in a URL": lambda text: quote(text, safe=""),
    "in a URL, in small letters": lambda text: re.sub("%..", lambda code: code[0].lower(), quote(text)),
    "in a form": quote_plus,
    "in JSON": lambda text: json.dumps(text)[1:-1],
    "in JSON, its letters as they are": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "in JSON with its slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "in a page": html.escape,
}

STATUS = (302, 400, 401, 403, 404, 409, 429, 500, 504)


@pytest.fixture
def sim(make_sim):
    return make_sim(job_seconds=0)


@pytest.fixture
def logged(monkeypatch):
    """What the modules write to the system's log."""
    lines = []
    monkeypatch.setattr(syslog, "syslog", lambda *words: lines.append(str(words)))
    return lines


@pytest.fixture
def given(sim, tmp_path, monkeypatch):
    """The connection options of a way of authenticating; what it takes besides is in the environment then."""

    def one(way):
        if way == "file":
            path = tmp_path.parent / "credentials"
            path.write_text(f"[basic]\nak = {sim.access_key}\nsk = {sim.secret_key}\n")
            monkeypatch.setenv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(path))
        if way == "agency":
            monkeypatch.setenv("ROMA_ECS_METADATA_ENDPOINT", sim.metadata_endpoint)
        if way in ("file", "agency"):
            place = {name: value for name, value in sim.options().items() if name != "auth_token"}
            return {**place, **({"ecs_agency": True} if way == "agency" else {})}
        return sim.options(way)

    return one


def known(sim):
    """The secrets of the simulator, and those that it gave or got."""
    yield from (sim.auth_token, sim.secret_key, sim.password)
    yield from (sim.temporary["secret_key"], sim.temporary["security_token"])
    for request in sim.requests():
        yield from carried(request["headers"])


def carried(headers):
    for name in ("x-auth-token", "x-security-token", "x-metadata-token"):
        if name in headers:
            yield headers[name]
    if "Signature=" in headers.get("authorization", ""):
        yield headers["authorization"].partition("Signature=")[2]


def leaked(text, secrets):
    """The secrets of which *text* has a part that is long enough to matter."""
    return [
        secret for secret in secrets if any(spelling in text or spelling[:24] in text for spelling in spellings(secret))
    ]


def written(folder):
    return "".join(path.read_bytes().decode("utf-8", "replace") for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def echo(sim):
    """A server that repeats each request, and ``known``, in its answer; ``status`` and ``spelled`` say how."""

    class Echo:
        status, spelled, seen, known = 400, staticmethod(plain), [], []

    def answer(connection):
        head, body = read_request(connection)
        headers = {
            name.strip().lower(): value.strip()
            for name, _colon, value in (line.partition(":") for line in head.decode().split("\r\n")[1:])
        }
        Echo.seen += carried(headers)
        said = Echo.spelled(" ".join([*carried(headers), *Echo.known]) + body.decode("utf-8", "replace")[:300])
        # In the middle of a secret the message has as many characters as are quoted.
        told = {"error_code": said[:300], "error_msg": "x" * 450 + said, "error_details": said, "request_id": said}
        content = json.dumps(told).encode()
        location = "Location: http://elsewhere/" + quote(said, safe="") + "\r\n" if Echo.status == 302 else ""
        connection.sendall(
            f"HTTP/1.1 {Echo.status} No\r\n{location}Content-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode()
            + content
        )

    with serving(answer) as port:
        Echo.endpoint = f"http://127.0.0.1:{port}"
        yield Echo


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("module", MODULES)
def test_a_server_that_repeats_what_it_got_leaks_nothing(play, sim, echo, given, logged, tmp_path, way, module):
    (tmp_path / "src.zip").write_bytes(zip_bytes())
    options = {
        name: value.format(folder=tmp_path) if isinstance(value, str) else value
        for name, value in MODULES[module].items()
    }
    connection = {**given(way), "endpoint": echo.endpoint}
    echo.known = [connection[name] for name in SECRETS if name in connection] + [sim.secret_key] * (way == "file")
    for status in STATUS:
        for spelled in SPELLED.values() if status in (302, 400) else (plain,):
            echo.status, echo.spelled = status, spelled
            result = play(module, **connection, **options, **({"force": True} if "record" in options else {}))
            assert result["failed"], result
            assert "error" in result, result["msg"]
            assert all(len(text) <= 500 for text in result["error"].values() if isinstance(text, str))
            everything = play.output + "".join(logged) + written(tmp_path)
            assert leaked(everything, {*known(sim), *echo.seen}) == [], (status, result["msg"])
    assert echo.seen, "it got no secret, so it could not repeat one"


@pytest.mark.parametrize("way", WAYS)
def test_what_succeeds_leaks_nothing(play, sim, given, logged, tmp_path, way):
    connection = given(way)
    record = str(tmp_path / "crm.zip.json")
    export = play("roma_asset_export", **connection, apps=sim.apps, record=record, poll_interval=0.01)
    outputs = [play.output]
    for module, options in (
        ("roma_asset_archive", {"archive_id": export["job"]["archive_id"], "dest": str(tmp_path / "crm.zip")}),
        (
            "roma_asset_import",
            {"instance_id": sim.instances[1]["id"], "src": str(tmp_path / "crm.zip"), "poll_interval": 0.01},
        ),
        ("roma_asset_job_info", {"job_id": export["job_id"]}),
        ("roma_app_info", {}),
        ("roma_task_info", {}),
        ("roma_instance_info", {}),
        ("roma_asset_delete", {"apps": sim.apps[:1], "poll_interval": 0.01}),
    ):
        result = play(module, **{**connection, **options})
        assert not result.get("failed"), result
        outputs.append(play.output)
    secrets = set(known(sim))
    assert len(secrets) > 6 or way == "token"
    assert leaked("".join(outputs + logged) + written(tmp_path), secrets) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("spelled", [plain, lambda text: "".join(f"\\u{ord(one):04x}" for one in text)])
def test_a_signature_that_a_good_answer_repeats_is_masked(play, sim, tmp_path, spelled, encoding):
    """… whatever makes it up, in the result and in the record."""
    seen = []

    def answer(connection):
        head, _body = read_request(connection)
        [signature] = re.findall(rb"Signature=([0-9a-f]+)", head)
        seen.append(signature.decode())
        said = spelled(seen[-1])
        text = f'{{"id": "{said}", "type": "{said}", "status": "FAILED", "job_id": "j1", "reason": ["{said}"]}}'
        body = text.encode(encoding)
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    with serving(answer) as port:
        connection = {**sim.options("keys"), "endpoint": f"http://127.0.0.1:{port}"}
        result = play("roma_asset_export", **connection, apps=["a1"], record=str(tmp_path / "r.json"))
    assert result["failed"] and result["job"]["id"] == MASK
    assert len(seen) == 2
    assert leaked(play.output + written(tmp_path), seen) == []


def test_signatures_are_not_remembered(sim):
    """Each request has another: thousands of them would make the end of a task late."""
    secrets = Secrets()
    client = make_client(sim, "keys", secrets=secrets)
    sim.fault("job", {"status": 403}, times=None)
    known = set()
    for number in range(30):
        with pytest.raises(errors.Refused):
            client.job(f"j{number}")
        known.add(len(secrets.known))
    assert len({request["headers"]["authorization"] for request in sim.requests("job")}) == 30
    assert len(known) == 1


# Threads: a secret may be got while another thread walks through those that are known


def walking(add):
    """What masks as Ansible does, but that a secret is got in the middle of it."""

    def remove_values(value, known):
        walk = iter(known)
        next(walk)
        add(f"secret-{len(known)}")
        list(walk)
        return value

    return remove_values


def test_a_secret_may_be_got_while_a_record_or_progress_is_masked(play, sim, monkeypatch):
    def operation(task, client):
        monkeypatch.setattr(_module, "remove_values", walking(client.transport.secrets.add))
        task.facts["masked"] = task.hide("value")

    assert play(operation, **sim.options())["masked"] == "value"


def test_a_secret_may_be_got_while_the_result_is_masked(play, sim, monkeypatch):
    """The watchdog ends a task whose thread still asks for a token."""

    def operation(task, client):
        monkeypatch.setattr(basic, "remove_values", walking(client.transport.secrets.add))

    assert not play(operation, **sim.options()).get("failed")


def test_a_proxy_s_password_is_masked(play, sim, monkeypatch):
    """An error of a proxy, or of a server that was sent there, may repeat it."""
    told = base64.b64encode(b"someone:pass/word-1").decode()
    monkeypatch.setenv("HTTPS_PROXY", "http://someone:pass%2Fword-1@127.0.0.1:1")
    sim.fault("job", {"status": 403, "error_msg": f"pass%2Fword-1 pass/word-1 {told}"})
    result = play("roma_asset_job_info", **sim.options(), job_id="j1")
    assert result["failed"]
    for secret in ("pass%2Fword-1", "pass/word-1", told):
        assert secret not in play.output


def test_a_reason_that_repeats_a_secret_is_masked_in_each_spelling(play, sim, tmp_path):
    said = " ".join(spelled(sim.auth_token) for spelled in SPELLED.values())
    reasons = [{"resource_type": "app", "resource_name": "a", "error_code": "X", "error_msg": said}]
    sim.plan(outcome="FAILED", reasons=reasons)
    record = str(tmp_path / "record.json")
    result = play("roma_asset_export", **sim.options(), apps=sim.apps, record=record, poll_interval=0.01)
    assert result["failed"] and MASK in result["msg"]
    assert leaked(play.output + written(tmp_path), [sim.auth_token]) == []


def test_a_secret_that_a_server_repeats_as_id_or_type_stands_in_no_record(play, sim, tmp_path, monkeypatch):
    secret, record = "unused-and-secret", str(tmp_path / "record.json")
    monkeypatch.setenv("HW_SECRET_KEY", secret)
    sim.fault("export", {"json": {"job_id": secret}})
    sim.fault("job", {"json": {"id": secret, "type": secret, "status": "SUCCEEDED", "archive_id": secret}}, times=None)
    result = play("roma_asset_export", **sim.options(), apps=sim.apps, record=record, poll_interval=0.01)
    assert result["changed"] and not result.get("failed")
    assert leaked(play.output + written(tmp_path), [secret]) == []


def test_a_secret_of_the_environment_is_hidden_before_a_text_is_cut_used_or_not(play, sim, monkeypatch):
    monkeypatch.setenv("HW_SECRET_KEY", "unused-and-secret")
    sim.fault("job", {"status": 403, "error_msg": "x" * 490 + "unused-and-secret"})
    assert play("roma_asset_job_info", **sim.options(), job_id="j1")["failed"]
    assert "x" * 490 in play.output
    assert "unused" not in play.output


@pytest.mark.parametrize(
    "url",
    [
        "http://user:hid#den@proxy:1",
        "http://user:hid//den@proxy:1",
        "http://user:hid:den@proxy:1",
        "http://user:hid@den@proxy:1",
        "user:hid#den@proxy:1",
        "socks5h://user:hid%23den@proxy:1",
    ],
)
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "all_proxy", "Http_Proxy"])
def test_a_proxy_s_password_is_a_secret_however_its_url_is_written(name, url):
    password = re.search("hid.*den", url)[0]
    assert password in secrets_in({name: url})


# The texts themselves


@pytest.mark.parametrize("spelled", SPELLED)
def test_each_spelling_is_masked(spelled):
    secrets = Secrets()
    secrets.add(ODD)
    assert secrets.hide(f"before {SPELLED[spelled](ODD)} after") == f"before {MASK} after"


def test_a_text_with_a_long_part_of_a_secret_is_left_out():
    secrets, whole = Secrets(), "0123456789abcdefghijklmnopqrstuvwxyz"
    secrets.add(whole)
    for begin in range(len(whole) - 24):
        assert secrets.hide(f"so {whole[begin : begin + 24]} and so on") == LEFT_OUT
    assert secrets.hide("so 0123456789a and so on") == "so 0123456789a and so on"


def test_a_secret_with_a_line_end_is_masked_without_it_too():
    secrets = Secrets()
    secrets.add(" hw-st\n")
    assert secrets.hide("it says hw-st.") == f"it says {MASK}."


def test_nothing_and_blanks_are_no_secret():
    secrets = Secrets()
    for text in ("", " ", "\n"):
        secrets.add(text)
    assert not secrets.known
    assert secrets.hide("as it is ") == "as it is "
