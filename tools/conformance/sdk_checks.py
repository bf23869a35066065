"""What the official Databricks SDK for Python, unmodified, does against a workspace. Prints one JSON line for each check.

Arguments: a JSON object with `warehouse_id`, `app`, `client_id` and `client_secret`. DATABRICKS_HOST and DATABRICKS_TOKEN say
where and as whom. What a check makes it removes again.
"""

import base64
import io
import json
import sys
import time
import uuid

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound
from databricks.sdk.service import apps, compute, iam, jobs, sql, workspace

given = json.loads(sys.argv[1])
w = WorkspaceClient()
me = w.current_user.me()
unique = uuid.uuid4().hex[:8]


def current_user():
    assert me.user_name, "no user name"
    return me.user_name


def m2m():
    app = WorkspaceClient(
        host=w.config.host, client_id=given["client_id"], client_secret=given["client_secret"], auth_type="oauth-m2m"
    )
    assert app.current_user.me().user_name == given["client_id"], "somebody else"
    return "the app's service principal"


def people():
    return f"{len(list(w.users.list()))} users, {len(list(w.groups.list()))} groups"


def unity_catalog():
    name = f"conformance_{unique}"
    w.catalogs.create(name=name)
    try:
        w.schemas.create(name="s", catalog_name=name)
        w.volumes.create(catalog_name=name, schema_name="s", name="v", volume_type=catalog_volume())
        names = [volume.name for volume in w.volumes.list(name, "s")]
        assert names == ["v"], names
        assert not list(w.tables.list(name, "s"))
        path = f"/Volumes/{name}/s/v/folder/hello.txt"
        w.files.create_directory(f"/Volumes/{name}/s/v/folder")
        w.files.upload(path, io.BytesIO(b"hello"), overwrite=True)
        assert w.files.download(path).contents.read() == b"hello"
        assert w.files.get_metadata(path).content_length == 5
        assert [entry.name for entry in w.files.list_directory_contents(f"/Volumes/{name}/s/v/folder")] == ["hello.txt"]
        w.files.delete(path)
        return f"{len(list(w.catalogs.list()))} catalogs"
    finally:
        w.catalogs.delete(name, force=True)


def catalog_volume():
    from databricks.sdk.service.catalog import VolumeType

    return VolumeType.MANAGED


def missing_table():
    try:
        w.tables.get("nothing.at.all")
    except NotFound as error:
        return type(error).__name__
    raise AssertionError("it was found")


def statement():
    answer = w.statement_execution.execute_statement(
        "SELECT :n + 1 AS n, CAST(NULL AS STRING) AS nothing",
        given["warehouse_id"],
        parameters=[sql.StatementParameterListItem(name="n", value="41", type="INT")],
        wait_timeout="50s",
    )
    assert answer.status.state == sql.StatementState.SUCCEEDED, answer.status
    assert answer.result.data_array == [["42", None]], answer.result.data_array
    return "42"


def warehouses():
    return ", ".join(warehouse.name for warehouse in w.warehouses.list())


def secrets():
    scope = f"conformance-{unique}"
    w.secrets.create_scope(scope)
    try:
        w.secrets.put_secret(scope, "k", string_value="v")
        assert base64.b64decode(w.secrets.get_secret(scope, "k").value) == b"v"
        return [secret.key for secret in w.secrets.list_secrets(scope)][0]
    finally:
        w.secrets.delete_scope(scope)


def workspace_files():
    folder = f"/Users/{me.user_name}/conformance-{unique}"
    w.workspace.mkdirs(folder)
    try:
        w.workspace.upload(f"{folder}/a.txt", io.BytesIO(b"a"), format=workspace.ImportFormat.AUTO)
        assert w.workspace.download(f"{folder}/a.txt").read() == b"a"
        return [entry.path for entry in w.workspace.list(folder)][0].split("/")[-1]
    finally:
        w.workspace.delete(folder, recursive=True)


def python_file(name, text):
    folder = f"/Users/{me.user_name}/conformance-jobs-{unique}"
    w.workspace.mkdirs(folder)
    w.workspace.upload(f"{folder}/{name}", io.BytesIO(text.encode()), format=workspace.ImportFormat.AUTO, overwrite=True)
    return f"/Workspace{folder}/{name}"


def job(name, file, **settings):
    task = jobs.Task(task_key="t", environment_key="default", spark_python_task=jobs.SparkPythonTask(python_file=file))
    environment = jobs.JobEnvironment(environment_key="default", spec=compute.Environment(environment_version="2"))
    return w.jobs.create(name=f"{name} {unique}", tasks=[task], environments=[environment], **settings).job_id


