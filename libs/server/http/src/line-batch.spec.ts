import { LineBatch } from './line-batch';

describe('the lines of the log', () => {
  let written: Buffer[];
  let batch: LineBatch;

  beforeEach(() => {
    jest.useFakeTimers();
    written = [];
    batch = new LineBatch({ write: (bytes) => written.push(bytes), flushSync: () => undefined });
  });

  afterEach(() => jest.useRealTimers());

  it('go out together, in their order, after a moment', () => {
    for (const line of ['one\n', 'zwei: ä😀\n', 'three\n']) batch.write(line);
    expect(written).toEqual([]);

    jest.advanceTimersByTime(20);

    expect(written.map(String)).toEqual(['one\nzwei: ä😀\nthree\n']);
  });

  it('are never changed after they were handed over', () => {
    batch.write('one\n');
    jest.advanceTimersByTime(20);
    batch.write('two\n');
    jest.advanceTimersByTime(20);

    expect(written.map(String)).toEqual(['one\n', 'two\n']);
  });

  it('are all there, however many and however long', () => {
    const lines = Array.from({ length: 3_000 }, (_, index) => `${index}:${'ä'.repeat(index % 500)}\n`);
    lines.splice(1_500, 0, `${'x'.repeat(200_000)}\n`);

    for (const line of lines) batch.write(line);
    jest.advanceTimersByTime(20);

    expect(Buffer.concat(written).toString()).toBe(lines.join(''));
  });

  it('leave no timer behind when there is nothing to say', () => {
    batch.write('one\n');
    jest.advanceTimersByTime(1_000);

    expect(jest.getTimerCount()).toBe(0);
  });
});
