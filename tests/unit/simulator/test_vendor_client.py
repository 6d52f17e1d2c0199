# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own client against the simulator: where they disagree, the simulator is wrong."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

roma = pytest.importorskip("huaweicloudsdkroma.v2")
core = pytest.importorskip("huaweicloudsdkcore.auth.credentials")
exceptions = pytest.importorskip("huaweicloudsdkcore.exceptions.exceptions")


def build(sim, credentials, endpoint=None):
    return roma.RomaClient.new_builder().with_credentials(credentials).with_endpoint(endpoint or sim.endpoint).build()


@pytest.fixture
def client(sim):
    return build(sim, core.BasicCredentials(sim.access_key, sim.secret_key, sim.project_id))


def export(client, sim, apps=None, tasks=None):
    body = roma.AssetExportRequest(
        apps=[roma.AssetExportRequestApps(id=item) for item in (sim.apps if apps is None else apps)],
        tasks=tasks or [],
    )
    return client.export_asset(roma.ExportAssetRequest(instance_id=sim.instance_id, body=body)).job_id


def status(client, sim, job_id):
    return client.check_asset_job_status(roma.CheckAssetJobStatusRequest(instance_id=sim.instance_id, job_id=job_id))


def download(client, sim, archive_id):
    answer = client.download_asset_archive(
        roma.DownloadAssetArchiveRequest(instance_id=sim.instance_id, archive_id=archive_id)
    )
    parts = []
    answer.consume_download_stream(lambda stream: parts.append(stream.content))
    return b"".join(parts)


def test_export_poll_download(sim, client, clock):
    job_id = export(client, sim)
    running = status(client, sim, job_id)
    assert (running.id, running.type, running.status, running.end_time) == (job_id, "exportAsset", "RUNNING", None)
    assert 0 <= running.progress_percent < 1
    clock.move(60)
    done = status(client, sim, job_id)
    assert (done.status, done.progress_percent) == ("SUCCEEDED", 1)
    package = zipfile.ZipFile(io.BytesIO(download(client, sim, done.archive_id)))
    assert package.testzip() is None
    assert len(package.namelist()) == 1 + len(sim.apps)
    assert status(client, sim, job_id).archive_id is None
    with pytest.raises(exceptions.ClientRequestException) as refused:
        download(client, sim, done.archive_id)
    assert refused.value.status_code == 404


def test_temporary_keys(sim):
    keys = sim.temporary
    credentials = core.BasicCredentials(keys["access_key"], keys["secret_key"], sim.project_id)
    client = build(sim, credentials.with_security_token(keys["security_token"]))
    assert export(client, sim)


@pytest.mark.parametrize("edition", ["2023", "2022"])
def test_reasons_reach_its_model(make, clock, edition):
    sim = make(job_seconds=1, edition=edition)
    client = build(sim, core.BasicCredentials(sim.access_key, sim.secret_key, sim.project_id))
    job_id = export(client, sim, apps=["no-such-app"])
    clock.move(5)
    failed = status(client, sim, job_id)
    assert failed.status.upper() == "FAILED"
    assert failed.reasons[0].resource_name == "no-such-app"


def test_import_delete_and_lists(sim, client, clock, tmp_path):
    formdata = pytest.importorskip("huaweicloudsdkcore.http.formdata")
    job_id = export(client, sim, tasks=[{"id": item} for item in sim.tasks])
    clock.move(60)
    package = tmp_path / "package.zip"
    package.write_bytes(download(client, sim, status(client, sim, job_id).archive_id))
    target = sim.instances[1]["id"]
    body = roma.ImportAssetRequestBody(formdata.FormFile(str(package)))
    answer = client.import_asset(roma.ImportAssetRequest(instance_id=target, body=body))
    clock.move(60)
    asked = roma.CheckAssetJobStatusRequest(instance_id=target, job_id=answer.job_id)
    assert client.check_asset_job_status(asked).status == "SUCCEEDED"
    assert sim.requests("import")[0]["headers"]["x-sdk-content-sha256"] == "UNSIGNED-PAYLOAD"
    tasks = client.list_tasks(roma.ListTasksRequest(instance_id=target, limit=100, offset=0))
    assert (tasks.total, [task.task_name for task in tasks.entities]) == (
        2,
        ["orders to invoices", "stock to warehouse"],
    )
    instances = client.check_roma_instance_list_v2(roma.CheckRomaInstanceListV2Request(limit=100))
    assert [(item.id, item.status) for item in instances.instances] == [
        (item["id"], "RUNNING") for item in sim.instances
    ]
    apps = sim.state()["instances"][1]["apps"]
    shown = client.check_roma_app_details(roma.CheckRomaAppDetailsRequest(instance_id=target, app_id=apps[0]["id"]))
    assert (shown.name, shown.owner, shown.created_user.user_name) == ("orders", True, sim.username)
    body = roma.AssetOperateRequest(apps=[roma.AssetExportRequestApps(id=app["id"]) for app in apps], tasks=[])
    client.delete_asset(roma.DeleteAssetRequest(instance_id=target, body=body))
    clock.move(60)
    assert sim.state()["instances"][1]["apps"] == []


