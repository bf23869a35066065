import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { givenS3, refusal, type GivenS3 } from '../testing/given-s3';
import type { IssuedKeys } from './s3-keys';
import { LAKE_BUCKET } from './storage-location';

const ARN = 'arn:aws:iam::000000000000:role/reader';

describe('roles of the S3 endpoint', () => {
  let s3: GivenS3;
  const clients: STSClient[] = [];

  beforeAll(async () => {
    s3 = await givenS3();
    s3.endpoint.roles.define({ arn: ARN, externalId: 'lake', location: `s3://${LAKE_BUCKET}/t1`, readOnly: true });
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await s3.stop();
  });

  it('are given for root keys and the right external id, and open what they are for and nothing else', async () => {
    const { Credentials: keys } = await sts().send(assume('lake'));
    const client = s3.client({
      accessKeyId: keys?.AccessKeyId ?? '',
      secretAccessKey: keys?.SecretAccessKey ?? '',
      sessionToken: keys?.SessionToken ?? '',
      expiresAt: keys?.Expiration ?? new Date(0),
    });

    await client.send(new ListObjectsV2Command({ Bucket: LAKE_BUCKET, Prefix: 't1/' }));

    expect(keys?.Expiration?.getTime()).toBeGreaterThan(Date.now() + 3000_000);
    for (const command of [
      new ListObjectsV2Command({ Bucket: LAKE_BUCKET, Prefix: 't2/' }),
      new PutObjectCommand({ Bucket: LAKE_BUCKET, Key: 't1/x', Body: 'x' }),
    ]) {
      expect(await refusal(client.send(command as ListObjectsV2Command))).toMatchObject({ code: 'AccessDenied' });
    }
  });

  it('are not given for another external id, for a role nobody knows, for other keys, or for too long', async () => {
    const temporary = s3.endpoint.issue({ location: `s3://${LAKE_BUCKET}`, readOnly: false, expiresInMs: 60_000 });

    expect(await refusal(sts().send(assume('other')))).toEqual({ code: 'AccessDenied', status: 403 });
    expect(await refusal(sts().send(assume('lake', `${ARN}s`)))).toEqual({ code: 'AccessDenied', status: 403 });
    expect(await refusal(sts(temporary).send(assume('lake')))).toEqual({ code: 'AccessDenied', status: 403 });
    expect(await refusal(sts().send(assume('lake', ARN, 60)))).toEqual({ code: 'ValidationError', status: 400 });
    expect(await refusal(sts({ ...temporary, secretAccessKey: 'wrong' }).send(assume('lake')))).toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
  });

  function sts(credentials: Partial<IssuedKeys> = {}): STSClient {
    const { url: endpoint, region, rootKeys } = s3.endpoint;
    const client = new STSClient({ endpoint, region, credentials: { ...rootKeys, ...credentials }, maxAttempts: 1 });
    clients.push(client);
    return client;
  }

  function assume(ExternalId: string, RoleArn = ARN, DurationSeconds?: number): AssumeRoleCommand {
    return new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test', ExternalId, DurationSeconds });
  }
});
