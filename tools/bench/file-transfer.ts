import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { median } from './benchmark';
import { freePort, residentMegabytes, startNode } from './processes';
import { RunningApi } from './running-api';
import type { Outcome, Scenario } from './scenario';

const MIB = 1024 ** 2;
const VOLUME = '/Volumes/bench/sales/files';
const DOWNLOAD_BYTES = 256 * MIB;
const UPLOAD_BYTES = 5 * 1024 * MIB;
const WARM_UP_BYTES = 64 * MIB;
const ROUNDS = 5;
const SAMPLE_MILLISECONDS = 50;
/** A second of /proc/PID/stat, as Linux tells it to programs. */
const CLOCK_TICKS = 100;

/** The smallest file server there is: the floor our download is held against. */
const BARE_FILE_SERVER = [
  '-e',
  `const { createReadStream, statSync } = require('node:fs');
   const { FILE, PORT } = process.env;
   require('node:http').createServer((request, response) => {
     if (request.url === '/health') return response.end();
     response.setHeader('Content-Length', statSync(FILE).size);
     createReadStream(FILE).pipe(response);
   }).listen(Number(PORT), '127.0.0.1');`,
];

/** A client of its own process, so that it takes nothing from a server that runs in this one: prints the seconds and the bytes. */
const READER = `const began = performance.now();
  let bytes = 0;
  require('node:http').get(process.env.URL, { headers: JSON.parse(process.env.HEADERS) }, (answer) => {
    answer.on('data', (chunk) => { bytes += chunk.length; });
    answer.on('end', () => console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, bytes })));
  });`;

/** Half of a download is ours: the other half is the local workspace, which the bare server has no peer for. */
export const fileDownload: Scenario = {
  name: 'file-download',
  title: `a file of ${DOWNLOAD_BYTES / MIB} MiB through the app and the local workspace, against a bare node:http file server`,
  tell: async (log) => {
    const api = await RunningApi.start();
    const file = await bigFile(api, DOWNLOAD_BYTES);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = { ...process.env, FILE: file, PORT: String(port) };
    const bare = await startNode(BARE_FILE_SERVER, env, `${url}/health`);
    const token = await api.stack.token('engineer');
    try {
      const app = `${api.url}/api/v1/unity-catalog/files/content?path=${VOLUME}/big.bin`;
      const workspace = `${api.stack.workspace.url}/api/2.0/fs/files${VOLUME}/big.bin`;
      const rates = { app: [] as number[], workspace: [] as number[], bare: [] as number[] };
      const cpu = { app: [] as number[], bare: [] as number[] };
      const spent = async (child: ChildProcess, into: number[], work: () => Promise<number>): Promise<number> => {
        const before = cpuSeconds(child);
        const rate = await work();
        into.push((cpuSeconds(child) - before) / (DOWNLOAD_BYTES / 1e9));
        return rate;
      };
      for (let round = -1; round < ROUNDS; round += 1) {
        if (round === 0) cpu.app.length = cpu.bare.length = 0;
        const took = {
          app: await spent(api.process.child, cpu.app, () => read(app, { 'X-Forwarded-Access-Token': token })),
          workspace: await read(workspace, { Authorization: `Bearer ${token}` }),
          bare: await spent(bare.child, cpu.bare, () => read(url, {})),
        };
        if (round < 0) continue;
        rates.app.push(took.app);
        rates.workspace.push(took.workspace);
        rates.bare.push(took.bare);
        log(`file-download: round ${round + 1} of ${ROUNDS}: ${JSON.stringify(took)}`);
      }
      const [ours, theirs, floor] = [median(rates.app), median(rates.workspace), median(rates.bare)];
      return [
        { what: 'CPU of the app for a GB', value: median(cpu.app), unit: 's' },
        { what: 'CPU of the bare server for a GB', value: median(cpu.bare), unit: 's' },
        { what: 'through the app', value: ours, unit: 'MB/s' },
        { what: 'from the local workspace itself', value: theirs, unit: 'MB/s' },
        { what: 'from a bare node:http file server', value: floor, unit: 'MB/s' },
        { what: 'through the app, of the bare server', value: ours / floor, unit: 'of it', atLeast: 0.6 },
        {
          what: 'from the local workspace itself, of the bare server',
          value: theirs / floor,
          unit: 'of it',
          atLeast: 0.6,
        },
        { what: 'through the app, of the local workspace itself', value: ours / theirs, unit: 'of it' },
      ];
    } finally {
      await bare.stop();
      await api.stop();
    }
  },
};

