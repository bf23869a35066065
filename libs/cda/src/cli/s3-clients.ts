import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { UsageError, type StoreFlags } from './arguments';

type Env = Readonly<Record<string, string | undefined>>;

/** Which of the two stores a client is for: the prefix of its own variables. */
export type StoreRole = 'SOURCE' | 'TARGET';

/**
 * A client for one of the stores. What is said for it alone (`--source-endpoint`, `AWS_SOURCE_ACCESS_KEY_ID`) comes before what is said for
 * both; what nobody says is left to the SDK: the usual variables, profiles and roles. Tries are those of the stores, so it makes none of its own.
 */
export async function s3Client(role: StoreRole, flags: StoreFlags, env: Env): Promise<S3Client> {
  const own = (name: string): string | undefined => env[`AWS_${role}_${name}`];
  const endpoint = flags.endpoint ?? own('ENDPOINT_URL') ?? env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  const region = flags.region ?? own('REGION') ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  const config: S3ClientConfig = { maxAttempts: 1 };
  if (endpoint !== undefined) {
    config.endpoint = endpoint;
    // A store of one's own seldom has a host name for each bucket.
    config.forcePathStyle = true;
  }
  if (region !== undefined) config.region = region;
  // Stores behind an endpoint seldom care, and the SDK refuses to sign without.
  else if (endpoint !== undefined) config.region = 'us-east-1';
  const credentials = keysOf(role, env);
  if (credentials !== undefined) config.credentials = credentials;
  const { S3Client } = await sdk();
  return new S3Client(config);
}

/** Keys that are said for one of the stores; UsageError for half of them. */
function keysOf(
  role: StoreRole,
  env: Env,
): { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | undefined {
  const names = [`AWS_${role}_ACCESS_KEY_ID`, `AWS_${role}_SECRET_ACCESS_KEY`] as const;
  const [accessKeyId, secretAccessKey] = [env[names[0]], env[names[1]]];
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new UsageError(`${names[0]} and ${names[1]} must be set together, or neither of them.`);
  }
  const sessionToken = env[`AWS_${role}_SESSION_TOKEN`];
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

async function sdk(): Promise<typeof import('@aws-sdk/client-s3')> {
  try {
    return await import('@aws-sdk/client-s3');
  } catch {
    throw new UsageError('S3 needs the AWS SDK beside this package: npm install @aws-sdk/client-s3');
  }
}
