import { isAtLeast, lineJson, lineText, parseFrame } from './log-line';

describe('a frame of the log', () => {
  it('is what the platform says', () => {
    const frame = parseFrame('{"source":"SYSTEM","timestamp":1780000000.5,"message":"starting"}');

    expect(frame).toEqual({ source: 'SYSTEM', timestamp: 1_780_000_000.5, message: 'starting' });
    expect(lineText(frame)).toBe('2026-05-28T20:26:40.500Z SYSTEM starting');
    expect(lineJson(frame)).toBe('{"source":"SYSTEM","timestamp":1780000000.5,"message":"starting"}');
  });

  it.each(['plain text', '[]', '{"no":"message"}', '{"message":7}', '{"half'])(
    'is plain text when it is %s',
    (text) => {
      expect(parseFrame(text)).toEqual({ source: 'APP', timestamp: undefined, message: text });
      expect(lineText(parseFrame(text))).toBe(`APP    ${text}`);
    },
  );

  it('does without a time that is none', () => {
    expect(parseFrame('{"message":"m","timestamp":"soon"}').timestamp).toBeUndefined();
    expect(lineText({ source: 'APP', timestamp: 1e300, message: 'm' })).toBe('1e+300 APP    m');
  });
});

describe('a line of ours', () => {
  const line = (message: object) => ({ source: 'APP', timestamp: 0, message: JSON.stringify(message) });

  it('shows its level, its words and then the rest', () => {
    const frame = line({
      level: 'warn',
      time: '2026-01-01T00:00:00.000Z',
      msg: 'slow',
      ms: 1200,
      path: '/a',
      why: 'it rains',
    });

    expect(lineText(frame)).toBe('1970-01-01T00:00:00.000Z APP    WARN  slow ms=1200 path=/a why="it rains"');
  });

  it('shows where an error came from, and from what, below it', () => {
    const err = { message: 'b', stack: 'B: b\n    at f', cause: { stack: 'A: a\n    at g', cause: 'disk' } };

    expect(lineText(line({ level: 'error', msg: 'failed', err })).split('\n')).toEqual([
      '1970-01-01T00:00:00.000Z APP    ERROR failed',
      '    B: b',
      '        at f',
      '    caused by A: a',
      '        at g',
      '    caused by disk',
    ]);
    expect(lineText(line({ level: 'error', err: { type: 'E' } }))).toContain('\n    {"type":"E"}');
  });

  it.each([
    [30, 'INFO '],
    [35, 'INFO '],
    [60, 'FATAL'],
    [1, '1    '],
  ])('has the level that pino numbers %d', (level, word) => {
    expect(lineText(line({ level, msg: 'm' }))).toBe(`1970-01-01T00:00:00.000Z APP    ${word} m`);
  });

  it('is wanted from its level on, by name and by number', () => {
    expect(isAtLeast('warn', line({ level: 'info' }))).toBe(false);
    expect(isAtLeast('warn', line({ level: 'error' }))).toBe(true);
    expect(isAtLeast('warn', line({ level: 40 }))).toBe(true);
    expect(isAtLeast('error', line({ level: 40 }))).toBe(false);
  });

  it('is wanted always when it says no level', () => {
    const plain = { source: 'APP', timestamp: 0, message: 'TypeError: x is not a function' };

    expect(isAtLeast('fatal', plain)).toBe(true);
    expect(isAtLeast('fatal', line({ level: 'loud' }))).toBe(true);
  });
});

it('lets nothing through that moves the cursor', () => {
  expect(lineText({ source: 'APP', timestamp: undefined, message: 'a\u001b[2Jb\tc\nd\u009b' })).toBe(
    'APP    a\ufffd[2Jb\tc\nd\ufffd',
  );
});
