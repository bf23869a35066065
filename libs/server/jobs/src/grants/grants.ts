import { AuditLog } from '@lakescope/server-audit';
import { Cursors, InvalidRequest, type PageQuery, type UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { ConnectionTargets } from '@lakescope/server-s3';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { JobsLimits } from '../jobs-limits';
import type { GrantedConnectionPage, S3ConnectionGrantDto, S3ConnectionGrantPage } from './grant.dto';
import { GrantNeedsBucket, GrantNotFound, TooManyGrantees } from './grant.errors';

const READING = { feature: 'Grants of S3 connections', repeat: 'read' } as const;
const WRITING = { feature: 'Grants of S3 connections', repeat: 'write' } as const;

interface GrantRow {
  readonly connection_id: string;
  readonly user_id: string;
  readonly grantee: string;
  readonly granted_at: Date;
}

/** Who may start jobs with whose connections. A grant shows no keys, and lets nobody look into the storage with them. */
@Injectable()
export class Grants {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionTargets,
    private readonly auditLog: AuditLog,
    private readonly cursors: Cursors,
    private readonly limits: JobsLimits,
  ) {}

  /** Of a connection of the caller's, by name. Throws `S3ConnectionNotFound`. */
  async list(caller: UserCaller, connectionId: string, { limit, cursor }: PageQuery): Promise<S3ConnectionGrantPage> {
    const { id } = await this.connections.own(caller, connectionId);
    const scope = JSON.stringify(['s3 connection grants', id]);
    const after = cursor === undefined ? null : String(this.cursors.decode(scope, cursor));
    const found = (await this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          // By bytes: in what order else would be the database's own affair, and change with its libraries between two pages.
          `SELECT connection_id, user_id, grantee, granted_at FROM ingestion_grants
            WHERE connection_id = $1 AND user_id = $2 AND ($3::text IS NULL OR grantee COLLATE "C" > $3)
            ORDER BY grantee COLLATE "C" LIMIT $4`,
          [id, caller.userId, after, limit + 1],
        ),
      READING,
    )) as GrantRow[];
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return { items: items.map(grantOf), next_cursor: last ? this.cursors.encode(scope, last.grantee) : null };
  }

  /** Granting again what is granted changes nothing. Throws `S3ConnectionNotFound`, `GrantNeedsBucket`, `TooManyGrantees`, `InvalidRequest`. */
  async grant(caller: UserCaller, connectionId: string, grantee: string): Promise<S3ConnectionGrantDto> {
    const { id, name, bucket } = await this.connections.own(caller, connectionId);
    if (bucket === undefined) throw new GrantNeedsBucket(id);
    if (grantee.toLowerCase() === caller.userId.toLowerCase()) {
      const message = 'must be another person: your own connections are yours to use';
      throw new InvalidRequest(`grantee ${message}.`, [{ path: 'grantee', message }]);
    }
    const work = async (tx: EntityManager): Promise<GrantRow> => {
      // Two at once could both be the last there may be.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`grants:${id}`]);
      const known = await grantees(tx, id);
      const there = known.find((row) => row.grantee === grantee);
      if (there !== undefined) return there;
      if (known.length >= this.limits.granteesPerConnection) {
        throw new TooManyGrantees(this.limits.granteesPerConnection);
      }
      const [row] = (await tx.query(
        `INSERT INTO ingestion_grants (connection_id, user_id, grantee) VALUES ($1, $2, $3)
         RETURNING connection_id, user_id, grantee, granted_at`,
        [id, caller.userId, grantee],
      )) as GrantRow[];
      if (row === undefined) throw new Error('The database answered without a row');
      await this.note(tx, caller, 's3_connection.grant', id, { name, grantee });
      return row;
    };
    return grantOf(await this.database.asUser(caller, work, WRITING));
  }

  /** Jobs that run go on; none begins with it any more. Throws `S3ConnectionNotFound`, `GrantNotFound`. */
  async revoke(caller: UserCaller, connectionId: string, grantee: string): Promise<void> {
    const { id, name } = await this.connections.own(caller, connectionId);
    const work = async (tx: EntityManager): Promise<void> => {
      const [, count] = (await tx.query(
        `DELETE FROM ingestion_grants WHERE connection_id = $1 AND user_id = $2 AND grantee = $3`,
        [id, caller.userId, grantee],
      )) as [unknown, number];
      if (count === 0) throw new GrantNotFound(id, grantee);
      await this.note(tx, caller, 's3_connection.revoke', id, { name, grantee });
    };
    await this.database.asUser(caller, work, WRITING);
  }

  /** What others let the caller start jobs with, by the ids of the connections: names are not told before it is known whose they are. */
  async granted(caller: UserCaller, { limit, cursor }: PageQuery): Promise<GrantedConnectionPage> {
    const scope = JSON.stringify(['granted connections', caller.userId]);
    const after = cursor === undefined ? null : String(this.cursors.decode(scope, cursor));
    // Rows of others, about the caller.
    const found = (await this.database.asSystem(
      (tx) =>
        tx.query(
          `SELECT connection_id, user_id, grantee, granted_at FROM ingestion_grants
            WHERE grantee = $1 AND ($2::uuid IS NULL OR connection_id > $2) ORDER BY connection_id LIMIT $3`,
          [caller.userId, after, limit + 1],
        ),
      READING,
    )) as GrantRow[];
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    const outlines = await this.connections.outlines(page.map((row) => row.connection_id));
    const items = page.flatMap((row) => {
      const outline = outlines.find(({ id }) => id === row.connection_id);
      if (outline === undefined) return [];
      const { id, name, ownerId, bucket, prefix } = outline;
      const granted_at = row.granted_at.toISOString();
      return [{ connection_id: id, name, granted_by: ownerId, bucket: bucket ?? null, prefix, granted_at }];
    });
    return { items, next_cursor: last ? this.cursors.encode(scope, last.connection_id) : null };
  }

  /** Whether its owner lets this person start jobs with the connection. */
  async holds(connectionId: string, ownerId: string, grantee: string): Promise<boolean> {
    const rows = (await this.database.asSystem(
      (tx) =>
        tx.query(`SELECT FROM ingestion_grants WHERE connection_id = $1 AND user_id = $2 AND grantee = $3`, [
          connectionId,
          ownerId,
          grantee,
        ]),
      READING,
    )) as unknown[];
    return rows.length > 0;
  }

  private note(
    tx: EntityManager,
    { userId }: UserCaller,
    action: string,
    target: string,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    return this.auditLog.record(tx, { userId, actingAs: 'user', action, target, outcome: 'success', details });
  }
}

async function grantees(tx: EntityManager, connectionId: string): Promise<GrantRow[]> {
  return (await tx.query(
    `SELECT connection_id, user_id, grantee, granted_at FROM ingestion_grants WHERE connection_id = $1`,
    [connectionId],
  )) as GrantRow[];
}

function grantOf({ connection_id, grantee, granted_at }: GrantRow): S3ConnectionGrantDto {
  return { connection_id, grantee, granted_at: granted_at.toISOString() };
}
