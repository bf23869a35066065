import { rm } from 'node:fs/promises';
import { S3Client, type S3ClientConfig, type S3ServiceException } from '@aws-sdk/client-s3';
import { RequestLog } from '../http/request-log';
import { S3Endpoint } from '../s3/s3-endpoint';
import { S3Keys, type IssuedKeys } from '../s3/s3-keys';
import { givenFolder } from './given-workspace';

export interface GivenS3 {
  readonly endpoint: S3Endpoint;
  readonly requestLog: RequestLog;
  readonly stateDirectory: string;
  /** The official client, with root keys unless others are given. */
  client(keys?: IssuedKeys, config?: Partial<S3ClientConfig>): S3Client;
  /** Ends the endpoint and starts another one on the same state. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** An endpoint of its own for a suite; `stop` ends it and removes its state. */
export async function givenS3(now: () => number = Date.now): Promise<GivenS3> {
  const stateDirectory = await givenFolder();
  const requestLog = new RequestLog(1000);
  const start = async (): Promise<S3Endpoint> =>
    S3Endpoint.start({ stateDirectory, port: 0, keys: await S3Keys.load(stateDirectory, now), requestLog, now });
  let endpoint = await start();
  const clients: S3Client[] = [];
  return {
    get endpoint() {
      return endpoint;
    },
    requestLog,
    stateDirectory,
    client(keys, config = {}) {
      const client = new S3Client({
        endpoint: endpoint.url,
        region: endpoint.region,
        credentials: keys ?? endpoint.rootKeys,
        // Every answer counts: a second try would hide a first failure.
        maxAttempts: 1,
        ...config,
      });
      clients.push(client);
      return client;
    },
    restart: async () => {
      await endpoint.close();
      endpoint = await start();
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      await endpoint.close();
      // What a client has left in the middle of may still put its last file there.
      await rm(stateDirectory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}

/** The code S3 refused with, and its HTTP status. */
export async function refusal(act: Promise<unknown>): Promise<{ code: string; status: number | undefined }> {
  try {
    await act;
  } catch (error) {
    const { name, $metadata } = error as S3ServiceException;
    return { code: name, status: $metadata.httpStatusCode };
  }
  throw new Error('It was not refused');
}
