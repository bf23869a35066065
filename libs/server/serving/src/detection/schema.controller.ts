import { ApiProblems, CurrentCaller, RequestSignal, UserCaller } from '@lakescope/server-http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { EndpointName } from '../endpoints/endpoint-name.decorator';
import { DetectSchemaQuery } from './detect-schema.dto';
import { DetectedSchemaDto } from './detected-schema.dto';
import { EndpointSchemaDetector } from './endpoint-schema-detector';

/** What endpoints take. */
@ApiTags('serving')
@Controller('serving/endpoints/:name/schema')
export class SchemaController {
  constructor(private readonly detector: EndpointSchemaDetector) {}

  /** Finds out what the endpoint takes, within five seconds. */
  @Get()
  @ApiParam({ name: 'name', type: String })
  @ApiOkResponse({ type: DetectedSchemaDto })
  @ApiProblems('SCOPE_MISSING', 'ENDPOINT_NOT_FOUND')
  async detectServingSchema(
    @CurrentCaller() caller: UserCaller,
    @EndpointName() name: string,
    @Query() { refresh }: DetectSchemaQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<DetectedSchemaDto> {
    const detected =
      refresh === true
        ? await this.detector.detectAnew(caller, name, signal)
        : await this.detector.detect(caller, name, signal);
    return DetectedSchemaDto.from(detected);
  }
}
