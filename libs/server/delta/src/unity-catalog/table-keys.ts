import { DatabricksClients, PlatformError, Secret, type TemporaryTableCredentials } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import { tokenKey } from '@lakescope/server-unity-catalog';
import { Injectable } from '@nestjs/common';

/** Renewed so long before they expire, so that no read begins with keys that end in the middle of it. */
const RENEWED_BEFORE_MS = 5 * 60_000;
const KEPT = 1_000;

/** Keys for the files of one table. */
export interface TableKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret;
  readonly expiresAt: Date;
}

/** Where the files of a table lie, and, where they can be read directly, what opens them. */
export type TableAccess =
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string; readonly keys: TableKeys }
  | { readonly kind: 'elsewhere'; readonly storage: string };

type S3Access = Extract<TableAccess, { kind: 's3' }>;

/**
 * Keys that Unity Catalog gives a person for one table, for an hour. Kept in memory until shortly before they expire, for the very token
 * they were asked for with: another token, even of the same person, may be allowed less.
 */
@Injectable()
export class TableKeyring {
  private readonly known = new Map<string, Promise<TableAccess>>();

  constructor(private readonly databricks: DatabricksClients) {}

  /** `refused`: keys that the storage does not take any more. Fails with the PlatformError of a caller who gets none. */
  async open(caller: UserCaller, tableId: string, refused?: string): Promise<TableAccess> {
    const key = `${tokenKey(caller)} ${tableId}`;
    const known = this.known.get(key);
    if (known !== undefined) {
      const access = await known.catch(() => undefined);
      if (access?.kind === 's3' && isGood(access.keys, refused)) return access;
    }
    // Somebody else may have asked anew meanwhile.
    const newer = this.known.get(key);
    if (newer !== undefined && newer !== known) return newer;
    // Without the signal of the request: others may wait for the same keys.
    const asking = this.ask(caller, tableId);
    this.known.delete(key);
    this.known.set(key, asking);
    for (const oldest of this.known.keys()) {
      if (this.known.size <= KEPT) break;
      this.known.delete(oldest);
    }
    try {
      return await asking;
    } catch (error) {
      // A refusal is not remembered: what was missing may be granted the next moment.
      if (this.known.get(key) === asking) this.known.delete(key);
      throw error;
    }
  }

  private async ask(caller: UserCaller, tableId: string): Promise<TableAccess> {
    return accessOf(await this.databricks.asUser(caller).unityCatalog.readTableCredentials(tableId));
  }
}

function isGood({ accessKeyId, expiresAt }: TableKeys, refused: string | undefined): boolean {
  return accessKeyId !== refused && expiresAt.getTime() - Date.now() > RENEWED_BEFORE_MS;
}

/** https://docs.databricks.com/api/workspace/temporarytablecredentials: exactly one kind of keys, by the cloud the table lies in. */
function accessOf(answer: TemporaryTableCredentials): TableAccess {
  const { url = '', expiration_time: expiration, aws_temp_credentials: aws } = answer;
  if (aws === undefined) return { kind: 'elsewhere', storage: storageOf(answer) };
  const { access_key_id: accessKeyId, secret_access_key: secret, session_token: token } = aws;
  const location = /^s3[an]?:\/\/([^/?#]+)(?:\/(.*))?$/s.exec(url);
  if (!accessKeyId || !secret || !token || expiration === undefined || location?.[1] === undefined) {
    throw new PlatformError('upstream', 'The platform gave keys for a table that are not complete');
  }
  return {
    kind: 's3',
    bucket: bucketOf(aws.access_point || location[1]),
    prefix: (location[2] ?? '').replace(/\/+$/, ''),
    keys: {
      accessKeyId,
      secretAccessKey: new Secret(secret),
      sessionToken: new Secret(token),
      expiresAt: new Date(expiration),
    },
  } satisfies S3Access;
}

/** A name that becomes a part of a host name: nothing but what S3 takes for a bucket, an alias or the ARN of an access point. */
function bucketOf(name: string): string {
  const isBucket = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..');
  const isAccessPoint = /^arn:aws[a-z-]*:s3:[a-z0-9-]+:\d{12}:accesspoint\/[a-z0-9-]{3,50}$/.test(name);
  if (isBucket || isAccessPoint) return name;
  throw new PlatformError('upstream', 'The platform named a bucket that cannot be one');
}

function storageOf(answer: TemporaryTableCredentials): string {
  if (answer.azure_user_delegation_sas !== undefined || answer.azure_aad !== undefined) return 'Azure storage';
  if (answer.gcp_oauth_token !== undefined) return 'Google Cloud Storage';
  if (answer.r2_temp_credentials !== undefined) return 'Cloudflare R2';
  const scheme = /^([a-z][a-z0-9+.-]{0,20}):/i.exec(answer.url ?? '')?.[1];
  return scheme === undefined ? 'storage of a kind that is not known' : `${scheme.toLowerCase()} storage`;
}
