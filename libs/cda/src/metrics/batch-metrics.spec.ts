import { parseBatchMetrics, reconcile } from './batch-metrics';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the metrics of a batch', () => {
  it('are read from what the writer of change data writes', () => {
    const text = `{"tableName":"cc_claim","schemaId":"9f2c","batchTimestamp":1712345678901,"numRecordsRead":12,"numRecordsWritten":10,"numRecordsDropped":2}`;
    expect(parseBatchMetrics(bytes(text))).toEqual({ recordsWritten: 10n, recordsRead: 12n, recordsDropped: 2n });
  });

  it('hold counts beyond 2^53, as numbers or texts', () => {
    expect(parseBatchMetrics(bytes('{"numRecordsWritten": 9007199254740993}'))?.recordsWritten).toBe(9007199254740993n);
    expect(parseBatchMetrics(bytes('{"numRecordsWritten": "9007199254740993"}'))?.recordsWritten).toBe(
      9007199254740993n,
    );
  });

  it.each([
    ['no JSON', 'not here'],
    ['half of it', '{"numRecordsWritten": 1'],
    ['no object', '[1]'],
    ['null', 'null'],
    ['no count', '{"numRecordsRead": 1}'],
    ['a negative count', '{"numRecordsWritten": -1}'],
    ['a broken count', '{"numRecordsWritten": 1.5}'],
    ['a count of another kind', '{"numRecordsWritten": {"a": 1}}'],
    ['a count that no table has', `{"numRecordsWritten": ${'9'.repeat(40)}}`],
    ['something big', `{"numRecordsWritten": 1, "x": "${'x'.repeat(1_100_000)}"}`],
  ])('are missing where the file has %s', (_, text) => {
    expect(parseBatchMetrics(bytes(text))).toBeUndefined();
  });

  it('are compared with the rows of the files', () => {
    const metrics = parseBatchMetrics(bytes('{"numRecordsWritten": 5000000000}'));
    expect(reconcile(5_000_000_000n, metrics)).toBe('OK');
    expect(reconcile(4_999_999_999n, metrics)).toBe('MISMATCH');
    expect(reconcile(0n, undefined)).toBe('METRICS_MISSING');
  });
});
