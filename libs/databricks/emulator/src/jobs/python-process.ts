import { spawn, type ChildProcess } from 'node:child_process';
import { after } from '../processes/long-timer';
import { pipesClosed } from '../processes/pipes-closed';
import { errorCode } from '../state/error-code';
import { BoundedOutput } from './bounded-output';

/** Of the output of a task the platform keeps the last 5 MB (reference of `runs/get-output`). */
const LARGEST_OUTPUT = 5 * 1024 * 1024;
/** A traceback is shorter than that. */
const LARGEST_TRACE = 64 * 1024;
/** How long a task that is cancelled may take to end by itself. */
const GRACE_MILLISECONDS = 2000;

/**
 * Runs a file as a program of its own. Its standard input stays open for as long as the workspace lives: when that is killed,
 * whatever the task has started goes with it. The program itself sees an empty standard input, as on the platform.
 */
const BOOTSTRAP = `
import os, runpy, signal, sys, threading
watched = os.dup(0)
empty = os.open(os.devnull, os.O_RDONLY)
os.dup2(empty, 0)
os.close(empty)
def end_with_the_workspace():
    while os.read(watched, 1):
        pass
    if os.name == 'posix':
        os.killpg(0, signal.SIGKILL)
    os._exit(137)
threading.Thread(target=end_with_the_workspace, daemon=True).start()
sys.argv = sys.argv[1:]
sys.path[0] = os.path.dirname(sys.argv[0])
runpy.run_path(sys.argv[0], run_name='__main__')
`;

export interface PythonProgram {
  readonly file: string;
  readonly parameters: readonly string[];
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** 0: none. */
  readonly timeoutMilliseconds: number;
}

export interface ProgramEnd {
  readonly outcome: 'succeeded' | 'failed' | 'timed out' | 'cancelled' | 'no python';
  readonly output: Buffer;
  readonly isTruncated: boolean;
  /** Why it failed, in a line: what Python said last, or how it exited. */
  readonly error: string;
  /** What it wrote to its standard error, if that holds a traceback. */
  readonly trace: string;
}

/** One run of a Python program. */
export class PythonProcess {
  private stopped: 'timed out' | 'cancelled' | undefined;
  private killer: NodeJS.Timeout | undefined;
  private readonly child: ChildProcess;
  /** Never rejects. */
  readonly ended: Promise<ProgramEnd>;

  constructor(program: PythonProgram) {
    const isPosix = process.platform !== 'win32';
    const { file, parameters, environment: env, directory: cwd, timeoutMilliseconds } = program;
    this.child = spawn('python3', ['-u', '-c', BOOTSTRAP, file, ...parameters], {
      ...{ cwd, env, detached: isPosix, windowsHide: true },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.ended = this.wait(timeoutMilliseconds);
  }

  cancel(): void {
    this.stop('cancelled');
  }

  private async wait(timeoutMilliseconds: number): Promise<ProgramEnd> {
    const output = new BoundedOutput(LARGEST_OUTPUT);
    const errors = new BoundedOutput(LARGEST_TRACE);
    this.child.stdin?.on('error', () => undefined);
    this.child.stdout?.on('data', (chunk: Buffer) => output.add(chunk));
    this.child.stderr?.on('data', (chunk: Buffer) => {
      output.add(chunk);
      errors.add(chunk);
    });
    const callOff = timeoutMilliseconds === 0 ? undefined : after(timeoutMilliseconds, () => this.stop('timed out'));
    const closed = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
    const exit = await new Promise<{ code: number | null; signal: string | null; failure?: unknown }>((resolve) => {
      this.child.once('error', (failure) => resolve({ code: null, signal: null, failure }));
      this.child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    callOff?.();
    clearTimeout(this.killer);
    // What it has left behind ends with it, and with that the pipes do.
    this.kill('SIGKILL');
    if (this.child.pid !== undefined) await pipesClosed(this.child, closed);
    return this.endOf(exit, output, errors.bytes().toString('utf8'));
  }

  private endOf(
    { code, signal, failure }: { code: number | null; signal: string | null; failure?: unknown },
    output: BoundedOutput,
    errors: string,
  ): ProgramEnd {
    const written = { output: output.bytes(), isTruncated: output.isTruncated };
    if (errorCode(failure) === 'ENOENT') return { ...written, outcome: 'no python', error: '', trace: '' };
    if (failure !== undefined) {
      const error = failure instanceof Error ? failure.message : 'The process could not be started';
      return { ...written, outcome: 'failed', error, trace: '' };
    }
    if (this.stopped !== undefined) return { ...written, outcome: this.stopped, error: '', trace: '' };
    if (code === 0) return { ...written, outcome: 'succeeded', error: '', trace: '' };
    const trace = /^Traceback \(most recent call last\):/m.test(errors) ? errors.trimEnd() : '';
    const exited = code === null ? `The process was ended by ${String(signal)}` : `SystemExit: ${code}`;
    const error = trace === '' ? exited : (trace.split('\n').at(-1)?.trim() ?? exited);
    return { ...written, outcome: 'failed', error, trace };
  }

  private stop(why: 'timed out' | 'cancelled'): void {
    const { exitCode, signalCode } = this.child;
    if (this.stopped !== undefined || exitCode !== null || signalCode !== null) return;
    this.stopped = why;
    this.kill('SIGTERM');
    this.killer = setTimeout(() => this.kill('SIGKILL'), GRACE_MILLISECONDS);
  }

  /** It leads a group of its own, which ends with it. */
  private kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.child.kill(signal);
      else process.kill(-pid, signal);
    } catch (error) {
      // Nobody is left in the group, which macOS says in another way.
      if (!['ESRCH', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
    }
  }
}
