import { Injectable } from '@nestjs/common';

/** Holds the first rows back until there are partitions to take them, so that none of them lands in the default one. */
@Injectable()
export class PartitionsReady {
  private ensure: (() => Promise<unknown>) | undefined;
  private ready = false;

  /** Whoever makes partitions says how; asked again until it succeeds once. */
  by(ensure: () => Promise<unknown>): void {
    this.ensure = ensure;
  }

  /** Rejects while there is no database to make them in. */
  async ensured(): Promise<void> {
    if (this.ready) return;
    await this.ensure?.();
    this.ready = true;
  }
}
