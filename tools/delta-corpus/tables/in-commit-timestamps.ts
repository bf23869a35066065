import { add, metaData, protocol } from '../actions';
import type { Json } from '../parquet';
import type { TableBuilder } from '../table-builder';
import { ids } from './inline-vectors';

const ID = '0f3c6c1e-5f0a-4c58-9d57-000000000004';
const FIELDS = [{ name: 'id', type: 'long' }];
const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);
/** Commits carry their own time from this version on. */
const ENABLED = 3;

/** In-commit timestamps that are switched on in the middle, and files whose times say something else after that. */
export async function inCommitTimestamps(table: TableBuilder): Promise<void> {
  table.kind = 'in-commit-timestamps';
  const own = [10, 11, 12].map((hours) => START + hours * HOUR);
  const fileTimes = [0, 1, 2, 2.5, 40, 41].map((hours) => START + hours * HOUR);
  for (const [version, file] of fileTimes.entries()) {
    const data = await table.rows(`${version}.parquet`, { id: 'BIGINT' }, ids(version * 10, 2));
    const actions: Json[] = [];
    if (version === 0) actions.push(protocol([], []), metaData(ID, FIELDS));
    const ownTime = own[version - ENABLED];
    if (version === ENABLED && ownTime !== undefined) {
      const properties = {
        'delta.enableInCommitTimestamps': 'true',
        'delta.inCommitTimestampEnablementVersion': String(ENABLED),
        'delta.inCommitTimestampEnablementTimestamp': String(ownTime),
      };
      actions.push(protocol([], ['inCommitTimestamp']), metaData(ID, FIELDS, properties));
    }
    const info = { timestamp: START, operation: 'WRITE', operationParameters: {} };
    actions.unshift({ commitInfo: ownTime === undefined ? info : { inCommitTimestamp: ownTime, ...info } });
    table.add(data);
    await table.commit([...actions, add(data)], { file, ...(ownTime === undefined ? {} : { commit: ownTime }) });
  }
}
