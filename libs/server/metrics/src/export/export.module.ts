import { Module } from '@nestjs/common';
import { CollectionModule } from '../collection/collection.module';
import { OtlpExporter } from './otlp-exporter';
import { OtlpLimits } from './otlp-limits';
import { ProcessVitals } from './process-vitals';
import { PrometheusController } from './prometheus.controller';
import { PrometheusText } from './prometheus-text';

/** What other systems collect metrics with: by asking for them, or by having them sent. */
@Module({
  imports: [CollectionModule],
  controllers: [PrometheusController],
  providers: [{ provide: OtlpLimits, useFactory: () => new OtlpLimits() }, OtlpExporter, ProcessVitals, PrometheusText],
})
export class ExportModule {}