export const fileUpload: Scenario = {
  name: 'file-upload',
  title: `an upload of ${UPLOAD_BYTES / MIB} MiB in parts, two at a time: resident memory of the app over that after ${WARM_UP_BYTES / MIB} MiB`,
  tell: async (log): Promise<readonly Outcome[]> => {
    const api = await RunningApi.start();
    const sampled: number[] = [];
    const sampler = setInterval(() => sampled.push(residentMegabytes(api.process.child)), SAMPLE_MILLISECONDS);
    try {
      await bigFile(api, 1);
      await upload(api, 'small.bin', WARM_UP_BYTES);
      await delay(1_000);
      const before = residentMegabytes(api.process.child);
      sampled.length = 0;
      const began = performance.now();
      await upload(api, 'large.bin', UPLOAD_BYTES);
      const seconds = (performance.now() - began) / 1000;
      const most = Math.max(...sampled);
      log(`file-upload: ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most, ${seconds.toFixed(0)} s`);
      return [
        { what: 'resident memory of the app added at most', value: most - before, unit: 'MB', atMost: 64 },
        { what: 'pace of the upload', value: UPLOAD_BYTES / 1e6 / seconds, unit: 'MB/s' },
      ];
    } finally {
      clearInterval(sampler);
      await api.stop();
    }
  },
};

/** In a volume that engineers may write to; answers where it lies. */
async function bigFile(api: RunningApi, bytes: number): Promise<string> {
  await api.stack.volume('bench.sales.files');
  await api.stack.workspace.grant('VOLUME', 'bench.sales.files', 'engineers', ['WRITE_VOLUME']);
  const file = join(api.stack.workspace.volumeDirectory('bench', 'sales', 'files'), 'big.bin');
  const handle = openSync(file, 'w');
  const chunk = Buffer.alloc(Math.min(MIB, bytes), 'lakescope');
  for (let written = 0; written < bytes; written += chunk.length) writeSync(handle, chunk);
  closeSync(handle);
  return file;
}

/** What a process has had of the processors, in seconds: what else the machine does moves it little. */
function cpuSeconds(child: ChildProcess): number {
  // The name before the numbers may hold anything but a closing parenthesis behind it.
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
}

/** MB (10^6 bytes) a second. */
function read(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, URL: url, HEADERS: JSON.stringify(headers) };
    const child = spawn(process.execPath, ['-e', READER], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
    child.on('error', reject).on('close', () => {
      const { seconds, bytes } = JSON.parse(told) as { seconds: number; bytes: number };
      if (bytes === DOWNLOAD_BYTES) resolve(bytes / 1e6 / seconds);
      else reject(new Error(`${url} gave ${bytes} bytes`));
    });
  });
}

async function upload(api: RunningApi, name: string, size: number): Promise<void> {
  const token = await api.stack.token('engineer');
  const uploads = `${api.url}/api/v1/unity-catalog/files/uploads`;
  const asked = async (url: string, init: RequestInit): Promise<Record<string, unknown>> => {
    const response = await fetch(url, { ...init, headers: { 'X-Forwarded-Access-Token': token, ...init.headers } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const started = await asked(uploads, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ path: `${VOLUME}/${name}`, size_bytes: size }),
  });
  const [id, partBytes, parts] = [
    started['upload_id'],
    Number(started['part_size_bytes']),
    Number(started['part_count']),
  ];
  const content = new Uint8Array(Buffer.alloc(partBytes, 'lakescope'));
  let next = 1;
  const send = async (): Promise<void> => {
    while (next <= parts) {
      const part = next++;
      const body = part < parts ? content : content.subarray(0, size - (parts - 1) * partBytes);
      const headers = { 'Content-Type': 'application/octet-stream' };
      await asked(`${uploads}/${String(id)}/parts/${part}`, { method: 'PUT', headers, body });
    }
  };
  await Promise.all([send(), send()]);
  const file = await asked(`${uploads}/${String(id)}/complete`, { method: 'POST' });
  if (file['size_bytes'] !== size) throw new Error(`The file has ${String(file['size_bytes'])} bytes`);
}
