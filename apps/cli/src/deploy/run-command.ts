import { spawn } from 'node:child_process';
import type { Environment } from '@lakescope/server-config';
import { hasCode } from '../env-file';

/** What a command said, and how it ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  /** Its last lines on standard error, without empty ones. */
  readonly complaint: readonly string[];
}

export interface CommandOptions {
  readonly directory: string;
  readonly environment: Environment;
  /** Told of every line on standard error, as it comes. */
  readonly onLine?: (line: string) => void;
  readonly patienceMs?: number;
}

const KEPT_LINES = 20;
const LONGEST_OUTPUT = 16 * 1024 * 1024;

/** Runs a program to its end; undefined when there is no such program. Nothing is read from it by a shell. */
export async function runCommand(
  program: string,
  args: readonly string[],
  { directory, environment, onLine, patienceMs }: CommandOptions,
): Promise<Ended | undefined> {
  const child = spawn(program, args, {
    cwd: directory,
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(patienceMs === undefined ? {} : { timeout: patienceMs }),
  });
  let out = '';
  const complaint: string[] = [];
  const lines = new Lines((line) => {
    if (line.trim() === '') return;
    complaint.push(line);
    if (complaint.length > KEPT_LINES) complaint.shift();
    onLine?.(line);
  });
  child.stdout.on('data', (chunk: Buffer) => {
    if (out.length < LONGEST_OUTPUT) out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => lines.add(chunk.toString()));
  try {
    const code = await new Promise<number | null>((done, reject) => child.once('error', reject).once('close', done));
    lines.end();
    return { code, out, complaint };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Text in pieces, as lines. */
class Lines {
  private rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  add(text: string): void {
    const lines = (this.rest + text).split(/\r?\n/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.onLine(line);
  }

  end(): void {
    if (this.rest !== '') this.onLine(this.rest);
    this.rest = '';
  }
}
