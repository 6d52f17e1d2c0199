# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The partial file, what counts as a whole package, and the files beneath."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
import struct
import zipfile

import pytest
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.plugins.module_utils import _files
from ansible_collections.roma.connect.plugins.module_utils._errors import BadInput, BadPackage
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import describe
from ansible_collections.roma.connect.plugins.module_utils._package.content import entries
from ansible_collections.roma.connect.plugins.module_utils._package.partial import Partial
from ansible_collections.roma.connect.tests.unit.plugins.support import names, zip_bytes


def written(tmp_path, content):
    path = tmp_path / "package.zip"
    path.write_bytes(content)
    return str(path)


# Whole packages


def test_files_are_counted_and_folders_are_not(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("folder/", "")
        package.writestr("folder/a", "a" * 100)
        package.writestr("b", "")
    assert entries(written(tmp_path, content.getvalue())) == 2


def test_an_empty_zip_is_a_package(tmp_path):
    content = io.BytesIO()
    zipfile.ZipFile(content, "w").close()
    assert entries(written(tmp_path, content.getvalue())) == 0


def flipped(content, at):
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


def with_method(method):
    """A zip that says its member is compressed by *method*."""
    content = bytearray(zip_bytes())
    struct.pack_into("<H", content, 8, method)
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + 10, method)
    return bytes(content)


def encrypted():
    content = bytearray(zip_bytes())
    struct.pack_into("<H", content, 6, 1)
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + 8, 1)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a whole zip"),
        (b"text", "not a whole zip"),
        (zip_bytes()[:-10], "not a whole zip"),
        (zip_bytes()[:1000], "not a whole zip"),
        (flipped(zip_bytes(), 100), "'assets.json' does not match its checksum"),
        (with_method(99), "not a whole zip"),
        (with_method(zipfile.ZIP_DEFLATED), "not a whole zip"),
        (encrypted(), "not a whole zip"),
    ],
    ids=["empty", "text", "no end", "half", "flipped", "method 99", "not deflated", "encrypted"],
)
def test_anything_else_is_no_package(tmp_path, content, words):
    with pytest.raises(BadPackage, match=words):
        entries(written(tmp_path, content))


@pytest.mark.parametrize("files", [0, 1])
def test_a_package_that_is_cut_behind_a_zip_within_it_is_not_that_zip(tmp_path, files):
    inner, content = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as package:
        for number in range(files):
            package.writestr(f"{number}", "x" * 100)
    with zipfile.ZipFile(content, "w") as package:
        package.writestr("inner.zip", inner.getvalue())
        package.writestr("rest", "y" * 1000)
    whole = content.getvalue()
    assert entries(written(tmp_path, whole)) == 2
    ends = whole.index(inner.getvalue()) + len(inner.getvalue())
    for cut in (ends, ends + 1, len(whole) - 30):
        with pytest.raises(BadPackage):
            entries(written(tmp_path, whole[:cut]))


@pytest.mark.parametrize("name", ["missing", ""])
def test_what_is_no_file_is_no_package(tmp_path, name):
    with pytest.raises(BadPackage):
        entries(str(tmp_path / name))


WHOLE = zip_bytes(300, ("a", "b"))


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_found_or_harmless(tmp_path_factory, at, change):
    content = WHOLE[:at] + bytes([WHOLE[at] ^ change]) + WHOLE[at + 1 :]
    path = tmp_path_factory.getbasetemp() / "changed.zip"
    path.write_bytes(content)
    try:
        count = entries(str(path))
    except BadPackage:
        return
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(io.BytesIO(WHOLE)) as original:
        assert count <= 2
        contents = sorted(package.read(name) for name in package.namelist())
        assert all(content in [original.read(name) for name in original.namelist()] for content in contents)


def test_a_file_is_described_by_size_checksum_and_entries(tmp_path):
    path = written(tmp_path, WHOLE)
    checksum = hashlib.sha256(WHOLE).hexdigest()
    assert describe(path) == {"dest": path, "size": len(WHOLE), "checksum": checksum, "entries": 2}
    assert describe(written(tmp_path, b"text"))["entries"] is None


# The partial file


@pytest.fixture
def dest(tmp_path):
    return str(tmp_path / "crm.zip")


def test_what_is_written_is_counted_and_hashed(dest, tmp_path):
    partial = Partial(dest, "p1")
    partial.write(b"abc")
    partial.write(b"de")
    assert (partial.size, partial.checksum) == (5, hashlib.sha256(b"abcde").hexdigest())
    assert partial.held() == [partial.path] == [f"{dest}.p1.part"]
    assert stat.S_IMODE(os.stat(partial.path).st_mode) == 0o600
    partial.finish(replaces=False)
    partial.close()
    assert names(tmp_path) == ["crm.zip"]


