import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Database } from '@lakescope/server-persistence';
import type { Persona, TestApi } from './test-api';

/** An object in the workspace's own storage. */
export const S3_OBJECT = { bucket: 'lakescope-lake', key: 'given/hello.txt' } as const;

/** What makes a connection to that storage, with keys that may do everything. */
export function s3Connection({ stack }: TestApi): Record<string, string> {
  const { url: endpoint, rootKeys } = stack.workspace.s3;
  const { accessKeyId: access_key_id, secretAccessKey: secret_access_key } = rootKeys;
  return { name: 'Lake', endpoint, bucket: S3_OBJECT.bucket, access_key_id, secret_access_key };
}

export async function givenS3Object({ stack }: TestApi): Promise<void> {
  const { url: endpoint, region, rootKeys: credentials } = stack.workspace.s3;
  const storage = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await storage.send(new PutObjectCommand({ Bucket: S3_OBJECT.bucket, Key: S3_OBJECT.key, Body: 'hello' }));
  storage.destroy();
}

/** The only connection there is, and this person's; answers its id. */
export async function givenS3Connection(api: TestApi, as: Persona): Promise<string> {
  await withoutS3Connections(api);
  const { json } = await api.ask('/api/v1/s3/connections', { method: 'POST', as, json: s3Connection(api) });
  return String(json['id']);
}

/** The owner of the connection lets this person, by user name, start jobs with it. */
export async function givenGrant(api: TestApi, connectionId: string, owner: Persona, grantee: string): Promise<void> {
  const path = `/api/v1/s3/connections/${connectionId}/grants`;
  const { status, text } = await api.ask(path, { method: 'POST', as: owner, json: { grantee } });
  if (status >= 300) throw new Error(`No grant: ${text}`);
}

export async function withoutS3Connections({ app }: TestApi): Promise<void> {
  await app.get(Database).asSystem((tx) => tx.query('DELETE FROM s3_connections'));
}

/** What an operation on connections is asked with, as far as the running workspace and the connection decide it. */
export function s3BodyOf(api: TestApi, operation: string, connection_id: string): unknown {
  switch (operation) {
    case 'createS3Connection':
      return s3Connection(api);
    case 'updateS3Connection':
      return { name: 'Other' };
    case 'checkS3Connection':
      return {};
    case 'grantS3Connection':
      return { grantee: api.stack.workspace.personas.analyst.userName };
    case 'createS3DownloadUrl':
      return { connection_id, key: S3_OBJECT.key };
    case 'listS3Buckets':
    case 'listS3Objects':
      return { connection_id };
    default:
      return undefined;
  }
}
