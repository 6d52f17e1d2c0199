# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An export whose dest, record or package is not as it was left: what lies there, what was lost, what is done again."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_export import PACKAGE_FACTS
from ansible_collections.roma.connect.plugins.module_utils._package.partial import Partial
from ansible_collections.roma.connect.plugins.module_utils._start.record import Record
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    checksum,
    class_of,
    members,
    names,
    operations,
    zip_bytes,
)

# What lies at dest, beside what the record says


def test_a_file_that_the_record_does_not_know_is_refused_before_the_start(bring, sim, dest, folder):
    dest.write_bytes(b"another")
    task = bring()
    assert class_of(task.error) is errors.BadInput
    assert "does not know it" in str(task.error)
    assert (sim.requests(), names(folder), dest.read_bytes()) == ([], ["crm.zip"], b"another")


def test_force_replaces_it_at_the_end(bring, sim, dest, folder):
    dest.write_bytes(b"another")
    sim.fault("archive", {"status": 403})
    assert class_of(bring(force=True).error) is errors.Refused
    assert dest.read_bytes() == b"another"
    assert bring(force=True).error is None
    assert members(dest)


def test_the_record_s_package_is_left_alone_without_a_request(bring, sim, dest):
    first = bring()
    before = dest.stat().st_mtime_ns
    sim.clear_requests()
    again = bring()
    assert (again.error, again.changed, sim.requests()) == (None, False, [])
    assert {name: again.facts[name] for name in PACKAGE_FACTS} == {name: first.facts[name] for name in PACKAGE_FACTS}
    assert dest.stat().st_mtime_ns == before


def test_so_it_is_by_the_same_items_in_another_order_and_more_than_once(bring, sim, named):
    bring(apps=sim.apps[:2], app_names=named[0][2:])
    sim.clear_requests()
    again = bring(apps=[*sim.apps[1::-1], sim.apps[0]], app_names=named[0][2:] * 2)
    assert (again.error, again.changed, sim.requests()) == (None, False, [])


@pytest.mark.parametrize(("record", "option"), [(None, "dest"), ("r.json", "record")])
def test_a_record_that_is_in_the_way_names_the_option_that_was_given(bring, sim, folder, tmp_path, record, option):
    """Another record at the same dest helps nobody who gave a dest alone: the package there is not known to it."""
    given = {"record": str(tmp_path / record)} if record else {}
    path = given.get("record", f"{folder}/crm.zip.json")
    assert bring(**given).error is None
    with Record(path):
        told = [bring(**given)]
    told.append(bring(apps=sim.apps[1:], **given))
    with open(path, "w", encoding="utf-8") as file:
        file.write("no record")
    told.append(bring(**given))
    for task, words in zip(
        told, (f"give each host its own {option}", f"Name another {option}", f"name another {option}")
    ):
        assert class_of(task.error) is errors.BadRecord
        assert words in str(task.error)


def test_the_same_items_named_in_another_way_are_another_request(bring, sim, named):
    bring(apps=sim.apps[:1])
    task = bring(app_names=named[0][:1])
    assert class_of(task.error) is errors.BadRecord
    assert "another request" in str(task.error)


def test_nothing_there_any_more_is_a_new_export(bring, sim, dest):
    first = bring()
    dest.unlink()
    again = bring()
    assert (again.error, again.changed, again.facts["resumed"]) == (None, True, False)
    assert again.facts["job_id"] != first.facts["job_id"]


@pytest.mark.parametrize("how", ["damaged", "cut"])
def test_a_file_that_is_no_longer_the_package_is_refused_and_named(bring, sim, dest, how):
    first = bring()
    content = dest.read_bytes()
    dest.write_bytes(content[:-1] if how == "cut" else b"x" + content)
    sim.clear_requests()
    task = bring()
    assert class_of(task.error) is errors.BadInput
    assert "no longer the package" in str(task.error)
    assert str(dest) in str(task.error)
    assert sim.requests() == []
    again = bring(force=True)
    assert (again.error, again.changed) == (None, True)
    assert again.facts["job_id"] != first.facts["job_id"]
    assert checksum(dest) == again.facts["checksum"]


def test_with_force_what_is_done_is_done_again(bring, sim, dest):
    first = bring()
    again = bring(force=True)
    assert (again.error, again.changed, again.facts["resumed"]) == (None, True, False)
    assert again.facts["job_id"] != first.facts["job_id"]
    assert len(sim.requests("export")) == 2


def test_a_package_that_the_record_knows_elsewhere_is_no_reason_to_take_another_file_for_it(
    run, bring, sim, dest, folder
):
    run(apps=sim.apps[:1], record=str(folder / "crm.zip.json"))
    with Record(str(folder / "crm.zip.json")) as record:
        elsewhere = folder / "elsewhere.zip"
        elsewhere.write_bytes(zip_bytes())
        record.fetched({"dest": str(elsewhere), "size": 1, "checksum": checksum(elsewhere), "entries": 1})
    task = bring()
    assert class_of(task.error) is errors.BadRecord
    for word in (str(elsewhere), str(dest)):
        assert word in str(task.error)
    dest.write_bytes(b"another")
    assert class_of(bring().error) in (errors.BadRecord, errors.BadInput)
    assert dest.read_bytes() == b"another"