def test_it_goes_on_behind_what_an_earlier_play_left(dest):
    with open(f"{dest}.p1.part", "wb") as file:
        file.write(b"abc")
    partial = Partial(dest, "p1")
    assert (partial.size, partial.checksum) == (3, hashlib.sha256(b"abc").hexdigest())
    partial.write(b"de")
    assert partial.checksum == hashlib.sha256(b"abcde").hexdigest()
    partial.close()
    with open(f"{dest}.p1.part", "rb") as file:
        assert file.read() == b"abcde"


def test_it_starts_over_beside_what_is_held_and_goes_on_with_the_last(dest, tmp_path):
    partial = Partial(dest, "p1")
    partial.write(b"abc")
    partial.start_over()
    assert partial.size == 0
    assert stat.S_IMODE(os.stat(partial.path).st_mode) == 0o600
    partial.write(b"xy")
    assert partial.held() == [f"{dest}.p1.part", f"{dest}.p1.2.part"]
    partial.close()
    again = Partial(dest, "p1")
    assert (again.path, again.size) == (f"{dest}.p1.2.part", 2)
    again.close()
    assert names(tmp_path) == ["crm.zip.p1.2.part", "crm.zip.p1.part"]


def test_one_without_data_is_removed(dest, tmp_path):
    partial = Partial(dest, "p1")
    partial.start_over()
    partial.close()
    assert names(tmp_path) == []


def test_it_is_locked_from_its_making_to_its_end(dest):
    partial = Partial(dest, "p1")
    for archive_id in ("p1", "p2"):
        with pytest.raises(BadInput, match="being written by another play"):
            Partial(dest, archive_id)
    partial.write(b"a")
    partial.start_over()
    with pytest.raises(BadInput, match="being written by another play"):
        Partial(dest, "p1")
    partial.close()
    Partial(dest, "p1").close()


def test_a_folder_that_is_gone_is_told(tmp_path):
    with pytest.raises(BadInput, match="create it"):
        Partial(str(tmp_path / "gone" / "crm.zip"), "p1")


def test_wildcards_in_a_name_are_no_wildcards(tmp_path):
    other = Partial(str(tmp_path / "a.zip"), "p1")
    Partial(str(tmp_path / "[a].zip"), "p1").close()
    Partial(str(tmp_path / "?.zip"), "p1").close()
    other.close()


def test_a_relative_dest_is_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    partial = Partial("crm.zip", "p1")
    partial.write(WHOLE)
    partial.finish(replaces=False)
    partial.close()
    assert names(tmp_path) == ["crm.zip"]


def test_content_and_name_are_synced_before_it_counts_as_finished(dest, monkeypatch):
    steps = []
    for name in ("fsync", "rename"):
        real = getattr(os, name)

        def noted(*arguments, name=name, real=real):
            is_folder = name == "fsync" and stat.S_ISDIR(os.fstat(arguments[0]).st_mode)
            steps.append("folder" if is_folder else name)
            return real(*arguments)

        monkeypatch.setattr(os, name, noted)
    partial = Partial(dest, "p1")
    partial.write(WHOLE)
    partial.sync()
    partial.finish(replaces=False)
    partial.close()
    assert steps == ["fsync", "rename", "folder"]


def test_what_is_no_lack_of_space_is_not_called_so(dest, monkeypatch):
    partial = Partial(dest, "p1")
    partial._file.close()
    partial._file = open(partial.path, "rb", buffering=0)
    with pytest.raises(OSError, match="(?i)writ|permitted|descriptor"):
        partial.write(b"a")
    partial.close()


# Systems that cannot lock or sync


@pytest.mark.parametrize(
    ("number", "locked"),
    [(errno.EWOULDBLOCK, False), (errno.EACCES, False), (errno.ENOLCK, True), (errno.ENOTSUP, True)],
)
def test_where_there_are_no_locks_there_is_none_to_respect(tmp_path, monkeypatch, number, locked):
    def refuse(_descriptor, _how):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(_files.fcntl, "flock", refuse)
    with open(tmp_path / "f", "wb") as file:
        assert _files.lock(file.fileno()) is locked
    with _files.locked_folder(str(tmp_path)):
        pass


@pytest.mark.parametrize(("number", "fails"), [(errno.EINVAL, False), (errno.ENOTSUP, False), (errno.EIO, True)])
def test_a_folder_that_cannot_be_synced_is_no_error_unless_the_disk_fails(tmp_path, monkeypatch, number, fails):
    def refuse(_descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    if fails:
        with pytest.raises(OSError, match=os.strerror(number)):
            _files.sync_folder(str(tmp_path / "f"))
    else:
        _files.sync_folder(str(tmp_path / "f"))


def test_a_file_that_is_gone_is_not_locked(tmp_path):
    assert _files.is_locked(str(tmp_path / "gone")) is False
