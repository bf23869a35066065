import { s3Entries } from './s3-entries';

const lake = { id: 'a', name: 'Lake', bucket: null };
const claims = { id: 'b', name: 'Claims lake', bucket: 'claims' };

describe('what the palette offers of S3', () => {
  it('opens and inspects a pasted path, first by the connection that begins with its bucket', () => {
    const entries = s3Entries(' "s3a://claims/tables/orders" ', [lake, claims]);
    expect(entries.map(({ commands, query }) => [commands, query])).toEqual([
      [['/s3', 'b'], { bucket: 'claims', prefix: 'tables/orders/' }],
      [['/delta'], { connection: 'b', path: 's3://claims/tables/orders' }],
      [['/s3', 'a'], { bucket: 'claims', prefix: 'tables/orders/' }],
      [['/delta'], { connection: 'a', path: 's3://claims/tables/orders' }],
    ]);
  });

  it('finds connections by their names', () => {
    expect(s3Entries('s3', [lake, claims]).map(({ label }) => label)).toEqual(['Lake', 'Claims lake']);
    expect(s3Entries('S3 claims', [lake, claims]).map(({ label }) => label)).toEqual(['Claims lake']);
  });
});
