import { Sketch } from '@lakescope/sketch';
import { Injectable } from '@nestjs/common';

/** Everything of one endpoint and method that was answered with one class of status, since the process began. */
export interface CumulativeSeries {
  readonly endpoint: string;
  readonly method: string;
  /** 2 for 2xx and so on. */
  readonly statusClass: number;
  readonly sketch: Sketch;
  readonly sumMs: number;
}

/** What exporters tell: counts and durations since the process began, whatever became of the samples. */
@Injectable()
export class CumulativeSketches {
  private readonly series = new Map<number, { -readonly [Key in keyof CumulativeSeries]: CumulativeSeries[Key] }>();
  private absorb: (() => void) | undefined;

  /** Who brings in the samples that were not counted yet. */
  filledBy(absorb: () => void): void {
    this.absorb = absorb;
  }

  /** Up to this moment. */
  read(): CumulativeSeries[] {
    this.absorb?.();
    return [...this.series.values()];
  }

  /** `seriesId` is the same number for the same endpoint and method. */
  add(seriesId: number, endpoint: string, method: string, status: number, durationMs: number): void {
    const statusClass = Math.trunc(status / 100);
    const key = seriesId * 10 + statusClass;
    let found = this.series.get(key);
    if (found === undefined) {
      found = { endpoint, method, statusClass, sketch: new Sketch(), sumMs: 0 };
      this.series.set(key, found);
    }
    found.sketch.add(durationMs);
    found.sumMs += durationMs;
  }
}
