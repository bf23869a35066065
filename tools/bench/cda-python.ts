import { pythonWithDeltalake, runPython } from './delta-python';

/**
 * The usual Python way: one process per core, each takes table after table; one listing and one add-only commit of `deltalake` for each folder,
 * nothing is rewritten and no data is read but the smallest file of a schema. Source and target are folders or `bucket/prefix` of S3.
 */
const SCRIPT = `
import json, os, resource, sys, time
from concurrent.futures import ProcessPoolExecutor
from urllib.parse import quote

def file_system(endpoint):
    from pyarrow import fs
    if endpoint == "":
        return fs.LocalFileSystem()
    return fs.S3FileSystem(endpoint_override=endpoint, region="us-east-1")

def ingest(job):
    import pyarrow.parquet as pq
    from pyarrow import fs
    from deltalake import CommitProperties, DeltaTable, Schema
    from deltalake.transaction import AddAction, create_table_with_add_actions
    endpoint, source, target, table, entry = job
    files = file_system(endpoint)
    scheme = "file://" if endpoint == "" else "s3://"
    options = None if endpoint == "" else {"aws_endpoint": endpoint, "aws_region": "us-east-1", "allow_http": "true"}
    uri = f"{scheme}{target}/{table}"
    dt = None
    folders = 0
    for fingerprint, _ in sorted(entry["schemaHistory"].items(), key=lambda item: int(item[1])):
        schema = None
        numbers = [int(info.base_name) for info in files.get_file_info(fs.FileSelector(f"{source}/{table}/{fingerprint}")) if info.base_name.isdigit()]
        for folder in sorted(number for number in numbers if number <= int(entry["lastSuccessfulWriteTimestamp"])):
            found = [info for info in files.get_file_info(fs.FileSelector(f"{source}/{table}/{fingerprint}/{folder}")) if info.path.endswith(".parquet")]
            if not found:
                continue
            if schema is None:
                smallest = min(found, key=lambda info: info.size)
                schema = Schema.from_arrow(pq.read_schema(smallest.path, filesystem=files))
            actions = [AddAction(scheme + quote(info.path), info.size, {}, int(info.mtime_ns // 1000000), True, "{}") for info in found]
            marks = CommitProperties(custom_metadata={"watermark": str(folder)})
            if dt is None:
                create_table_with_add_actions(uri, schema, actions, mode="error", storage_options=options, commit_properties=marks,
                    configuration={"delta.checkpointInterval": "100"})
                dt = DeltaTable(uri, storage_options=options)
            else:
                dt.create_write_transaction(actions, "append", schema, commit_properties=marks)
                dt.update_incremental()
            folders += 1
    return folders

endpoint, source, target, workers, tables = sys.argv[1:6]
os.makedirs(target, exist_ok=True) if endpoint == "" else None
with file_system(endpoint).open_input_stream(f"{source}/manifest.json") as stream:
    manifest = json.load(stream)
with ProcessPoolExecutor(int(workers)) as pool:
    folders = sum(pool.map(ingest, [(endpoint, source, target, table, entry) for table, entry in sorted(manifest.items())[:int(tables)]]))
own = resource.getrusage(resource.RUSAGE_SELF)
children = resource.getrusage(resource.RUSAGE_CHILDREN)
processor = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
print(json.dumps({"folders": folders, "processorSeconds": processor}))
`;

/** What the Python way took, from the start of its process on. */
export interface PythonRun {
  readonly folders: number;
  readonly seconds: number;
  readonly processorSeconds: number;
}

/** Undefined where `deltalake` of PyPI cannot be had; the log says so. */
export function pythonWay(
  /** The first `tables` of the source, by name. */
  place: { readonly endpoint: string; readonly source: string; readonly target: string; readonly tables: number },
  processes: number,
  log: (line: string) => void,
  env?: NodeJS.ProcessEnv,
): PythonRun | undefined {
  const python = pythonWithDeltalake(log);
  if (python === undefined) {
    log('python3 with deltalake of PyPI cannot be had here: nothing to compare with');
    return undefined;
  }
  const args = [place.endpoint, place.source, place.target, String(processes), String(place.tables)];
  const { ms, folders, processorSeconds } = runPython<{ folders: number; processorSeconds: number }>(
    python,
    SCRIPT,
    args,
    env,
  );
  if (folders === 0) throw new Error('The Python way found nothing to ingest');
  return { folders, seconds: ms / 1_000, processorSeconds };
}
