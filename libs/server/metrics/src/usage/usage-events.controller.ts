import { ApiProblems, CurrentCaller, UserCaller } from '@lakescope/server-http';
import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RangeQuery } from '../queries/metrics-range.dto';
import { RawRequestBody, TakesRawBody, type RawBody } from './raw-body';
import { RecordUsageEventsDto } from './record-usage-events.dto';
import { UsageEventCount } from './usage-event-count.dto';
import { UsageEventCounter } from './usage-event-counter';
import { UsageEventsReceipt } from './usage-events-receipt.dto';
import { UsageEventRecorder } from './usage-event-recorder';
import { BODY_BYTES } from './usage-limits';

/** What people do in the browser, told by it: everybody tells of themselves. */
@ApiTags('metrics')
@Controller('metrics')
export class UsageEventsController {
  constructor(
    private readonly recorder: UsageEventRecorder,
    private readonly counter: UsageEventCounter,
  ) {}

  @Post('usage-events')
  @HttpCode(202)
  @TakesRawBody({ rawBodyBytes: BODY_BYTES })
  @ApiOperation({
    summary: 'Stores what the caller did in the browser, and says what became of each event',
    description:
      'At most 1000 events and 1 MB, also inflated: the body may have `Content-Encoding: gzip`. A beacon of the same origin may send the ' +
      'same JSON as `text/plain`. One event that cannot be stored keeps back no other; what is counted as inserted is committed. Sent ' +
      'again with the same ids, a batch is stored once.',
  })
  @ApiConsumes('application/json', 'text/plain')
  @ApiBody({ type: RecordUsageEventsDto })
  @ApiAcceptedResponse({ type: UsageEventsReceipt })
  @ApiProblems('LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  recordUsageEvents(@CurrentCaller() caller: UserCaller, @RawRequestBody() body: RawBody): Promise<UsageEventsReceipt> {
    return this.recorder.record(caller, body);
  }

  @Get('usage/count')
  @ApiOperation({ summary: 'How many usage events of the caller are stored' })
  @ApiOkResponse({ type: UsageEventCount })
  @ApiProblems('LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  countMyUsageEvents(@CurrentCaller() caller: UserCaller, @Query() query: RangeQuery): Promise<UsageEventCount> {
    return this.counter.count(caller, query);
  }
}
