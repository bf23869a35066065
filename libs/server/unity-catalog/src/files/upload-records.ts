import { Secret } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import {
  Database,
  SealedColumns,
  SealedText,
  UserOwnedTables,
  type UserOwnedTable,
} from '@lakescope/server-persistence';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { limits } from './file-limits';
import { TooManyUploads } from './files.errors';
import type { UploadRecord } from './upload-record';

const FILE_UPLOADS: UserOwnedTable = {
  name: 'file_uploads',
  userColumn: 'user_id',
  activityColumn: 'created_at',
  exportColumns: ['id', 'path', 'size_bytes', 'overwrite', 'status', 'created_at', 'expires_at'],
  onErase: 'delete',
};

const READING = { feature: 'Uploading files in parts', repeat: 'read' } as const;
const WRITING = { feature: 'Uploading files in parts', repeat: 'write' } as const;

const COLUMNS = `id, path, size_bytes AS "sizeBytes", part_size_bytes AS "partSizeBytes", overwrite, if_match AS "ifMatch", status,
  completing_since AS "completingSince", etags, expires_at AS "expiresAt", sealed_token AS "sealedToken"`;
const LATER = `now() + ${limits.uploadHours} * interval '1 hour'`;

interface Row extends Omit<UploadRecord, 'sizeBytes' | 'ifMatch' | 'completingSince' | 'etags'> {
  readonly sizeBytes: string;
  readonly ifMatch: string | null;
  readonly completingSince: Date | null;
  readonly etags: Readonly<Record<string, string>>;
  readonly sealedToken: Buffer | null;
}

/** An upload with the platform's word for it, which lets its holder write. */
export interface OpenUpload {
  readonly record: UploadRecord;
  /** Undefined once the file is there. */
  readonly token: Secret | undefined;
}

