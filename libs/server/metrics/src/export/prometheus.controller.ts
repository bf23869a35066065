import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PrometheusText } from './prometheus-text';

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';
const ANSWER = {
  description: 'The Prometheus text exposition format, version 0.0.4.',
  content: { 'text/plain': { schema: { type: 'string' } } },
};

/** The metrics of this replica since it started, for whoever scrapes them with a token of their own. */
@ApiTags('metrics')
@Controller()
export class PrometheusController {
  constructor(private readonly text: PrometheusText) {}

  @Get('metrics/prometheus')
  @Header('Content-Type', TEXT_FORMAT)
  @ApiOperation({
    summary: 'The metrics of this replica since it started, in the Prometheus text format',
    description:
      'Also at `/metrics`. Classic histograms: the bounds are powers of two milliseconds, and the counts are exact.',
  })
  @ApiOkResponse(ANSWER)
  getPrometheusMetrics(): string {
    return this.text.write();
  }

  @Get('metrics')
  @Header('Content-Type', TEXT_FORMAT)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'The same as `/api/v1/metrics/prometheus`, where collectors look for it' })
  @ApiOkResponse(ANSWER)
  scrapeMetrics(): string {
    return this.text.write();
  }
}
