import { createServer, type AddressInfo, type Server } from 'node:net';
import { LaunchError } from './launch-error';

export interface Ports {
  readonly app: number;
  readonly api: number;
  readonly workspace: number;
  readonly database: number;
  readonly s3: number;
}

const uses = {
  app: 'the app',
  api: 'its API',
  workspace: 'the workspace',
  database: 'the database',
  s3: 'the S3 endpoint',
} as const;
const names = ['app', 'api', 'workspace', 'database', 's3'] as const;

/** Five ports in a row from the base, or any five that are free; checked before anything starts. */
export async function choosePorts(base: number): Promise<Ports> {
  const held: Server[] = [];
  try {
    const ports: Record<string, number> = {};
    // Held until all are found, or the same free port would be offered twice.
    for (const [offset, name] of names.entries()) {
      ports[name] = await hold(base === 0 ? 0 : base + offset, name, held);
    }
    const { app = 0, api = 0, workspace = 0, database = 0, s3 = 0 } = ports;
    return { app, api, workspace, database, s3 };
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

async function hold(port: number, name: keyof Ports, held: Server[]): Promise<number> {
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
      `Port ${port} for ${uses[name]} ${reason}. Choose others with --ports BASE (BASE to BASE+4), or --ports 0 for any that are free.`,
      { cause },
    );
  }
  held.push(server);
  return (server.address() as AddressInfo).port;
}
