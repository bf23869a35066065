import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const SAMPLE_MS = 20;

/** What a run of the command line took, from the start of its process on. */
export interface CdaRun {
  readonly seconds: number;
  /** Of all its threads. */
  readonly processorSeconds: number;
  /** 10^6 bytes, as the kernel has seen it. */
  readonly peakMegabytes: number;
  readonly outcome: string;
  /** Folders that were committed. */
  readonly folders: number;
}

/** Runs `lakescope-cda run` as a process of its own. Rejects when it ends with anything but 0. */
export async function cdaRun(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<CdaRun> {
  const began = performance.now();
  const program = resolve('dist/bench/lakescope-cda.cjs');
  const child = spawn(process.execPath, [program, 'run', ...args, '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let last = '';
  let folders = 0;
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (last + text).split('\n');
    last = parts.pop() ?? '';
    for (const line of parts) {
      if (line.startsWith('{"type":"folder-done"')) folders += 1;
      if (line.startsWith('{"type":"result"')) result = JSON.parse(line) as { outcome: string };
    }
  });
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4_000)));
  let result: { outcome: string } | undefined;
  let peakMegabytes = 0;
  let processorSeconds = 0;
  const sampler = setInterval(() => {
    const seen = sampled(child.pid ?? 0);
    peakMegabytes = Math.max(peakMegabytes, seen?.peakMegabytes ?? 0);
    processorSeconds = Math.max(processorSeconds, seen?.processorSeconds ?? 0);
  }, SAMPLE_MS);
  const code = await new Promise((done) => child.once('close', done));
  clearInterval(sampler);
  if (code !== 0 || result === undefined) throw new Error(`The run ended with ${String(code)}: ${complaint}`);
  const seconds = (performance.now() - began) / 1_000;
  return { seconds, processorSeconds, peakMegabytes, outcome: result.outcome, folders };
}

function sampled(pid: number): { peakMegabytes: number; processorSeconds: number } | undefined {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { peakMegabytes: (Number(peak) * 1_024) / 1e6, processorSeconds: ticks / 100 };
  } catch {
    // It has just ended.
    return undefined;
  }
}
