import type { Column, ColumnType } from '../parquet/column';
import { Chance } from './chance';
import type { TableSketch } from './table-names';

const long = (name: string): Column => ({ name, type: 'long' });
const text = (name: string): Column => ({ name, type: 'string' });
const integer = (name: string): Column => ({ name, type: 'integer' });
const money = (name: string, precision = 18): Column => ({ name, type: { precision, scale: 2 } });

/** What CDA adds to every table. */
export const CHANGE_COLUMNS: readonly Column[] = [
  integer('gwcbi___operation'),
  text('gwcbi___seqval_hex'),
  long('gwcbi___lsn'),
  long('gwcbi___tx_id'),
  long('gwcbi___payload_ts_ms'),
  long('gwcbi___connector_ts_ms'),
];

const KNOWN: Readonly<Record<string, readonly Column[]>> = {
  pc_account: [text('accountnumber'), text('accountstatus'), integer('servicetier')],
  pc_policy: [long('accountid'), text('productcode'), { name: 'issuedate', type: 'date' }, money('annualpremium')],
  cc_claim: [
    ...[long('policyid'), text('claimnumber'), { name: 'lossdate', type: 'timestamp' } as const, text('losscause')],
    ...[{ name: 'faultrating', type: 'float' } as const, money('incurred', 9)],
  ],
};

const EXTRAS: readonly Column[] = [
  ...[text('name'), text('description'), integer('sequencenumber'), money('amount'), money('tax', 9)],
  ...[{ name: 'exactamount', type: { precision: 30, scale: 6 } } as const, { name: 'factor', type: 'double' } as const],
  ...[{ name: 'score', type: 'float' } as const, { name: 'effectivedate', type: 'date' } as const],
  ...[{ name: 'active', type: 'boolean' } as const, text('status'), long('parentid'), text('comments')],
];

/** The columns of a table in its first schema, without those of the change stream. */
export function firstColumns({ name, kind }: TableSketch, seed: number): Column[] {
  const id = long('id');
  if (kind === 'typelist') {
    const words = [text('typecode'), text('name'), text('description'), integer('priority')];
    return [id, ...words, { name: 'retired', type: 'boolean' }];
  }
  if (kind === 'localization') return [id, long('language'), long('owner'), text('value')];
  const chance = new Chance(seed, name, 'columns');
  // Some of a suite were written by an older Spark.
  const timestamp: ColumnType = chance.next() < 0.1 ? 'timestamp-int96' : 'timestamp';
  const audit: Column[] = [
    ...[text('publicid'), integer('beanversion'), long('createuserid'), long('retired')],
    ...[
      { name: 'createtime', type: timestamp },
      { name: 'updatetime', type: timestamp },
    ],
  ];
  const extras = KNOWN[name] ?? EXTRAS.filter(() => chance.next() < 0.4);
  return [id, ...audit, ...extras];
}

/** The type a column has after it was widened as Delta's type widening allows; undefined when there is no wider one. */
export function widened(type: ColumnType): ColumnType | undefined {
  if (type === 'integer') return 'long';
  if (type === 'float') return 'double';
  if (typeof type === 'object' && type.precision < 28) return { precision: type.precision + 9, scale: type.scale };
  return undefined;
}
