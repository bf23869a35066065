import { createHash } from 'node:crypto';
import type { Column } from '../parquet/column';
import { type Disorder, InvalidSynthetic } from './disorder';
import { widened } from './table-columns';

/** A schema of a table and since when it is in force. */
export interface TableSchema {
  readonly fingerprint: string;
  readonly columns: readonly Column[];
  readonly since: number;
}

const ALWAYS = new Set(['id', 'publicid']);
/** Disorders that come with a new schema. */
const CHANGES: readonly Disorder[] = [
  ...(['added-column', 'dropped-column', 'widened-type', 'incompatible-type'] as const),
  ...(['pruned-fingerprint', 'interleaved-fingerprints'] as const),
];

/** 32 hex digits, as CDA's are; the number sets schemas apart that have the same columns. */
export function fingerprintOf(table: string, columns: readonly Column[], number: number): string {
  return createHash('md5')
    .update(JSON.stringify([table, number, columns]))
    .digest('hex');
}

export function changesSchema(disorders: readonly Disorder[]): boolean {
  return disorders.some((disorder) => CHANGES.includes(disorder));
}

/** The columns after what happened to them; `number` counts the schemas of the table. */
export function changedColumns(columns: readonly Column[], disorders: readonly Disorder[], number: number): Column[] {
  let changed = [...columns];
  if (disorders.includes('dropped-column')) {
    const dropped = changed.findLast(({ name }) => !ALWAYS.has(name));
    changed = changed.filter((column) => column !== dropped);
  }
  if (disorders.includes('widened-type'))
    changed = replaced(changed, (column) => {
      const type = widened(column.type);
      return type === undefined ? undefined : { name: column.name, type };
    });
  if (disorders.includes('incompatible-type'))
    changed = replaced(changed, ({ name, type }) =>
      ALWAYS.has(name) || type === 'string' ? undefined : { name, type: 'string' },
    );
  if (disorders.includes('added-column') || disorders.includes('interleaved-fingerprints')) {
    changed.push({ name: `added_${number}`, type: number % 2 === 0 ? { precision: 18, scale: 2 } : 'string' });
  }
  return changed;
}

function replaced(columns: readonly Column[], change: (column: Column) => Column | undefined): Column[] {
  for (const [index, column] of columns.entries()) {
    const other = change(column);
    if (other !== undefined) return columns.with(index, other);
  }
  throw new InvalidSynthetic('The table has no column whose type could change like that');
}
