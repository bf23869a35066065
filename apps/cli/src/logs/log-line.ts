/** A frame of the stream: what was written, by the app or by the platform about it, and when. */
export interface LogFrame {
  /** `APP`, `SYSTEM`, or whatever else the platform says. */
  readonly source: string;
  /** Seconds since 1970; undefined for a frame that is plain text. */
  readonly timestamp: number | undefined;
  readonly message: string;
}

/** The levels of the app's own JSON lines, as pino numbers them. */
export const LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const;
export type Level = keyof typeof LEVELS;
export const LEVEL_NAMES = Object.keys(LEVELS) as readonly Level[];

/** A line of the app that is an object with a level. */
interface Entry {
  readonly level: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A frame as it came; one that is no JSON object with a message is plain text. */
export function parseFrame(text: string): LogFrame {
  const frame = objectIn(text);
  if (typeof frame?.['message'] !== 'string') return { source: 'APP', timestamp: undefined, message: text };
  const { source, timestamp, message } = frame;
  return {
    source: typeof source === 'string' ? source : 'APP',
    timestamp: typeof timestamp === 'number' && Number.isFinite(timestamp) ? timestamp : undefined,
    message,
  };
}

/** Whether a line has at least this level. One that says none is always wanted: a crash is one. */
export function isAtLeast(least: Level, { message }: LogFrame): boolean {
  const entry = entryIn(message);
  return entry === undefined || entry.level >= LEVELS[least];
}

/** A line as people read it: when (UTC), by whom, and for a line of ours its level, its words, what else it says, and below it the stack. */
export function lineText({ source, timestamp, message }: LogFrame): string {
  const when = timestamp === undefined ? '' : `${isoTime(timestamp)} `;
  return printable(`${when}${source.padEnd(6)} ${wordsOf(message)}`);
}

/** The frame as JSON on one line, whatever the platform sent beside. */
export function lineJson({ source, timestamp, message }: LogFrame): string {
  return JSON.stringify({ source, timestamp: timestamp ?? null, message });
}

function wordsOf(message: string): string {
  const entry = entryIn(message);
  if (entry === undefined) return message.trimEnd();
  const { level: _level, time: _time, msg, err, ...rest } = entry.fields;
  const words = typeof msg === 'string' ? [msg] : [];
  const pairs = Object.entries(rest).map(([name, value]) => `${name}=${valueText(value)}`);
  const line = [levelName(entry.level).toUpperCase().padEnd(5), ...words, ...pairs].join(' ');
  return [line, ...stackLines(err)].join('\n    ');
}

/** A word as it is, everything else as JSON. */
function valueText(value: unknown): string {
  return typeof value === 'string' && /^[^\s"={}]+$/.test(value) ? value : (JSON.stringify(value) ?? '');
}

/** Where an error came from, and what caused it. */
function stackLines(error: unknown): readonly string[] {
  if (typeof error !== 'object' || error === null) return error === undefined ? [] : [valueText(error)];
  const { stack, cause } = error as { stack?: unknown; cause?: unknown };
  const own = typeof stack === 'string' ? stack.split('\n') : [JSON.stringify(error)];
  return [...own, ...stackLines(cause).map((line, at) => (at === 0 ? `caused by ${line}` : line))];
}

function entryIn(message: string): Entry | undefined {
  const fields = message.startsWith('{') ? objectIn(message) : undefined;
  const level = fields?.['level'];
  if (fields === undefined) return undefined;
  if (typeof level === 'number') return { level, fields };
  const known = LEVEL_NAMES.find((name) => name === level);
  return known === undefined ? undefined : { level: LEVELS[known], fields };
}

function levelName(level: number): string {
  return LEVEL_NAMES.findLast((name) => LEVELS[name] <= level) ?? String(level);
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // A line may be anything.
    return undefined;
  }
}

function isoTime(seconds: number): string {
  const at = new Date(seconds * 1000);
  return Number.isNaN(at.getTime()) ? String(seconds) : at.toISOString();
}

/** What an app writes must not move the cursor of whoever reads it, nor rename their window. */
function printable(text: string): string {
  return text.replace(/(?![\t\n])\p{Cc}/gu, '\u{fffd}');
}
