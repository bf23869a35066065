import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client, Pool } from 'pg';
import { from } from 'pg-copy-streams';
import { Column, DataSource, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { RAW_COLUMNS } from './copy-rows';
import type { MetricsDatabase } from './metrics-database';
import { obviousInsert } from './obvious-design';
import type { StoredRequest } from './stored-requests';

/** The obvious design as TypeORM sees it. */
@Entity({ schema: 'obvious', name: 'performance_metrics' })
export class ObviousMetric {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id?: string;
  @Index() @Column({ type: 'timestamptz' }) timestamp!: Date;
  @Index() @Column({ type: 'varchar', length: 500 }) endpoint!: string;
  @Column({ type: 'varchar', length: 10 }) method!: string;
  @Column({ name: 'status_code', type: 'integer' }) statusCode!: number;
  @Column({ name: 'response_time_ms', type: 'double precision' }) responseTimeMs!: number;
  @Index() @Column({ name: 'user_id', type: 'varchar', length: 255, nullable: true }) userId!: string | null;
  @Column({ name: 'error_type', type: 'varchar', length: 255, nullable: true }) errorType!: string | null;
  @Column({ name: 'correlation_id', type: 'varchar', length: 64, nullable: true }) correlationId!: string | null;
}

export async function obviousDataSource({ login }: MetricsDatabase): Promise<DataSource> {
  const { host, port, user, password, database } = login;
  const where = { host, port, username: user, password, database };
  return new DataSource({ type: 'postgres', ...where, entities: [ObviousMetric], synchronize: false }).initialize();
}

export function entityOf(row: StoredRequest): ObviousMetric {
  const { at, responseTimeMs, status, endpoint, method, userId, errorType, correlationId } = row;
  return Object.assign(new ObviousMetric(), {
    timestamp: new Date(at),
    endpoint,
    method,
    statusCode: status,
    responseTimeMs,
    userId,
    errorType,
    correlationId,
  });
}

export async function insertOne(client: Client | Pool, row: StoredRequest): Promise<void> {
  const { at, endpoint, method, status, responseTimeMs, userId, errorType, correlationId } = row;
  const values = [new Date(at), endpoint, method, status, responseTimeMs, userId, errorType, correlationId];
  await client.query({ name: 'obvious', text: obviousInsert, values });
}

const NUMBERS = (row: number): string =>
  `(${Array.from({ length: 8 }, (_, column) => `$${row * 8 + column + 1}`).join(', ')})`;
const MULTI_ROW = new Map<number, string>();

export async function insertMany(client: Client, rows: readonly StoredRequest[]): Promise<void> {
  let text = MULTI_ROW.get(rows.length);
  if (text === undefined) {
    const head = obviousInsert.slice(0, obviousInsert.indexOf('VALUES'));
    text = `${head} VALUES ${rows.map((_, row) => NUMBERS(row)).join(', ')}`;
    MULTI_ROW.set(rows.length, text);
  }
  const values = rows.flatMap((row) => [
    new Date(row.at),
    row.endpoint,
    row.method,
    row.status,
    row.responseTimeMs,
    row.userId,
    row.errorType,
    row.correlationId,
  ]);
  await client.query({ name: `obvious-${rows.length}`, text, values });
}

/** Our table without the books: what the rows alone cost. */
export async function unnestAlone(client: Client, rows: readonly StoredRequest[]): Promise<void> {
  await client.query({
    name: 'unnest',
    text: `INSERT INTO performance_metrics ${RAW_COLUMNS}
           SELECT to_timestamp(at / 1000), ms, status, endpoint, method, user_id, error_type, correlation_id
           FROM unnest($1::float8[], $2::real[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
             AS row (at, ms, status, endpoint, method, user_id, error_type, correlation_id)`,
    values: [
      rows.map(({ at }) => at),
      rows.map(({ responseTimeMs }) => responseTimeMs),
      rows.map(({ status }) => status),
      rows.map(({ endpoint }) => endpoint),
      rows.map(({ method }) => method),
      rows.map(({ userId }) => userId),
      rows.map(({ errorType }) => errorType),
      rows.map(({ correlationId }) => correlationId),
    ],
  });
}

/** COPY asks for a client that row-level security does not hold, or for a partition without it. */
export async function copy(client: Client, table: string, rows: readonly StoredRequest[]): Promise<void> {
  const text = rows
    .map(
      (row) =>
        `${new Date(row.at).toISOString()}\t${row.responseTimeMs}\t${row.status}\t${row.endpoint}\t${row.method}\t${row.userId ?? '\\N'}\t${row.errorType ?? '\\N'}\t${row.correlationId}\n`,
    )
    .join('');
  await client.query('BEGIN');
  await pipeline(Readable.from([Buffer.from(text)]), client.query(from(`COPY ${table} ${RAW_COLUMNS} FROM STDIN`)));
  await client.query('COMMIT');
}