def test_it_finds_the_project_by_itself(sim, monkeypatch):
    from huaweicloudsdkcore.region.region import Region

    monkeypatch.setenv("HUAWEICLOUD_SDK_IAM_ENDPOINT", sim.iam_endpoint)
    credentials = core.BasicCredentials(sim.access_key, sim.secret_key)
    region = Region(sim.region, sim.endpoint)
    client = roma.RomaClient.new_builder().with_credentials(credentials).with_region(region).build()
    assert export(client, sim)
    assert sim.requests("projects")[0]["query"] == {"name": sim.region}


def test_it_tells_the_gateway_s_refusal(sim):
    client = build(sim, core.BasicCredentials(sim.access_key, "x" * 40, sim.project_id))
    with pytest.raises(exceptions.ClientRequestException) as refused:
        export(client, sim)
    assert refused.value.status_code == 401
    assert refused.value.error_code == "APIGW.0301"
    assert "verify aksk signature fail, canonicalRequest:POST|/v2/" in refused.value.error_msg
    assert refused.value.request_id


def test_ids_with_slashes_are_sent_escaped_and_hold(sim, client):
    with pytest.raises(exceptions.ClientRequestException) as refused:
        status(client, sim, "a/b ü")
    assert refused.value.status_code == 404
    assert sim.requests("job")[0]["path"].endswith("/jobs/a%2Fb%20%C3%BC")


def test_every_list_reaches_its_models(sim, client):
    """What an instance holds beside applications and tasks: no field is told that the model does not have."""

    def told(operation, key, **query):
        request = "".join(word.capitalize() for word in operation.split("_")) + "Request"
        answer = getattr(client, operation)(getattr(roma, request)(instance_id=sim.instance_id, **query))
        raw = json.loads(answer.raw_content)
        items = getattr(answer, key)
        assert items
        for item, plain in zip(items, raw[item_key(answer, key)]):
            unknown = set(plain) - set(item.attribute_map.values())
            assert not unknown, f"{operation}: the model has no {unknown}"
            values = item.to_dict()
            assert {name for name, value in values.items() if value is None} == {
                name for name, field in item.attribute_map.items() if plain.get(field) is None
            }
        return items

    def item_key(answer, key):
        return answer.attribute_map[key]

    assert [user.name for user in told("check_auth_users_of_app", "users", app_id=sim.apps[0])] == ["anna", "bernd"]
    sources = told("list_datasources", "entities", limit=500, offset=0)
    assert [source.datasource_name for source in sources][:2] == ["orders-db", "orders-events"]
    assert (sources[0].content.host, sources[1].content.ssl_password) == ("db.source.example", "******")
    assert [task.status for task in told("list_tasks", "entities")] == [1, 0]
    group = told("list_api_groups_v2", "groups", limit=500)[0]
    assert (group.name, group.url_domains[0].domain) == ("orders-api", "orders.example.com")
    api = told("list_apis_v2", "apis", limit=500)[0]
    assert (api.name, api.run_env_name, api.roma_app_name) == ("get order", "RELEASE|test", "orders")
    assert [env.name for env in told("list_environments_v2", "envs")] == ["RELEASE", "test"]
    variable = told("list_environment_variables_v2", "variables", group_id=group.id)[0]
    assert (variable.variable_name, variable.env_id) == ("backend", "DEFAULT_ENVIRONMENT_RELEASE_ID")
    channel = told("list_vpc_channels_v2", "vpc_channels")[0]
    assert told("list_backend_instances_v2", "members", vpc_channel_id=channel.id)[0].host == "10.0.1.7"
    assert [one.name for one in told("list_apis_v2", "apis", vpc_channel_id=channel.id)] == ["get order"]
    throttles = told("list_request_throttling_policy_v2", "throttles")
    assert [one.bind_num for one in throttles] == [1, 0]
    bound = told("list_apis_binded_to_request_throttling_policy_v2", "apis", throttle_id=throttles[0].id)[0]
    assert (bound.name, bound.run_env_name, bound.group_name) == ("get order", "RELEASE", "orders-api")
    acl = told("list_acl_strategies_v2", "acls")[0]
    bound = told("list_apis_binded_to_acl_policy_v2", "apis", acl_id=acl.id)[0]
    assert (acl.acl_name, acl.bind_num, bound.api_name, bound.env_name) == ("office", 1, "get order", "RELEASE")
    sign = told("list_signature_keys_v2", "signs")[0]
    bound = told("list_apis_binded_to_signature_key_v2", "bindings", sign_id=sign.id)[0]
    assert (sign.sign_secret, bound.api_name, bound.env_name) == ("sig**********ret", "get order", "RELEASE")
    plugin = told("list_plugins", "plugins")[0]
    bound = told("list_plugin_attached_apis", "apis", plugin_id=plugin.plugin_id)[0]
    assert (plugin.plugin_name, bound.api_name, bound.env_name) == ("log-to-kafka", "get order", "RELEASE")
    configs = told("list_app_configs_v2", "configs")
    assert [(one.config_name, one.config_type) for one in configs] == [("currency", "variable"), ("erp", "password")]
    assert told("list_mqs_instance_topics", "topics")[0].app_name == "orders"
    assert told("list_rules", "items")[0].name == "scans"
    counts = client.count_devices(roma.CountDevicesRequest(instance_id=sim.instance_id))
    assert (counts.devices.normal_devices.never_connected, counts.products.normal_products_numbers) == (1, 1)
