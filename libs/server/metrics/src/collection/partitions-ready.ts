import { Injectable } from '@nestjs/common';

/** Holds the first rows back until there are partitions to take them, so that none of them lands in the default one. */
@Injectable()
export class PartitionsReady {
  private ensure: (() => Promise<unknown>) | undefined;
  private ensuring: Promise<void> | undefined;
  private ready = false;

  /** Whoever makes partitions says how; asked again until it succeeds once. */
  by(ensure: () => Promise<unknown>): void {
    this.ensure = ensure;
  }

  /** Rejects while there is no database to make them in. Several who ask at once get one answer: each look waits for its turn. */
  async ensured(): Promise<void> {
    if (this.ready) return;
    this.ensuring ??= this.tryOnce().finally(() => (this.ensuring = undefined));
    await this.ensuring;
  }

  private async tryOnce(): Promise<void> {
    await this.ensure?.();
    this.ready = true;
  }
}
