# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fails before there is a connection, as a user meets it: told at once, and nothing is left of it."""

from __future__ import annotations

import json
import socket
import time

import pytest

from ansible_collections.roma.connect.tests.unit.plugins.support import serving, zip_bytes

HTTPS = {"endpoint": "https://roma.example"}

#: Variables and options; what has to be named.
MISTAKES = {
    "SOCKS without PySocks": ({"ALL_PROXY": "socks5h://user:hidden@127.0.0.1:1080"}, HTTPS, "ALL_PROXY"),
    "socks4": ({"all_proxy": "socks4://127.0.0.1:1080"}, HTTPS, "all_proxy"),
    "a password that is not encoded": ({"HTTPS_PROXY": "http://user:hid#den@127.0.0.1:3128"}, HTTPS, "HTTPS_PROXY"),
    "a proxy of ftp": ({"https_proxy": "ftp://user:hidden@127.0.0.1"}, HTTPS, "https_proxy"),
    "a proxy without a host": ({"HTTPS_PROXY": "http://"}, HTTPS, "HTTPS_PROXY"),
    "a proxy of http that is called https": ({"HTTPS_PROXY": "https://127.0.0.1:{port}"}, HTTPS, "HTTPS_PROXY"),
    "no CA certificates": ({"REQUESTS_CA_BUNDLE": "/nowhere/ca.pem"}, {}, "REQUESTS_CA_BUNDLE"),
    "no CA certificates by curl's variable": ({"CURL_CA_BUNDLE": "/nowhere/ca.pem"}, {}, "CURL_CA_BUNDLE"),
    "no CA certificates by the option": ({}, {"ca_path": "/dev/null"}, "ca_path"),
    "a region that does not exist": ({}, {"endpoint": None, "region": "cn-nort-4"}, "region cn-nort-4"),
    "a server of http": ({}, {"endpoint": "https://127.0.0.1:{port}"}, "speaks http and not https: correct endpoint"),
}

MODULES = {
    "roma_asset_export": {"apps": ["a1"], "record": "{folder}/record.json", "busy_timeout": 20, "timeout": 20},
    "roma_asset_import": {"src": "{folder}/src.zip", "record": "{folder}/record.json", "timeout": 20},
    "roma_asset_delete": {"apps": ["a1"], "timeout": 20},
    "roma_asset_job_info": {"job_id": "j1", "wait": True, "timeout": 20},
    "roma_asset_archive": {"archive_id": "p1", "dest": "{folder}/dest.zip", "timeout": 20},
    "roma_app_info": {},
}


def in_plain(connection):
    """A server of http that is greeted in TLS."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_at_once_and_leaves_nothing_behind(play, sim, monkeypatch, tmp_path, mistake, module):
    variables, connection, named = MISTAKES[mistake]

    def unknown(*_address, **_more):
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    if "region" in connection:
        monkeypatch.setattr(socket, "getaddrinfo", unknown)
    (tmp_path / "src.zip").write_bytes(zip_bytes())
    options = {
        name: value.format(folder=tmp_path) if isinstance(value, str) else value
        for name, value in MODULES[module].items()
    }
    began = time.monotonic()
    with serving(in_plain) as port:
        for name, value in variables.items():
            monkeypatch.setenv(name, value.format(port=port))
        at = {name: value and value.format(port=port) for name, value in connection.items()}
        result = play(module, **{**sim.options(), **at, **options})
    assert result["failed"] and not result.get("changed")
    assert named in result["msg"]
    assert "may be running" not in json.dumps(result)
    assert "hidden" not in play.output and "hid#den" not in play.output
    assert time.monotonic() - began < 10, "no wait for what does not pass"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["src.zip"]
