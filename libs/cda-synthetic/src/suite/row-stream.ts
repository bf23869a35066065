import type { Column, Row, Value } from '../parquet/column';
import type { Chance } from './chance';
import { CHANGE_COLUMNS } from './table-columns';
import { coerced, valueOf } from './value-of';

/** CDA's numbers of SQL Server's change data capture. */
const [INITIAL, DELETE, INSERT, UPDATE] = [0, 1, 2, 4] as const;
type Operation = typeof INITIAL | typeof DELETE | typeof INSERT | typeof UPDATE;

type Fields = Readonly<Record<string, Value>>;

/** A change of one row: what it was changed to (of a delete: what it was). */
export interface Change {
  readonly operation: Operation;
  readonly id: bigint;
  readonly sequence: bigint;
  /** When it happened, epoch milliseconds. */
  readonly at: number;
  readonly fields: Fields;
}

/** Where sequence numbers begin: soon they need one hex digit more. */
const SEQUENCE = 16n ** 19n;

/** The life of one table's rows, in the order in which it truly happened. */
export class RowStream {
  private readonly living = new Map<bigint, Fields>();
  private readonly last = new Map<bigint, { change: Change; row: Row; columns: readonly Column[] }>();
  private nextId = 1n;
  private sequence: bigint;

  constructor(private readonly chance: Chance) {
    this.sequence = SEQUENCE - BigInt(20 + chance.below(20_000));
  }

  /** A row that nobody has seen yet. */
  insert(columns: readonly Column[], now: number, operation: typeof INITIAL | typeof INSERT = INSERT): Change {
    const id = this.nextId++;
    const fields: Record<string, Value> = { id };
    for (const column of columns) {
      if (column.name !== 'id') fields[column.name] = this.value(column, id, now);
    }
    this.living.set(id, fields);
    return this.change(operation, id, fields, now);
  }

  update(columns: readonly Column[], now: number, id = this.anybody()): Change {
    const changed: Record<string, Value> = { ...this.living.get(id) };
    for (const column of columns) {
      const isNew = changed[column.name] === undefined;
      const mayChange = column.name !== 'id' && column.name !== 'publicid';
      if (isNew || (mayChange && this.chance.next() < 0.3)) changed[column.name] = this.value(column, id, now);
    }
    this.living.set(id, changed);
    return this.change(UPDATE, id, changed, now);
  }

  delete(now: number, id = this.anybody()): Change {
    const fields = this.living.get(id) ?? {};
    this.living.delete(id);
    return this.change(DELETE, id, fields, now);
  }

  /** Any change; an insert while there are few rows. */
  any(columns: readonly Column[], now: number): Change {
    const kind = this.chance.next();
    if (this.living.size < 3 || kind < 0.25) return this.insert(columns, now);
    return kind < 0.87 ? this.update(columns, now) : this.delete(now);
  }

  /** The change as a row of a file with these columns. */
  row(change: Change, columns: readonly Column[]): Row {
    const row = columns.map((column) => cell(change, column));
    const known = this.last.get(change.id);
    if (known === undefined || known.change.sequence < change.sequence) {
      this.last.set(change.id, { change, row, columns });
    }
    return row;
  }

  /** The rows that are there after everything that was written, by their ids, deleted ones left out. */
  finalRows(): ReadonlyMap<bigint, { readonly columns: readonly Column[]; readonly row: Row }> {
    return new Map([...this.last].filter(([, { change }]) => change.operation !== DELETE));
  }

  private change(operation: Operation, id: bigint, fields: Fields, at: number): Change {
    this.sequence += BigInt(1 + this.chance.below(900));
    return { operation, id, sequence: this.sequence, at: at - this.chance.below(60_000), fields };
  }

  private anybody(): bigint {
    // The oldest are as likely as any, and finding the n-th of many would be slow.
    const wanted = this.chance.below(Math.min(this.living.size, 50));
    let index = 0;
    for (const id of this.living.keys()) if (index++ === wanted) return id;
    throw new RangeError('No row is there to be changed');
  }

  private value(column: Column, id: bigint, now: number): Value {
    if (column.name === 'publicid') return `demo:${id}`;
    return valueOf(column, this.chance, now);
  }
}

export const INITIAL_LOAD = INITIAL;

/** Columns of a file: those of the table, then those of the change stream. */
export function fileColumns(columns: readonly Column[]): Column[] {
  return [...columns, ...CHANGE_COLUMNS];
}

function cell(change: Change, { name, type }: Column): Value {
  switch (name) {
    case 'gwcbi___operation':
      return change.operation;
    case 'gwcbi___seqval_hex':
      return change.sequence.toString(16);
    case 'gwcbi___lsn':
      return change.sequence - SEQUENCE + 2n ** 50n;
    case 'gwcbi___tx_id':
      return (change.sequence - SEQUENCE + 2n ** 50n) / 7n;
    case 'gwcbi___payload_ts_ms':
      return BigInt(change.at);
    case 'gwcbi___connector_ts_ms':
      return BigInt(change.at + 20);
    default:
      return coerced(change.fields[name] ?? null, type);
  }
}
