import { chmod, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { isDeepStrictEqual, parseEnv } from 'node:util';
import { CommandFailed, EXIT } from './exit-code';

interface Assignment {
  readonly name: string;
  /** Where the value lies, its quotes included. */
  readonly start: number;
  readonly end: number;
}

const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*/;
const QUOTES = ['"', "'", '`'];
const PLAIN = /^[\w.:/@+,-]+$/;
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/**
 * The text of a `.env` file as Node reads it (`util.parseEnv`). A change touches the values it is about and nothing else: other lines,
 * comments, order, line ends and even bytes that are no UTF-8 stay as they are, because the text is edited as bytes.
 */
export class EnvFile {
  private constructor(private readonly bytes: string) {}

  static readonly empty = new EnvFile('');

  static of(content: Uint8Array): EnvFile {
    return new EnvFile(Buffer.from(content).toString('latin1'));
  }

  /** Undefined when there is none. */
  static async read(path: string): Promise<EnvFile | undefined> {
    try {
      return EnvFile.of(await readFile(path));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw new CommandFailed(`${path} cannot be read.`, EXIT.failed, { cause: error });
    }
  }

  get content(): Buffer {
    return Buffer.from(this.bytes, 'latin1');
  }

  /** What the file says; a name that is there twice has its last value. */
  get values(): Record<string, string | undefined> {
    return parseEnv(this.content.toString('utf8').replace(/^\ufeff/, ''));
  }

  /** The same file with these values: updated where the name is there, appended where it is not. */
  with(changes: Readonly<Record<string, string>>): EnvFile {
    const changed = Object.entries(changes).reduce<EnvFile>((file, [name, value]) => file.set(name, value), this);
    // A quote that never ends, or blanks behind a `=` in the last line, make Node read the next lines as part of a value.
    const [wanted, got] = [{ ...this.values, ...changes }, changed.values].map(onlyFilled);
    if (isDeepStrictEqual(wanted, got)) return changed;
    throw new CommandFailed(
      `The settings file has a line whose value Node takes to go on in the next one, so that nothing can be changed safely: look for an open quote, or a \`=\` with only blanks behind it.`,
    );
  }

  /** In one step, so that a crash leaves the old file or the new one; readable by its owner only, because it holds secrets. */
  async write(path: string): Promise<void> {
    const target = await realpath(path).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return path;
      throw error;
    });
    const staged = `${target}.${process.pid}.tmp`;
    try {
      await writeFile(staged, this.content, { mode: 0o600, flag: 'wx' });
      await chmod(staged, 0o600);
      await rename(staged, target);
    } catch (error) {
      await rm(staged, { force: true });
      const { code } = error as NodeJS.ErrnoException;
      throw new CommandFailed(`${path} cannot be written (${code}).`, EXIT.failed, { cause: error });
    }
  }

  private set(name: string, value: string): EnvFile {
    const text = Buffer.from(quoted(name, value), 'utf8').toString('latin1');
    const last = assignments(this.bytes).findLast((assignment) => assignment.name === name);
    if (last !== undefined) return new EnvFile(this.bytes.slice(0, last.start) + text + this.bytes.slice(last.end));
    const lineEnd = this.bytes.includes('\r\n') ? '\r\n' : '\n';
    const gap = this.bytes === '' || this.bytes.endsWith('\n') ? '' : lineEnd;
    return new EnvFile(`${this.bytes}${gap}${name}=${text}${lineEnd}`);
  }
}

/** Finds every assignment; what looks like one inside a quoted value of several lines is none. */
function assignments(bytes: string): Assignment[] {
  const found: Assignment[] = [];
  let position = bytes.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  while (position < bytes.length) {
    const lineEnd = endOfLine(bytes, position);
    const match = ASSIGNMENT.exec(bytes.slice(position, lineEnd));
    if (match?.[1] === undefined) {
      position = lineEnd + 1;
      continue;
    }
    const start = position + match[0].length;
    const end = endOfValue(bytes, start, lineEnd);
    found.push({ name: match[1], start, end });
    position = endOfLine(bytes, end) + 1;
  }
  return found;
}

function endOfValue(bytes: string, start: number, lineEnd: number): number {
  const quote = bytes[start];
  if (quote !== undefined && QUOTES.includes(quote)) {
    const closing = bytes.indexOf(quote, start + 1);
    if (closing !== -1) return closing + 1;
  }
  const line = bytes.slice(start, lineEnd);
  const comment = line.indexOf('#');
  return start + (comment === -1 ? line : line.slice(0, comment)).trimEnd().length;
}

function endOfLine(bytes: string, position: number): number {
  const end = bytes.indexOf('\n', position);
  return end === -1 ? bytes.length : end;
}

/** Empty is the same as not there. */
function onlyFilled(values: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

function quoted(name: string, value: string): string {
  // With nothing but blanks behind the `=`, Node would take the next line for the value.
  if (value === '') return '""';
  if (PLAIN.test(value)) return value;
  const quote = QUOTES.find((candidate) => !value.includes(candidate));
  // Inside double quotes \n would become a line break.
  const safe = quote === '"' && value.includes('\\') ? "'" : quote;
  if (safe === undefined || value.includes(safe) || /[\r\n]/.test(value)) {
    throw new RangeError(`The value of ${name} cannot be written into a .env file`);
  }
  return safe + value + safe;
}

export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
