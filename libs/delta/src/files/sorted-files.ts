import type { Connection, Value } from '../duckdb/duckdb';
import { textSql } from './filter-value';
import type { FilePageQuery } from './file-index';

/** So many files from either end DuckDB keeps apart while it looks at all of them once. */
const NEAR = 5_000;
/** Files that are sorted as a whole at once: up to here that costs less than looking at them three times. */
const FEW = 20_000;
/** Files by which it is estimated between which two of them a page is. */
const SAMPLED = 8_192;
/** Standard deviations by which an estimated place may be off. */
const DEVIATIONS = 4;

/** A place between files. */
interface Mark {
  value: bigint | null;
  path: string;
  vector: string;
}

/**
 * The numbers of the files of a page. `candidates` is SQL for `(file, path, vector, value)` of `total` files, where `value` is
 * what they are sorted by, the ones without it last; files alike in it, or all where paths are the order, are in the order
 * of their paths. A million files are never put in order for a page: one near an end is picked, and of one in the middle two
 * marks around it are estimated first, so that only what is between them is sorted.
 */
export async function sortedFiles(
  connection: Connection,
  candidates: string,
  total: number,
  query: Pick<FilePageQuery, 'order' | 'descending' | 'offset' | 'limit'>,
): Promise<number[]> {
  const { offset } = query;
  const end = query.limit === undefined ? total : Math.min(total, offset + query.limit);
  if (offset >= end) return [];
  const order = new Sequence(query.order !== 'path', query.descending);
  const within = (from: string, reversed: boolean, skipped: number): Promise<number[]> =>
    numbers(
      connection,
      `SELECT file FROM ${from} ORDER BY ${order.sql(reversed)} LIMIT ${end - offset} OFFSET ${skipped}`,
    );
  if (total - offset <= NEAR && end > NEAR) return (await within(candidates, true, total - end)).reverse();
  if (end <= NEAR || total <= FEW || end - offset > NEAR) return within(candidates, false, offset);
  const [low, high] = await marksAround(connection, candidates, total, order, [offset, end]);
  const skipped = low === undefined ? 0 : await countOf(connection, `${candidates} WHERE ${order.isBefore(low)}`);
  if (skipped <= offset) {
    const conditions = [
      ...(low === undefined ? [] : [order.isNotBefore(low)]),
      ...(high === undefined ? [] : [order.isBefore(high)]),
    ];
    const between = conditions.length === 0 ? candidates : `${candidates} WHERE ${conditions.join(' AND ')}`;
    const found = await within(between, false, offset - skipped);
    if (found.length === end - offset) return found;
  }
  return within(candidates, false, offset);
}

/** The same for all files of a version by their paths, where `order` is SQL for `(file, ord)`: their numbers in that order. */
export function placedFiles(
  connection: Connection,
  order: string,
  total: number,
  { descending, offset, limit }: Pick<FilePageQuery, 'descending' | 'offset' | 'limit'>,
): Promise<number[]> {
  const candidates = `(SELECT file, '' AS path, '' AS vector, ord AS value FROM ${order})`;
  return sortedFiles(connection, candidates, total, { order: 'size', descending, offset, limit });
}

/** A mark before and a mark after a window of places, as a sample lets expect them; undefined for the ends. */
async function marksAround(
  connection: Connection,
  candidates: string,
  total: number,
  order: Sequence,
  [from, to]: readonly [number, number],
): Promise<[Mark | undefined, Mark | undefined]> {
  await connection.run(
    `CREATE TEMP TABLE sampled AS SELECT value, path, vector, row_number() OVER (ORDER BY ${order.sql(false)}) AS place
     FROM ${candidates} WHERE hash(file) % ${Math.ceil(total / SAMPLED)} = 0`,
  );
  const sampled = await countOf(connection, 'sampled');
  const place = (at: number, sign: number): number => {
    const share = at / total;
    const deviation = Math.sqrt(sampled * share * (1 - share));
    return Math.round(share * sampled + sign * (DEVIATIONS * deviation + 1));
  };
  const [low, high] = [place(from, -1), place(to, 1)];
  const found = new Map<number, Mark>();
  const result = await connection.run(
    `SELECT place, value, path, vector FROM sampled WHERE place IN (${low}, ${high})`,
  );
  for (const row of await result.getRows()) found.set(Number(row[0]), mark(row));
  return [found.get(low), found.get(high)];
}

function mark([, value, path, vector]: readonly Value[]): Mark {
  return {
    value: value === null || value === undefined ? null : BigInt(String(value)),
    path: String(path),
    vector: String(vector),
  };
}

/** How many rows there are. */
export async function countOf(connection: Connection, from: string): Promise<number> {
  const result = await connection.run(`SELECT count(*) FROM ${from}`);
  return Number((await result.getRows())[0]?.[0] ?? 0);
}

async function numbers(connection: Connection, sql: string): Promise<number[]> {
  return (await (await connection.run(sql)).getRows()).map(([file]) => Number(file));
}

/** The order of files in SQL. */
class Sequence {
  constructor(
    private readonly hasValue: boolean,
    private readonly descending: boolean,
  ) {}

  /** Forwards or backwards. */
  sql(reversed: boolean): string {
    const direction = (descending: boolean): string => (descending !== reversed ? 'DESC' : 'ASC');
    const ofPath = direction(!this.hasValue && this.descending);
    const paths = `path ${ofPath}, vector ${ofPath}`;
    if (!this.hasValue) return paths;
    return `value ${direction(this.descending)} NULLS ${reversed ? 'FIRST' : 'LAST'}, ${paths}`;
  }

  /** Whether a file comes before a mark, as a condition for WHERE: what decides about most files comes first, alone. */
  isBefore({ value, path, vector }: Mark): string {
    const byPath = this.comparesPath('<', path, vector);
    if (!this.hasValue) return byPath;
    if (value === null) return `(value IS NOT NULL OR ${byPath})`;
    const less = this.descending ? '>' : '<';
    return `value ${less}= ${value} AND (value ${less} ${value} OR ${byPath})`;
  }

  isNotBefore({ value, path, vector }: Mark): string {
    const byPath = this.comparesPath('>=', path, vector);
    if (!this.hasValue) return byPath;
    if (value === null) return `value IS NULL AND ${byPath}`;
    const more = this.descending ? '<' : '>';
    return `(value IS NULL OR (value ${more}= ${value} AND (value ${more} ${value} OR ${byPath})))`;
  }

  private comparesPath(operator: '<' | '>=', path: string, vector: string): string {
    const isReversed = !this.hasValue && this.descending;
    const forwards = (operator === '<') !== isReversed;
    const strict = forwards ? '<' : '>';
    const ofVector = operator === '<' ? strict : `${strict}=`;
    return `(path ${strict}= ${textSql(path)} AND (path ${strict} ${textSql(path)} OR vector ${ofVector} ${textSql(vector)}))`;
  }
}
