import { ApiProperty } from '@nestjs/swagger';
import type { AlertDelivery } from './alert-deliveries';
import {
  COMPARISONS,
  CONDITIONS,
  PERCENTILES,
  type AlertRule,
  type Comparison,
  type Condition,
  type Percentile,
} from './alert-rule.entity';
import { shownWindow } from './rule-terms';
import { shownState, type ShownState } from './alert-state';

export class AlertWebhookDto {
  @ApiProperty({ example: 'hooks.example.com' })
  host!: string;

  /** Whether what is posted there is signed. */
  has_secret!: boolean;
}

export class AlertDeliveryDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: String, enum: ['firing', 'resolved', 'test'] })
  event!: 'firing' | 'resolved' | 'test';

  @ApiProperty({ type: String, enum: ['delivered', 'waiting', 'failed'], description: '`waiting`: is tried again.' })
  status!: 'delivered' | 'waiting' | 'failed';

  @ApiProperty({ type: 'integer' })
  attempts!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last attempt failed.' })
  error!: string | null;

  static from(delivery: AlertDelivery): AlertDeliveryDto {
    return {
      at: (delivery.deliveredAt ?? delivery.givenUpAt ?? delivery.createdAt).toISOString(),
      event: delivery.event,
      status: delivery.deliveredAt !== null ? 'delivered' : delivery.givenUpAt !== null ? 'failed' : 'waiting',
      attempts: delivery.attempts,
      error: delivery.error,
    };
  }
}

/** A condition on performance metrics or ingested tables, and how it stands. */
export class AlertRuleDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Catalogs are slow' })
  name!: string;

  @ApiProperty({ type: String, enum: CONDITIONS })
  condition!: Condition;

  @ApiProperty({ type: String, nullable: true, example: '/api/v1/catalogs' })
  endpoint!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'GET' })
  method!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Of freshness: where the tables are; all of them when null.',
  })
  target!: string | null;

  @ApiProperty({ type: Number, nullable: true, enum: PERCENTILES })
  percentile!: Percentile | null;

  @ApiProperty({ type: String, enum: COMPARISONS })
  comparison!: Comparison;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'A ratio, milliseconds, requests in the window, or tables.',
  })
  threshold!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Null for freshness, of which the present state counts.' })
  window_minutes!: number | null;

  hysteresis!: number;

  @ApiProperty({ type: 'integer' })
  for_minutes!: number;

  enabled!: boolean;

  @ApiProperty({ type: AlertWebhookDto, nullable: true })
  webhook!: AlertWebhookDto | null;

  @ApiProperty({
    type: String,
    enum: ['ok', 'pending', 'firing', 'unknown'],
    description: '`pending`: holds, but not for long enough yet. `unknown`: not evaluated lately.',
  })
  state!: ShownState;

  @ApiProperty({ format: 'date-time' })
  state_since!: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'In the unit of the threshold; null when there was nothing to work it out from.',
  })
  last_value!: number | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  last_evaluated_at!: string | null;

  @ApiProperty({ type: AlertDeliveryDto, nullable: true })
  last_delivery!: AlertDeliveryDto | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;

  static from(rule: AlertRule, delivery: AlertDelivery | undefined, now: number): AlertRuleDto {
    return {
      id: rule.id,
      name: rule.name,
      condition: rule.condition,
      endpoint: rule.endpoint,
      method: rule.method,
      target: rule.target,
      percentile: rule.percentile,
      comparison: rule.comparison,
      threshold: rule.threshold,
      window_minutes: shownWindow(rule),
      hysteresis: rule.hysteresis,
      for_minutes: rule.forMinutes,
      enabled: rule.enabled,
      webhook: rule.webhookHost === null ? null : { host: rule.webhookHost, has_secret: rule.secretSealed !== null },
      state: shownState(rule, now),
      state_since: rule.stateSince.toISOString(),
      last_value: rule.lastValue,
      last_evaluated_at: rule.lastEvaluatedAt?.toISOString() ?? null,
      last_delivery: delivery === undefined ? null : AlertDeliveryDto.from(delivery),
      created_at: rule.createdAt.toISOString(),
      updated_at: rule.updatedAt.toISOString(),
    };
  }
}

export class AlertRuleListDto {
  @ApiProperty({ type: [AlertRuleDto] })
  items!: AlertRuleDto[];
}
