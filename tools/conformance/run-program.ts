import { spawn } from 'node:child_process';

export interface ProgramResult {
  /** Null: it could not be started, or was ended. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly directory?: string;
  readonly seconds?: number;
}

/** Runs a program to its end; one that is not there is a result, too. */
export function runProgram(
  program: string,
  parameters: readonly string[],
  { environment = process.env, directory, seconds = 120 }: ProgramOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      env: environment,
      timeout: seconds * 1000,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(directory === undefined ? {} : { cwd: directory }),
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error) => resolve({ code: null, stdout, stderr: error.message }));
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
