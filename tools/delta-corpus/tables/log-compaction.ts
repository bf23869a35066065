import { add, metaData, protocol, remove } from '../actions';
import { inline, portable } from '../deletion-vector';
import type { Json } from '../parquet';
import { lines, logName, without, type TableBuilder } from '../table-builder';
import { ids } from './inline-vectors';

const FIELDS = [{ name: 'id', type: 'long' }];
const PROTOCOL = protocol(['deletionVectors'], ['domainMetadata']);
const METADATA = metaData('0f3c6c1e-5f0a-4c58-9d57-000000000006', FIELDS);

const domain = (name: string, configuration: string, removed = false): Json => ({
  domainMetadata: { domain: name, configuration, removed },
});
const txn = (version: number): Json => ({ txn: { appId: 'load', version, lastUpdated: 1_767_225_600_000 + version } });

/** Log compactions, one of them in place of a commit that is gone, and checksums of the versions they lead to. */
export async function logCompaction(table: TableBuilder): Promise<void> {
  table.kind = 'log-compaction';
  const files = [];
  for (let index = 0; index < 6; index += 1) {
    files.push(await table.rows(`${index}.parquet`, { id: 'BIGINT' }, ids(index * 10, 3)));
  }
  const [f0, f1, f2, f3, f4, f5] = files;
  if (!f0 || !f1 || !f2 || !f3 || !f4 || !f5) throw new Error('There are six files');
  const vector = inline(portable([1]), 1);

  table.add(f0);
  await table.commit([PROTOCOL, METADATA, add(f0), domain('kept', '1'), domain('gone', '1')]);
  table.add(f1);
  await table.commit([add(f1), txn(1)]);
  table.add(f2);
  table.add(without(f0, [1]));
  // Commit 2 added the third file, changed a domain, and put a deletion vector on the first.
  table.forget();
  table.remove(f1.path);
  await table.commit([remove(f1), txn(3)]);
  await table.write(
    `_delta_log/${logName(1)}.${logName(3)}.compacted.json`,
    lines([add(f0, { deletionVector: vector }), add(f2), remove(f0), remove(f1), txn(3), domain('kept', '{"a":"ä"}')]),
  );
  await checksum(table, 3, [domain('kept', '{"a":"ä"}'), domain('gone', '1')], [txn(3)]);

  table.add(f3);
  await table.commit([add(f3)]);
  table.add(f4);
  await table.commit([add(f4), domain('gone', '', true)]);
  await table.write(
    `_delta_log/${logName(4)}.${logName(5)}.compacted.json`,
    lines([add(f3), add(f4), domain('gone', '', true)]),
  );
  table.add(f5);
  await table.commit([{ commitInfo: { operation: 'WRITE', operationParameters: {} } }, add(f5)]);
  await checksum(table, 6, [domain('kept', '{"a":"ä"}')], [txn(3)]);
}

/** PROTOCOL.md, "Version Checksum File", of the table as the model has it. */
async function checksum(table: TableBuilder, version: number, domains: Json[], txns: Json[]): Promise<void> {
  const files = table.activeFiles;
  const content = {
    tableSizeBytes: files.reduce((sum, file) => sum + file.size, 0),
    numFiles: files.length,
    numDeletionVectorsOpt: files.filter((file) => file.deletedRows > 0).length,
    numDeletedRecordsOpt: files.reduce((sum, file) => sum + file.deletedRows, 0),
    numMetadata: 1,
    numProtocol: 1,
    metadata: (METADATA as { metaData: Json }).metaData,
    ...(PROTOCOL as { protocol: Json }),
    domainMetadata: domains.map((one) => (one as { domainMetadata: Json }).domainMetadata),
    setTransactions: txns.map((one) => (one as { txn: Json }).txn),
  };
  await table.write(`_delta_log/${logName(version)}.crc`, JSON.stringify(content));
}
