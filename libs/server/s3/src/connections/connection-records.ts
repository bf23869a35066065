import { AuditLog } from '@lakescope/server-audit';
import { UserCaller, type Precondition } from '@lakescope/server-http';
import { Database, UserOwnedTables, type UserOwnedTable } from '@lakescope/server-persistence';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { S3ConnectionChanged, S3ConnectionExists, S3ConnectionNotFound, TooManyS3Connections } from '../s3.errors';
import { limits } from '../s3-limits';
import { S3Connection } from './s3-connection.entity';

const S3_CONNECTIONS: UserOwnedTable = {
  name: 's3_connections',
  userColumn: 'user_id',
  activityColumn: 'last_used_at',
  exportColumns: [
    'id',
    'name',
    'endpoint',
    'region',
    'path_style',
    'bucket',
    'prefix',
    'role_arn',
    'external_id',
    'key_hint',
    'temporary',
    'version',
    'created_at',
    'updated_at',
    'last_used_at',
  ],
  onErase: 'delete',
};

const READING = { feature: 'Storing S3 connections', repeat: 'read' } as const;
const WRITING = { feature: 'Storing S3 connections', repeat: 'write' } as const;
const UNIQUE_VIOLATION = '23505';

/** What a change of a connection sets. */
export type ConnectionFields = Omit<
  S3Connection,
  'id' | 'userId' | 'version' | 'createdAt' | 'updatedAt' | 'lastUsedAt'
>;

/** Connections of people in Postgres. A change and its entry in the audit log are one transaction. */
@Injectable()
export class ConnectionRecords implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly auditLog: AuditLog,
    private readonly tables: UserOwnedTables,
  ) {}

  onModuleInit(): void {
    this.tables.register(S3_CONNECTIONS);
  }

  /** By the bytes of the names, from behind the one that is named: the same in every database, and with every version of its libraries. */
  list(caller: UserCaller, limit: number, after?: string): Promise<S3Connection[]> {
    return this.database.asUser(
      caller,
      (tx) => {
        const select = tx
          .createQueryBuilder(S3Connection, 'connection')
          .where('connection.userId = :userId', { userId: caller.userId })
          .orderBy('connection.name COLLATE "C"', 'ASC')
          .limit(limit);
        if (after !== undefined) select.andWhere('connection.name COLLATE "C" > :after', { after });
        return select.getMany();
      },
      READING,
    );
  }

  /** Undefined: not there, or not the caller's. */
  async find(caller: UserCaller, id: string): Promise<S3Connection | undefined> {
    const found = await this.database.asUser(
      caller,
      (tx) => tx.findOneBy(S3Connection, { id, userId: caller.userId }),
      READING,
    );
    return found ?? undefined;
  }

  /** Whosever it is, for work that goes on without its owner; undefined: it is gone. */
  async findStored(id: string): Promise<S3Connection | undefined> {
    return (await this.database.asSystem((tx) => tx.findOneBy(S3Connection, { id }), READING)) ?? undefined;
  }

  /** The same for several; those that are gone are left out. */
  async findAllStored(ids: readonly string[]): Promise<S3Connection[]> {
    return this.database.asSystem((tx) => tx.findBy(S3Connection, { id: In([...ids]) }), READING);
  }

  async insert(caller: UserCaller, id: string, fields: ConnectionFields): Promise<S3Connection> {
    return this.writing(fields.name, () =>
      this.database.asUser(
        caller,
        async (tx) => {
          // Two at once could both be the last there may be.
          await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`s3_connections:${caller.userId}`]);
          if ((await tx.countBy(S3Connection, { userId: caller.userId })) >= limits.connections) {
            throw new TooManyS3Connections(limits.connections);
          }
          const now = new Date();
          const times = { createdAt: now, updatedAt: now, lastUsedAt: now };
          const connection = tx.create(S3Connection, { id, userId: caller.userId, ...fields, version: 1, ...times });
          await tx.insert(S3Connection, connection);
          await this.note(tx, caller, 's3_connection.create', connection);
          return connection;
        },
        WRITING,
      ),
    );
  }

  /** `change` makes the new fields of the row, which nobody else changes meanwhile. */
  async update(
    caller: UserCaller,
    id: string,
    condition: Precondition | undefined,
    change: (before: S3Connection) => Partial<ConnectionFields>,
  ): Promise<S3Connection> {
    let name = '';
    return this.writing(
      () => name,
      () =>
        this.database.asUser(
          caller,
          async (tx) => {
            const before = await this.locked(tx, caller, id, condition);
            const connection = tx.create(S3Connection, {
              ...before,
              ...change(before),
              version: before.version + 1,
              updatedAt: new Date(),
            });
            name = connection.name;
            await tx.update(S3Connection, { id, userId: caller.userId }, connection);
            await this.note(tx, caller, 's3_connection.update', connection);
            return connection;
          },
          WRITING,
        ),
    );
  }

  async delete(caller: UserCaller, id: string, condition: Precondition | undefined): Promise<void> {
    await this.database.asUser(
      caller,
      async (tx) => {
        const connection = await this.locked(tx, caller, id, condition);
        await tx.delete(S3Connection, { id, userId: caller.userId });
        await this.note(tx, caller, 's3_connection.delete', connection);
      },
      WRITING,
    );
  }

  /** So that who only looks is not taken for somebody who has gone. */
  async noteUse(caller: UserCaller, id: string): Promise<void> {
    await this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `UPDATE s3_connections SET last_used_at = now()
            WHERE id IN (SELECT id FROM s3_connections WHERE id = $1 AND user_id = $2 FOR UPDATE SKIP LOCKED)`,
          [id, caller.userId],
        ),
      WRITING,
    );
  }

  private async locked(
    tx: EntityManager,
    caller: UserCaller,
    id: string,
    condition: Precondition | undefined,
  ): Promise<S3Connection> {
    const found = await tx.findOne(S3Connection, {
      where: { id, userId: caller.userId },
      lock: { mode: 'pessimistic_write' },
    });
    if (found === null) throw new S3ConnectionNotFound(id);
    const holds = typeof condition === 'object' ? condition.version === found.version : condition !== 'absent';
    if (!holds) throw new S3ConnectionChanged(id, condition, found.version);
    return found;
  }

  /** Where it leads is what an administrator wants to know of it later; nothing of the keys is. */
  private note(tx: EntityManager, { userId }: UserCaller, action: string, connection: S3Connection): Promise<void> {
    const { id, name, endpoint, region, bucket, roleArn } = connection;
    const details = { name, endpoint, region, bucket, role_arn: roleArn };
    return this.auditLog.record(tx, { userId, actingAs: 'user', action, target: id, outcome: 'success', details });
  }

  private async writing<T>(name: string | (() => string), write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code !== UNIQUE_VIOLATION) throw error;
      throw new S3ConnectionExists(typeof name === 'string' ? name : name());
    }
  }
}
