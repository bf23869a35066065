import { s3Client } from './s3-clients';

const none = { endpoint: undefined, region: undefined };

describe('the client of a store', () => {
  it('takes what is said for its store before what is said for both', async () => {
    const env = {
      AWS_SOURCE_ACCESS_KEY_ID: 'source',
      AWS_SOURCE_SECRET_ACCESS_KEY: 'secret',
      AWS_SOURCE_REGION: 'eu-west-1',
      AWS_SOURCE_ENDPOINT_URL: 'http://source:9000',
      AWS_ENDPOINT_URL_S3: 'http://both:9000',
      AWS_REGION: 'us-east-2',
    };
    const source = await s3Client('SOURCE', none, env);
    const target = await s3Client('TARGET', { endpoint: 'http://target:9000', region: undefined }, env);

    expect(await source.config.credentials()).toMatchObject({ accessKeyId: 'source', secretAccessKey: 'secret' });
    expect(await source.config.region()).toBe('eu-west-1');
    expect(await source.config.endpoint?.()).toMatchObject({ hostname: 'source', port: 9000 });
    expect(await target.config.region()).toBe('us-east-2');
    expect(await target.config.endpoint?.()).toMatchObject({ hostname: 'target' });
    expect(source.config.forcePathStyle).toBe(true);
    expect(await source.config.maxAttempts()).toBe(1);
  });

  it('has a region to sign with where only an endpoint is said, and none of its own elsewhere', async () => {
    const own = await s3Client('SOURCE', { endpoint: 'http://127.0.0.1:9000', region: undefined }, {});
    const amazon = await s3Client('SOURCE', { endpoint: undefined, region: 'eu-central-1' }, {});

    expect(await own.config.region()).toBe('us-east-1');
    expect(amazon.config.forcePathStyle).toBe(false);
    expect(amazon.config.endpoint).toBeUndefined();
  });

  it('refuses half of a pair of keys', async () => {
    const half = s3Client('TARGET', none, { AWS_TARGET_ACCESS_KEY_ID: 'a' });
    await expect(half).rejects.toThrow('AWS_TARGET_SECRET_ACCESS_KEY must be set together');
  });
});
