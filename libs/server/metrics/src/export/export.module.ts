import { Module } from '@nestjs/common';
import { PrometheusController } from './prometheus.controller';
import { PrometheusText } from './prometheus-text';

/** What other systems collect metrics with. */
@Module({ controllers: [PrometheusController], providers: [PrometheusText] })
export class ExportModule {}
