import { AppLog, AppLogs, type AppLogLine } from './app-log';

describe('the log of an app', () => {
  it('keeps lines in their order, with who wrote them and when', () => {
    let now = 1_780_000_000_500;
    const log = new AppLog(undefined, () => now);
    log.write('SYSTEM', 'starting');
    now += 250;
    log.write('APP', 'listening\r\n');

    expect(log.lines()).toEqual([
      { source: 'SYSTEM', timestamp: 1_780_000_000.5, message: 'starting' },
      { source: 'APP', timestamp: 1_780_000_000.75, message: 'listening' },
    ]);
  });

  it('never goes back in time, whatever the clock does', () => {
    let now = 2_000;
    const log = new AppLog(undefined, () => now);
    log.write('APP', 'a');
    now = 1_000;
    log.write('APP', 'b');

    expect(log.lines().map(({ timestamp }) => timestamp)).toEqual([2, 2]);
  });

  it('lets the oldest lines go when it is full, and still says where it is', () => {
    const log = new AppLog({ totalBytes: 1_000, lineBytes: 100 });
    for (let line = 0; line < 1_000; line++) log.write('APP', `line ${line}`);

    expect(log.lines().length).toBeLessThan(10);
    expect(log.lines().at(-1)?.message).toBe('line 999');
    expect([log.end, log.end - log.begin]).toEqual([1_000, log.lines().length]);
    expect([log.at(log.begin)?.message, log.at(log.begin - 1), log.at(log.end)]).toEqual([
      `line ${log.begin}`,
      undefined,
      undefined,
    ]);
  });

  it('cuts a line that is too long, and no letter of it', () => {
    const log = new AppLog({ totalBytes: 10_000, lineBytes: 11 });
    log.write('APP', 'ä'.repeat(20));

    expect(log.lines()[0]?.message).toBe('äääää [30 bytes left out]');
  });

  it('keeps the newest line even when it alone is too much', () => {
    const log = new AppLog({ totalBytes: 10, lineBytes: 50 });
    log.write('APP', 'first');
    log.write('APP', 'second');

    expect(log.lines().map(({ message }) => message)).toEqual(['second']);
  });

  it('tells who listens, until they do no more', () => {
    const log = new AppLog();
    const heard: AppLogLine[] = [];
    const end = log.subscribe((line) => heard.push(line));
    log.write('APP', 'one');
    end();
    log.write('APP', 'two');

    expect(heard.map(({ message }) => message)).toEqual(['one']);
  });
});

describe('the logs of a workspace', () => {
  it('are one for each app, which goes with it', () => {
    const logs = new AppLogs();
    logs.of('a').write('APP', 'of a');

    expect(logs.of('a').lines()).toHaveLength(1);
    expect(logs.of('b').lines()).toHaveLength(0);
    logs.drop('a');
    expect(logs.of('a').lines()).toHaveLength(0);
  });
});
