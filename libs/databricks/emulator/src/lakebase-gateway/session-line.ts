import { Transform, type Duplex } from 'node:stream';
import type { GatewayFaults } from './postgres-faults';

/** A logged-in session's bytes, both ways: straight through, unless a fault wants them late or not at all. */
export class SessionLine {
  private slow: readonly [up: Transform, down: Transform] | undefined;

  constructor(
    private readonly client: Duplex,
    private readonly server: Duplex,
    private readonly faults: Pick<GatewayFaults, 'stalled' | 'delayMilliseconds'>,
  ) {
    this.rewire();
  }

  rewire(): void {
    const { client, server } = this;
    client.unpipe();
    server.unpipe();
    if (this.faults.stalled) {
      client.pause();
      server.pause();
      return;
    }
    if (this.slow === undefined && this.faults.delayMilliseconds === 0) {
      client.pipe(server).pipe(client);
      return;
    }
    // Once there, it stays: bytes may still be under way in it.
    if (this.slow === undefined) {
      this.slow = [this.delaying(), this.delaying()];
      this.slow[0].pipe(server);
      this.slow[1].pipe(client);
    }
    client.pipe(this.slow[0]);
    server.pipe(this.slow[1]);
  }

  private delaying(): Transform {
    const { faults } = this;
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const late = faults.delayMilliseconds;
        if (late === 0) done(null, chunk);
        else setTimeout(() => done(null, chunk), late);
      },
    });
  }
}
