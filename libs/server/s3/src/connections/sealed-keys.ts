import { Secret } from '@lakescope/databricks-client';
import type { S3Keys } from '@lakescope/server-config';
import { SealedColumns, SealedText } from '@lakescope/server-persistence';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { S3KeysUnreadable } from '../s3.errors';
import type { S3Connection } from './s3-connection.entity';

type Owned = Pick<S3Connection, 'id' | 'userId'>;

/** Keys as the database may hold them: encrypted, and bound to the connection and to its owner. */
@Injectable()
export class SealedKeys implements OnModuleInit {
  constructor(
    private readonly sealing: SealedText,
    private readonly columns: SealedColumns,
  ) {}

  onModuleInit(): void {
    this.columns.register({
      table: 's3_connections',
      column: 'sealed_keys',
      keys: ['id', 'user_id'],
      placeOf: ({ id = '', user_id: userId = '' }) => placeOfKeys({ id, userId }),
      what: 'S3 connections',
      ifUnreadable: 'its owner is to enter its keys again.',
    });
  }

  /** Throws `SecretNotConfigured`. */
  seal(connection: Owned, { accessKeyId, secretAccessKey, sessionToken }: S3Keys): Buffer {
    const text = JSON.stringify([accessKeyId.reveal(), secretAccessKey.reveal(), sessionToken?.reveal() ?? null]);
    return this.sealing.seal(new Secret(text), placeOfKeys(connection));
  }

  /** Throws `S3KeysUnreadable` where the secret that sealed them is gone, or where the row is not as it was written. */
  open(connection: Pick<S3Connection, 'id' | 'userId' | 'name' | 'sealedKeys'>): S3Keys {
    try {
      return keysIn(this.sealing.open(connection.sealedKeys, placeOfKeys(connection)));
    } catch (error) {
      throw new S3KeysUnreadable(connection.id, connection.name, error);
    }
  }

  canOpen(connection: Pick<S3Connection, 'id' | 'userId' | 'name' | 'sealedKeys'>): boolean {
    try {
      this.open(connection);
      return true;
    } catch (error) {
      if (error instanceof S3KeysUnreadable) return false;
      throw error;
    }
  }
}

/** Moved to another connection or another person, sealed keys cannot be opened. */
function placeOfKeys({ id, userId }: Owned): string {
  return `s3_connections.sealed_keys:${id}:${userId}`;
}

function keysIn(text: Secret): S3Keys {
  const parts = JSON.parse(text.reveal()) as unknown;
  const [accessKeyId, secretAccessKey, sessionToken] = Array.isArray(parts) ? (parts as unknown[]) : [];
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') throw new Error('No keys were sealed');
  return {
    accessKeyId: new Secret(accessKeyId),
    secretAccessKey: new Secret(secretAccessKey),
    sessionToken: typeof sessionToken === 'string' ? new Secret(sessionToken) : undefined,
  };
}
