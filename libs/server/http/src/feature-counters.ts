import { Injectable } from '@nestjs/common';

/** Something a feature counts from the start of the process on. */
export interface FeatureCounter {
  /** As Prometheus has it, e.g. `lakescope_history_rows_lost_total`: the name of a counter ends in `_total`. */
  readonly name: string;
  /** `gauge`: how it stands, and not a count. A counter when left out. */
  readonly kind?: 'counter' | 'gauge';
  /** One sentence. */
  readonly help: string;
  /** How much it is now, by labels. Neither holds a name of a person. */
  read(): readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

/** What features count of themselves, for whoever shows the metrics of the process. Each registers its own when the app starts. */
@Injectable()
export class FeatureCounters {
  private readonly counters = new Map<string, FeatureCounter>();

  register(counter: FeatureCounter): void {
    if (this.counters.has(counter.name)) throw new Error(`The counter ${counter.name} is registered twice`);
    this.counters.set(counter.name, counter);
  }

  get all(): readonly FeatureCounter[] {
    return [...this.counters.values()];
  }
}
