import { createServer, type AddressInfo, type Server } from 'node:net';
import { LaunchError } from './launch-error';

export interface Ports {
  readonly app: number;
  readonly api: number;
  readonly workspace: number;
  readonly database: number;
  readonly s3: number;
  /** Of the API's processes besides the first. */
  readonly furtherApis: readonly number[];
}

const uses = {
  app: 'the app',
  api: 'its API',
  workspace: 'the workspace',
  database: 'the database',
  s3: 'the S3 endpoint',
  replica: 'a further replica of the API',
} as const;
const names = ['app', 'api', 'workspace', 'database', 's3'] as const;

/** Five ports in a row from the base and one for each further replica, or any that are free; checked before anything starts. */
export async function choosePorts(base: number, replicas = 1): Promise<Ports> {
  const held: Server[] = [];
  const last = names.length + replicas - 2;
  const holdNext = (name: keyof typeof uses): Promise<number> =>
    hold(base === 0 ? 0 : base + held.length, { use: uses[name], last }, held);
  try {
    const ports: Record<string, number> = {};
    // Held until all are found, or the same free port would be offered twice.
    for (const name of names) ports[name] = await holdNext(name);
    const furtherApis: number[] = [];
    while (furtherApis.length < replicas - 1) furtherApis.push(await holdNext('replica'));
    const { app = 0, api = 0, workspace = 0, database = 0, s3 = 0 } = ports;
    return { app, api, workspace, database, s3, furtherApis };
  } finally {
    await release(held);
  }
}

/** The three of a workspace without the app, in the same way. */
export async function chooseWorkspacePorts(base: number): Promise<Pick<Ports, 'workspace' | 'database' | 's3'>> {
  const held: Server[] = [];
  const holdNext = (name: keyof typeof uses): Promise<number> =>
    hold(base === 0 ? 0 : base + held.length, { use: uses[name], last: 2 }, held);
  try {
    return { workspace: await holdNext('workspace'), database: await holdNext('database'), s3: await holdNext('s3') };
  } finally {
    await release(held);
  }
}

async function release(held: readonly Server[]): Promise<void> {
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
}

async function hold(port: number, { use, last }: { use: string; last: number }, held: Server[]): Promise<number> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${code})`;
    throw new LaunchError(
      `Port ${port} for ${use} ${reason}. Choose others with --ports BASE (BASE to BASE+${last}), or --ports 0 for any that are free.`,
      { cause },
    );
  }
  held.push(server);
  return (server.address() as AddressInfo).port;
}
