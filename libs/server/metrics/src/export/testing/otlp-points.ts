/** One data point of an exponential histogram, as it is sent. */
export interface Point {
  attributes: { key: string; value: { stringValue: string } }[];
  startTimeUnixNano: string;
  timeUnixNano: string;
  count: string;
  sum: number;
  scale: number;
  zeroCount: string;
  positive: { offset: number; bucketCounts: string[] };
}

/** All of a request. */
export function pointsOf(body: unknown): Point[] {
  const { resourceMetrics } = body as {
    resourceMetrics: { scopeMetrics: { metrics: { exponentialHistogram: { dataPoints: Point[] } }[] }[] }[];
  };
  return resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ exponentialHistogram }) => exponentialHistogram.dataPoints),
    ),
  );
}

/** What is in its buckets. */
export function total({ zeroCount, positive }: Point): number {
  return positive.bucketCounts.reduce((sum, count) => sum + Number(count), Number(zeroCount));
}

/** As OTLP writes them. */
export function attributes(values: Readonly<Record<string, string>>): unknown[] {
  return Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}
