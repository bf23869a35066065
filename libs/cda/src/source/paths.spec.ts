import { openStores } from '../cli/open-stores';
import { LocalSource } from './local-source';
import { below, encodedUri, normalUri } from './paths';

const NO_FLAGS = { endpoint: undefined, region: undefined };

describe('URIs of stores', () => {
  it.each([
    ['s3a://bucket/cda//', 's3://bucket/cda'],
    ['s3://bucket/', 's3://bucket'],
    ['S3N://bucket', 's3://bucket'],
    ['file:/data/cda/', 'file:///data/cda'],
    ['file:///data', 'file:///data'],
    ['file:///', 'file://'],
    ['file:/', 'file://'],
    ['file://', 'file://'],
  ])('are one however they are written: %s', (uri, normal) => {
    expect(normalUri(uri)).toBe(normal);
  });

  it.each([
    ['s3://bucket', 's3a://bucket/cda/cc_claim/', 'cda/cc_claim'],
    ['s3://bucket', 's3://bucket2/cc_claim', undefined],
    ['s3://bucket/cda', 's3://bucket/cda', ''],
    ['s3://bucket/cda', 's3://bucket/cda2/cc_claim', undefined],
    ['file://', 'file:///data/cc_claim', 'data/cc_claim'],
    ['file:///', 'file:/data/cc_claim', 'data/cc_claim'],
    ['file:///data', 'file:///', undefined],
  ])('lie below a root or do not, also below one that has no folder: %s and %s', (root, uri, path) => {
    expect(below(root, uri)).toBe(path);
  });

  it('may name the root of a machine or of a bucket', async () => {
    const root = new LocalSource('/');
    expect(root.uri).toBe('file://');
    expect(encodedUri(root.uri, 'data/a b')).toBe('file:///data/a%20b');
    const asked = {
      manifestUri: '/manifest.json',
      targetUri: '/',
      sourceRoot: undefined,
      source: NO_FLAGS,
      target: NO_FLAGS,
    };
    const local = await openStores(asked, {});
    expect([local.source.uri, local.manifestPath, local.target.uri]).toEqual(['file://', 'manifest.json', 'file://']);
    const inS3 = { ...asked, manifestUri: 's3://bucket/manifest.json', targetUri: 's3a://lake/' };
    const { source, manifestPath, target } = await openStores(inS3, { AWS_REGION: 'us-east-1' });
    expect([source.uri, manifestPath, target.uri]).toEqual(['s3://bucket', 'manifest.json', 's3://lake']);
  });
});
