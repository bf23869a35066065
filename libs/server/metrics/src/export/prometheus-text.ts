import { Injectable } from '@nestjs/common';

/** Writes the metrics of this replica in the Prometheus text format. */
@Injectable()
export class PrometheusText {
  write(): string {
    return [
      '# HELP process_uptime_seconds How long this replica has been running.',
      '# TYPE process_uptime_seconds gauge',
      `process_uptime_seconds ${process.uptime()}`,
      '',
    ].join('\n');
  }
}
