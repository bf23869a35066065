import { powerOfTwoBuckets, type Sketch } from '@lakescope/sketch';
import { Injectable } from '@nestjs/common';
import { EndpointTemplates } from './endpoint-templates';
import type { LatencyHeatmapDto } from './latency-heatmap.dto';
import { MetricsAnswers, iso } from './metrics-answers';
import type { EndpointQuery } from './performance-metrics.dto';
import { stepOf } from './reading-plan';
import { stepsOf } from './time-series';

/** 1 ms to about a second are there even when nothing took so long or so short. */
const LOWEST_POWER = 0;
const HIGHEST_POWER = 10;

/** How many requests took how long, step by step. */
@Injectable()
export class LatencyHeatmap {
  constructor(
    private readonly answers: MetricsAnswers,
    private readonly templates: EndpointTemplates,
  ) {}

  of(query: EndpointQuery): Promise<LatencyHeatmapDto> {
    const filter = { endpoint: this.templates.of(query.endpoint), method: query.method };
    const question = ['heatmap', filter.endpoint ?? null, filter.method ?? null];
    return this.answers.answer(question, query, async ({ snapshot, range, now }) => {
      const stepMs = stepOf(range, now);
      const { groups } = await snapshot.latency(range, filter, { stepMs });
      const sketches = new Map(groups.map(({ step, sketch }) => [step, sketch]));
      const longest = Math.max(1, ...groups.map(({ maxMs }) => maxMs ?? 0));
      const highest = Math.max(HIGHEST_POWER, Math.ceil(Math.log2(longest)));
      const steps = stepsOf(range, stepMs);
      return {
        interval_seconds: stepMs / 1000,
        times: steps.map(iso),
        bounds_ms: Array.from({ length: highest - LOWEST_POWER + 1 }, (_, index) => 2 ** (LOWEST_POWER + index)),
        counts: steps.map((step) => countsOf(sketches.get(step), highest)),
      };
    });
  }
}

function countsOf(sketch: Sketch | undefined, highest: number): number[] {
  if (sketch === undefined) return new Array<number>(highest - LOWEST_POWER + 1).fill(0);
  let below = 0;
  return powerOfTwoBuckets(sketch, LOWEST_POWER, highest).map(({ count }) => {
    const own = count - below;
    below = count;
    return own;
  });
}