def test_a_start_without_dest_is_completed_with_it(run, bring, sim, dest, folder):
    started = run(apps=sim.apps[:1], record=str(folder / "crm.zip.json"), wait=False)
    task = bring()
    assert (task.error, task.changed, task.facts["resumed"]) == (None, True, True)
    assert task.facts["job_id"] == started.facts["job_id"]
    assert len(sim.requests("export")) == 1


# A file that appears at dest meanwhile


def test_a_file_that_appears_meanwhile_is_not_replaced_and_the_package_is_kept(bring, sim, dest, folder, monkeypatch):
    real = Partial.sync

    def sync(partial):
        real(partial)
        dest.write_bytes(b"another")

    with monkeypatch.context() as patch:
        patch.setattr(Partial, "sync", sync)
        task = bring()
    assert class_of(task.error) is errors.NotWritten
    assert dest.read_bytes() == b"another"
    assert task.facts["partial"] in str(task.error)
    assert members(task.facts["partial"])
    sim.clear_requests()
    refused = bring()
    assert class_of(refused.error) is errors.BadInput
    assert f"the package waits whole in {task.facts['partial']}" in str(refused.error)
    dest.unlink()
    again = bring()
    assert (again.error, again.changed, again.facts["resumed"]) == (None, True, True)
    assert sim.requests() == [], "it is put in its place without a request"
    assert names(folder) == ["crm.zip", "crm.zip.json"]
    assert members(dest)


def test_a_link_that_leads_nowhere_is_another_file(bring, sim, dest):
    dest.symlink_to("nowhere.zip")
    assert class_of(bring().error) is errors.BadInput
    assert (dest.is_symlink(), sim.requests("export")) == (True, [])
    assert bring(force=True).error is None
    assert (dest.is_symlink(), members(dest) != []) == (False, True)


# Lost


def warned(task):
    [warning] = task.warned
    assert "once" in warning
    return warning


@pytest.mark.parametrize(
    ("plan", "faults"),
    [
        ({"ranges": "gone"}, [{"cut": 100_000}]),  # cut and gone
        ({"damage": "truncated"}, []),  # damaged on arrival
        ({}, [{"status": 404}]),  # gone at the first request
    ],
)
def test_a_package_that_was_lost_is_exported_again_once(bring, sim, dest, folder, plan, faults):
    sim.plan(**plan)
    for fault in faults:
        sim.fault("archive", fault)
    task = bring()
    assert (task.error, task.changed) == (None, True)
    warned(task)
    assert len(sim.requests("export")) == 2
    assert members(dest)
    assert names(folder) == ["crm.zip", "crm.zip.json"], "its part is removed when the new package is in place"
    assert (task.facts["lost"], task.facts["partial"]) == (False, None)
    assert task.facts["job_id"] == sim.state()["jobs"][-1]["id"]


def test_so_it_is_where_a_job_says_that_its_package_was_fetched(bring, sim, dest):
    sim.fault("job", {"json": {"id": "j", "type": "exportAsset", "status": "Finished"}})
    task = bring(busy_timeout=60)
    assert (task.error, task.changed) == (None, True)
    warned(task)
    assert len({job["id"] for job in sim.state()["jobs"]}) == 2


def test_a_package_that_is_lost_twice_fails_and_the_next_run_starts_anew(bring, sim, dest, folder):
    sim.plan(damage="truncated")
    sim.plan(damage="truncated")
    task = bring()
    assert class_of(task.error) is errors.BadPackage
    assert task.facts["lost"]
    assert task.facts["partial"] in str(task.error)
    assert len(sim.requests("export")) == 2
    assert not dest.exists()
    assert len(names(folder)) == 3, "both parts, and the record"
    assert bring(check_mode=True).changed
    assert len(names(folder)) == 3, "check mode removes nothing"
    assert bring().error is None
    assert members(dest)
    assert len(sim.requests("export")) == 3
    assert names(folder) == ["crm.zip", "crm.zip.json"]


def test_each_export_after_a_loss_has_a_time_of_its_own(bring, sim):
    sim.plan(damage="truncated")
    assert bring(timeout=25).error is None


# What an earlier run left, and force


def test_what_came_to_nothing_is_looked_up_anew(bring, sim, named, dest):
    sim.plan(outcome="FAILED")
    assert class_of(bring(app_names=named[0][:1]).error) is errors.JobFailed
    sim.clear_requests()
    assert bring(app_names=named[0][:1]).error is None
    assert operations(sim)[:2] == ["apps", "export"]


def test_a_running_job_is_resumed_even_with_force_and_nothing_done_is_done_again_beside_it(bring_many, many, folder):
    many.fault("archive", {"status": 403}, after=1)
    first = bring_many()
    assert class_of(first.error) is errors.Refused
    many.clear_requests()
    task = bring_many(force=True)
    assert task.error is None
    assert [package["resumed"] for package in task.outcome()["packages"]] == [False, True, False]
    assert len(many.requests("export")) == 1
    assert task.outcome()["packages"][0]["job_id"] == first.outcome()["packages"][0]["job_id"]


def test_a_start_that_may_have_been_taken_blocks_until_force(bring, sim, dest):
    sim.fault("export", {"reset": "after"})
    assert "may be running" in str(bring().error)
    assert "may be running" in str(bring().error)
    assert len(sim.requests("export")) == 1
    sim.reset()
    assert bring(force=True).error is None
