import { Audited } from '@lakescope/server-audit';
import { ApiProblems, RequiresAdmin, WithoutBody } from '@lakescope/server-http';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AlertDeliveryDto, AlertRuleDto, AlertRuleListDto } from './alert-rule.dto';
import { AlertRules } from './alert-rules';
import { AlertTests } from './alert-tests';
import { StorageAlertListDto } from './storage-alert.dto';
import { StorageAlerts } from './storage-alerts';
import { CreateAlertRuleDto, UpdateAlertRuleDto } from './write-alert-rule.dto';

const id = (request: FastifyRequest): string | undefined => (request.params as { id?: string }).id;

/** Rules on performance metrics, for administrators. */
@ApiTags('metrics')
@Controller('metrics/alerts')
@RequiresAdmin()
export class AlertsController {
  constructor(
    private readonly rules: AlertRules,
    private readonly tests: AlertTests,
    private readonly storage: StorageAlerts,
  ) {}

  /** Lists the alert rules and how they stand. */
  @Get()
  @ApiOkResponse({ type: AlertRuleListDto })
  @ApiProblems('ADMIN_REQUIRED', 'ADMIN_CHECK_FAILED', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  listAlertRules(): Promise<AlertRuleListDto> {
    return this.rules.list();
  }

  /** Tells whether there is room for metrics, and whether they are worked off. */
  @Get('storage')
  @ApiOkResponse({ type: StorageAlertListDto })
  @ApiProblems('ADMIN_REQUIRED', 'ADMIN_CHECK_FAILED', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  getStorageAlerts(): Promise<StorageAlertListDto> {
    return this.storage.list();
  }

  /** Makes an alert rule. On requests it is evaluated every minute; on freshness after each run, look at a manifest and change of a threshold. */
  @Post()
  @Audited({ action: 'alert_rule.create', target: (request) => nameIn(request) })
  @ApiCreatedResponse({ type: AlertRuleDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'ALREADY_EXISTS',
    'CONFLICT',
    'ADMIN_REQUIRED',
    'ADMIN_CHECK_FAILED',
    'SERVICE_UNAVAILABLE',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  createAlertRule(@Body() rule: CreateAlertRuleDto): Promise<AlertRuleDto> {
    return this.rules.create(rule);
  }

  /** Changes what is named of an alert rule. What it says begins anew when it is about something else from now on. */
  @Patch(':id')
  @Audited({ action: 'alert_rule.update', target: id })
  @ApiOkResponse({ type: AlertRuleDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'NOT_FOUND',
    'ALREADY_EXISTS',
    'ADMIN_REQUIRED',
    'ADMIN_CHECK_FAILED',
    'SERVICE_UNAVAILABLE',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  updateAlertRule(
    @Param('id', ParseUUIDPipe) ruleId: string,
    @Body() changes: UpdateAlertRuleDto,
  ): Promise<AlertRuleDto> {
    return this.rules.update(ruleId, changes);
  }

  /** Deletes an alert rule, and what is still to be told about it. */
  @Delete(':id')
  @HttpCode(204)
  @Audited({ action: 'alert_rule.delete', target: id })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiProblems(
    'INVALID_REQUEST',
    'NOT_FOUND',
    'ADMIN_REQUIRED',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  deleteAlertRule(@Param('id', ParseUUIDPipe) ruleId: string): Promise<void> {
    return this.rules.delete(ruleId);
  }

  /** Posts a test message to the webhook of a rule, once, and tells what became of it. */
  @Post(':id/test-delivery')
  @HttpCode(200)
  @WithoutBody()
  @Audited({ action: 'alert_rule.test', target: id })
  @ApiOkResponse({ type: AlertDeliveryDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'NOT_FOUND',
    'CONFLICT',
    'ADMIN_REQUIRED',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  testAlertDelivery(@Param('id', ParseUUIDPipe) ruleId: string): Promise<AlertDeliveryDto> {
    return this.tests.deliver(ruleId);
  }
}

/** Before it has an id. */
function nameIn({ body }: FastifyRequest): string | undefined {
  const { name } = (body ?? {}) as { name?: unknown };
  return typeof name === 'string' ? name.slice(0, 100) : undefined;
}
