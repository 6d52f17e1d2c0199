# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding the file in a multipart body."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, strategies as st
from urllib3.filepost import encode_multipart_formdata

from ansible_collections.roma.connect.tests.simulator import multipart
from ansible_collections.roma.connect.tests.simulator.incoming import Incoming


def incoming(body, content_type):
    request = Incoming("POST", "/", {"content-type": content_type}, "import")
    request.body.file.write(body)
    request.body.size = len(body)
    return request


@given(st.binary(max_size=200), st.binary(max_size=50), st.text(st.characters(codec="ascii"), max_size=20))
def test_what_urllib3_encodes_is_found(content, other, name):
    fields = [("other", ("x", other)), ("text", "y"), ("file", (name, content))]
    body, content_type = encode_multipart_formdata(fields)
    found = multipart.file_part(incoming(body, content_type), "file")
    assert found is not None
    assert found[1].read() == content


@pytest.mark.parametrize("shift", range(-30, 30))
def test_a_boundary_across_two_blocks(monkeypatch, shift):
    monkeypatch.setattr(multipart, "_BLOCK", 100)
    body, content_type = encode_multipart_formdata({"file": ("a.zip", b"x" * (200 + shift))})
    name, file = multipart.file_part(incoming(body, content_type), "file")
    assert (name, file.read()) == ("a.zip", b"x" * (200 + shift))
    file.seek(-3, io.SEEK_END)
    assert (file.tell(), file.read()) == (197 + shift, b"xxx")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/form-data; boundary=b"),
        (b"--b--", "multipart/form-data; boundary=b"),
        (b"--b\r\n", "multipart/form-data; boundary=b"),
        (b"--b\r\nA: b\r\n\r\nx", "multipart/form-data; boundary=b"),
        (b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--', "multipart/form-data; boundary=b"),
        (b"x", "application/json"),
        (b"x", ""),
    ],
)
def test_there_is_no_file(body, content_type):
    assert multipart.file_part(incoming(body, content_type), "file") is None