/** What is known of uploads in parts, kept in Postgres so that any replica goes on with them. Of the platform's token only a sealed copy is kept. */
@Injectable()
export class UploadRecords implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly sealing: SealedText,
    private readonly tables: UserOwnedTables,
    private readonly sealed: SealedColumns,
  ) {}

  onModuleInit(): void {
    this.tables.register(FILE_UPLOADS);
    this.sealed.register({
      table: 'file_uploads',
      column: 'sealed_token',
      keys: ['id'],
      placeOf: ({ id = '' }) => placeOf(id),
      what: 'uploads in parts',
      ifUnreadable: 'begin it anew.',
    });
  }

  /** Refuses where another upload cannot be kept, before anything is begun at the platform. */
  async assertRoom(caller: UserCaller, id: string): Promise<void> {
    // Throws what is missing: a secret of the app's own.
    this.sealing.seal(new Secret(''), placeOf(id));
    const [row] = await this.rows<{ count: string }>(
      caller,
      READING,
      `SELECT count(*) AS count FROM file_uploads WHERE user_id = $1 AND status = 'open' AND expires_at > now()`,
      [caller.userId],
    );
    if (Number(row?.count ?? 0) >= limits.openUploads) throw new TooManyUploads(limits.openUploads);
  }

  async create(
    caller: UserCaller,
    upload: Pick<UploadRecord, 'id' | 'path' | 'sizeBytes' | 'partSizeBytes' | 'overwrite' | 'ifMatch'>,
    token: Secret,
  ): Promise<UploadRecord> {
    const { id, path, sizeBytes, partSizeBytes, overwrite, ifMatch } = upload;
    const [row] = await this.rows<Row>(
      caller,
      WRITING,
      `INSERT INTO file_uploads (id, user_id, path, size_bytes, part_size_bytes, overwrite, if_match, sealed_token, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, ${LATER}) RETURNING ${COLUMNS}`,
      [
        id,
        caller.userId,
        path,
        sizeBytes,
        partSizeBytes,
        overwrite,
        ifMatch ?? null,
        this.sealing.seal(token, placeOf(id)),
      ],
    );
    if (row === undefined) throw new Error('An inserted row is answered');
    return recordOf(row);
  }

  /** Undefined: not there, not the caller's, or expired. */
  async find(caller: UserCaller, id: string): Promise<OpenUpload | undefined> {
    const [row] = await this.rows<Row>(
      caller,
      READING,
      `SELECT ${COLUMNS} FROM file_uploads WHERE id = $1 AND user_id = $2 AND expires_at > now()`,
      [id, caller.userId],
    );
    return row === undefined ? undefined : this.opened(row);
  }

  /** Undefined: it has ended meanwhile. */
  async keepPart(caller: UserCaller, id: string, part: number, etag: string): Promise<UploadRecord | undefined> {
    return this.change(caller, id, `etags = etags || jsonb_build_object($3::text, $4::text)`, [String(part), etag]);
  }

  /** None of the parts counts any more. */
  async forgetParts(caller: UserCaller, id: string): Promise<void> {
    await this.change(caller, id, `etags = '{}'`, []);
  }

  /** From now on the file may be there, whether or not anybody hears of it. */
  async beginCompletion(caller: UserCaller, id: string): Promise<UploadRecord | undefined> {
    return this.change(caller, id, `completing_since = coalesce(completing_since, now())`, []);
  }

  /** The file is there: what could write to it is forgotten. */
  async complete(caller: UserCaller, id: string): Promise<void> {
    await this.change(caller, id, `status = 'complete', sealed_token = NULL`, []);
  }

  async delete(caller: UserCaller, id: string): Promise<void> {
    await this.rows(caller, WRITING, 'DELETE FROM file_uploads WHERE id = $1 AND user_id = $2', [id, caller.userId]);
  }

  /** Of the caller's, those that have ended without anybody's word; those of which nothing is left at the platform are deleted. */
  async expired(caller: UserCaller): Promise<OpenUpload[]> {
    const rows = await this.work<Row[]>(caller, WRITING, async (tx) => {
      await tx.query(
        `DELETE FROM file_uploads WHERE user_id = $1
            AND (status = 'complete' AND expires_at < now() OR expires_at < now() - interval '7 days')`,
        [caller.userId],
      );
      return tx.query(
        `SELECT ${COLUMNS} FROM file_uploads WHERE user_id = $1 AND expires_at < now() ORDER BY expires_at LIMIT $2`,
        [caller.userId, limits.sweptAtOnce],
      );
    });
    return rows.map((row) => this.opened(row));
  }

  private async change(
    caller: UserCaller,
    id: string,
    assignments: string,
    values: readonly unknown[],
  ): Promise<UploadRecord | undefined> {
    const [rows] = await this.work<[Row[], number]>(caller, WRITING, (tx) =>
      tx.query(
        `UPDATE file_uploads SET ${assignments}, expires_at = ${LATER}
          WHERE id = $1 AND user_id = $2 AND status = 'open' RETURNING ${COLUMNS}`,
        [id, caller.userId, ...values],
      ),
    );
    return rows[0] === undefined ? undefined : recordOf(rows[0]);
  }

  private rows<T>(
    caller: UserCaller,
    options: typeof READING | typeof WRITING,
    sql: string,
    values: readonly unknown[],
  ): Promise<T[]> {
    return this.work<T[]>(caller, options, (tx) => tx.query(sql, [...values]));
  }

  private work<T>(
    caller: UserCaller,
    options: typeof READING | typeof WRITING,
    work: (tx: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.database.asUser(caller, work, options);
  }

  private opened(row: Row): OpenUpload {
    return {
      record: recordOf(row),
      token: row.sealedToken === null ? undefined : this.sealing.open(row.sealedToken, placeOf(row.id)),
    };
  }
}

function placeOf(id: string): string {
  return `file_uploads.sealed_token:${id}`;
}

function recordOf(row: Row): UploadRecord {
  const { id, path, partSizeBytes, overwrite, status, expiresAt } = row;
  return {
    id,
    path,
    sizeBytes: Number(row.sizeBytes),
    partSizeBytes,
    overwrite,
    ifMatch: row.ifMatch ?? undefined,
    status,
    completingSince: row.completingSince ?? undefined,
    etags: new Map(Object.entries(row.etags).map(([part, etag]) => [Number(part), etag])),
    expiresAt,
  };
}
