import { connect, createServer, type AddressInfo, type Server } from 'node:net';

/** The line between the server and something it depends on: everything passes, and it is seen when a connection ends. */
export class Wire {
  private endedCount = 0;

  private constructor(private readonly server: Server) {}

  /** To a port of this machine. */
  static async to(port: number): Promise<Wire> {
    const server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      near.pipe(far).pipe(near);
      near.on('error', () => far.destroy()).on('close', () => far.destroy());
      far.on('error', () => near.destroy()).on('close', () => near.destroy());
      near.on('close', () => (wire.endedCount += 1));
    });
    const wire = new Wire(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Connections that have come and gone. */
  get ended(): number {
    return this.endedCount;
  }

  close(): void {
    this.server.close();
  }
}