def job_that_succeeds():
    plain = "import os\nprint(os.environ['DATABRICKS_HOST'])\n"
    made = job("conformance", python_file("ok.py", plain))
    try:
        run = w.jobs.run_now_and_wait(made)
        assert run.state.result_state == jobs.RunResultState.SUCCESS, run.state
        output = w.jobs.get_run_output(run.tasks[0].run_id)
        assert output.logs.strip() == w.config.host, output.logs
        assert w.jobs.get(made).settings.name == f"conformance {unique}"
        assert made in [each.job_id for each in w.jobs.list(name=f"conformance {unique}")]
        assert [each.run_id for each in w.jobs.list_runs(job_id=made)] == [run.run_id]
        return str(run.state.result_state.value)
    finally:
        w.jobs.delete(made)


def job_that_fails():
    made = job("failing", python_file("bad.py", "raise ValueError('on purpose')\n"))
    try:
        run_id = w.jobs.run_now(made).response.run_id
        while (run := w.jobs.get_run(run_id)).end_time == 0:
            time.sleep(0.1)
        error = w.jobs.get_run_output(run.tasks[0].run_id).error
        assert error == "ValueError: on purpose", error
        return run.state.state_message
    finally:
        w.jobs.delete(made)


def job_that_is_cancelled():
    made = job("endless", python_file("endless.py", "import time\ntime.sleep(600)\n"))
    try:
        run_id = w.jobs.run_now(made).response.run_id
        run = w.jobs.cancel_run_and_wait(run_id)
        assert run.state.result_state == jobs.RunResultState.CANCELED, run.state
        return str(run.state.result_state.value)
    finally:
        w.jobs.delete(made)


def job_settings():
    made = job("settings", "/Workspace/Shared/none.py", schedule=jobs.CronSchedule("0 0 2 * * ?", "UTC"))
    try:
        w.jobs.update(made, new_settings=jobs.JobSettings(name="updated"), fields_to_remove=["schedule"])
        settings = w.jobs.get(made).settings
        assert (settings.name, settings.schedule) == ("updated", None), settings
        w.jobs.set_permissions(
            str(made),
            access_control_list=[
                jobs.JobAccessControlRequest(user_name=me.user_name, permission_level=jobs.JobPermissionLevel.IS_OWNER),
                jobs.JobAccessControlRequest(group_name="admins", permission_level=jobs.JobPermissionLevel.CAN_MANAGE),
            ],
        )
        assert w.jobs.get_permissions(str(made)).object_type == "job"
        return ", ".join(level.permission_level.value for level in w.jobs.get_permission_levels(str(made)).permission_levels)
    finally:
        w.jobs.delete(made)


def missing_job():
    try:
        w.jobs.get(7)
    except NotFound as error:
        return type(error).__name__
    raise AssertionError("it was found")


def apps_read():
    app = w.apps.get(given["app"])
    return f"{app.name}: {app.app_status.state.value}, {len(list(w.apps.list()))} listed"


def app_made_and_removed():
    name = f"conformance-{unique}"
    app = w.apps.create_and_wait(apps.App(name=name, description="of the conformance checks"))
    try:
        assert app.service_principal_client_id, "no service principal"
        changed = w.apps.update(name, apps.App(name=name, description="changed"))
        assert changed.description == "changed", changed
        return f"{app.compute_status.state.value}, then {w.apps.stop_and_wait(name).compute_status.state.value}"
    finally:
        w.apps.delete(name)


def serving_endpoints():
    return f"{len(list(w.serving_endpoints.list()))} endpoints"


def database_instances():
    credential = w.database.generate_database_credential(
        instance_names=[next(iter(w.database.list_database_instances())).name], request_id=unique
    )
    assert credential.token, "no token"
    return "a credential"


def permissions():
    levels = w.permissions.get_permission_levels("sql/warehouses", given["warehouse_id"]).permission_levels
    return ", ".join(level.permission_level.value for level in levels)


CHECKS = [
    *(current_user, m2m, people, unity_catalog, missing_table, statement, warehouses, secrets, workspace_files),
    *(job_that_succeeds, job_that_fails, job_that_is_cancelled, job_settings, missing_job, apps_read),
    *(app_made_and_removed, serving_endpoints, database_instances, permissions),
]

for check in CHECKS:
    try:
        print(json.dumps({"name": check.__name__, "ok": True, "detail": str(check())}), flush=True)
    except Exception as error:  # Whatever it is, it is the result of this check.
        print(json.dumps({"name": check.__name__, "ok": False, "detail": f"{type(error).__name__}: {error}"}), flush=True)
    finally:
        sys.stdout.flush()
try:
    w.workspace.delete(f"/Users/{me.user_name}/conformance-jobs-{unique}", recursive=True)
except NotFound:
    pass
