export { AggregatedMetric } from './aggregated-metric.entity';
export { MetricsModule } from './metrics.module';
export { PerformanceMetric } from './performance-metric.entity';
export { useRawBodies } from './usage/raw-body';
export { UsageEvent } from './usage-event.entity';
