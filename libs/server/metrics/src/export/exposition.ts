export type Labels = Readonly<Record<string, string>>;

/** One line of a classic histogram: how many values are at most `le`. */
export interface HistogramBucket {
  readonly le: number;
  readonly count: number;
}

export interface HistogramSeries {
  readonly labels: Labels;
  readonly buckets: readonly HistogramBucket[];
  readonly count: number;
  readonly sum: number;
}

/**
 * Text in the Prometheus exposition format, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format): all lines of a metric together, after its type.
 */
export class Exposition {
  private readonly lines: string[] = [];

  gauge(name: string, help: string, values: readonly (readonly [Labels, number])[] | number): this {
    return this.plain(name, help, 'gauge', values);
  }

  /** The name ends in `_total`. */
  counter(name: string, help: string, values: readonly (readonly [Labels, number])[] | number): this {
    return this.plain(name, help, 'counter', values);
  }

  histogram(name: string, help: string, series: readonly HistogramSeries[]): this {
    this.begin(name, help, 'histogram');
    for (const { labels, buckets, count, sum } of series) {
      const own = labelList(labels);
      const separator = own === '' ? '' : ',';
      for (const bucket of buckets) {
        this.lines.push(`${name}_bucket{${own}${separator}le="${bucket.le}"} ${bucket.count}`);
      }
      this.lines.push(`${name}_bucket{${own}${separator}le="+Inf"} ${count}`);
      this.lines.push(`${name}_sum${braced(own)} ${numberOf(sum)}`, `${name}_count${braced(own)} ${count}`);
    }
    return this;
  }

  /** The last line ends with a line feed, as the format wants it. */
  toString(): string {
    return `${this.lines.join('\n')}\n`;
  }

  private plain(
    name: string,
    help: string,
    type: 'gauge' | 'counter',
    values: readonly (readonly [Labels, number])[] | number,
  ): this {
    this.begin(name, help, type);
    const rows = typeof values === 'number' ? [[{}, values] as const] : values;
    for (const [labels, value] of rows) this.lines.push(`${name}${braced(labelList(labels))} ${numberOf(value)}`);
    return this;
  }

  private begin(name: string, help: string, type: string): void {
    this.lines.push(
      `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
      `# TYPE ${name} ${type}`,
    );
  }
}

function labelList(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function numberOf(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}
