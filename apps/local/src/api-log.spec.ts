import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiLog, readableError } from './api-log';
import { RotatingLog } from './rotating-log';

describe('what the terminal shows of the API’s log', () => {
  it.each([
    ['a line that is no error', '{"level":30,"msg":"HTTP listening"}', undefined],
    ['an error by number', '{"level":50,"msg":"boom","err":{"message":"no disk"}}', 'boom: no disk'],
    ['an error by name', '{"level":"error","msg":"boom"}', 'boom'],
    ['the same words twice', '{"level":50,"msg":"boom","err":{"message":"boom"}}', 'boom'],
    ['a crash, which is no log line', 'TypeError: x is not a function', 'TypeError: x is not a function'],
  ])('is, for %s, the message alone', (_, line, text) => {
    expect(readableError(line)).toBe(text);
  });
});

describe('ApiLog', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lakescope-log-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps every line, shows errors once the API is up, and remembers the last one', async () => {
    const shown: string[] = [];
    const file = join(folder, 'api.log');
    const log = new ApiLog(new RotatingLog(file), (line) => shown.push(line), false);
    const stream = new PassThrough();
    log.read(stream);

    stream.write('{"level":50,"msg":"early"}\n');
    await delay(10);
    expect(log.lastError).toBe('early');
    log.watch();
    stream.write('{"level":30,"msg":"fine"}\n{"level":50,"msg":"GET /ready failed"}\n{"level":50,"msg":"late"}\n');
    await delay(10);

    expect(shown).toEqual(['late']);
    expect(log.lastError).toBe('late');
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(5);
  });

  it('publishes every line, errors and others, from the first one on', async () => {
    const published: string[] = [];
    const file = new RotatingLog(join(folder, 'api.log'));
    const log = new ApiLog(
      file,
      () => undefined,
      false,
      (line) => published.push(line),
    );
    const stream = new PassThrough();
    log.read(stream);
    stream.write('{"level":30,"msg":"one"}\nTypeError: two\n');
    await delay(10);

    expect(published).toEqual(['{"level":30,"msg":"one"}', 'TypeError: two']);
  });

  it('hears the API say that it has started', async () => {
    const log = new ApiLog(new RotatingLog(join(folder, 'api.log')), () => undefined, false);
    const stream = new PassThrough();
    log.read(stream);
    const from = Date.now();
    setTimeout(() => stream.write('{"level":30,"msg":"Application startup complete"}\n'), 20);

    await log.startup(5_000);

    expect(Date.now() - from).toBeLessThan(1_000);
  });

  it('never keeps more than two lengths of a log', () => {
    const file = join(folder, 'api.log');
    const log = new RotatingLog(file, 100);
    for (let line = 0; line < 50; line++) log.write(`${'x'.repeat(29)}\n`);

    expect(readFileSync(file).length + readFileSync(`${file}.1`).length).toBeLessThanOrEqual(260);
  });
});
