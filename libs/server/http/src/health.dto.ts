import { ApiProperty } from '@nestjs/swagger';
import type { Lifecycle, Phase } from './lifecycle';
import type { Product } from './product';

/** That the process answers, and how far it has come. */
export class HealthDto {
  @ApiProperty({ type: String, enum: ['ok'], example: 'ok' })
  status!: 'ok';

  @ApiProperty({ type: String, example: '0.1.0' })
  version!: string;

  @ApiProperty({ type: String, enum: ['starting', 'migrating', 'ready', 'stopping'], example: 'ready' })
  phase!: Phase;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T08:30:00.000Z' })
  timestamp!: string;

  static from(lifecycle: Lifecycle, product: Product): HealthDto {
    return { status: 'ok', version: product.version, phase: lifecycle.phase, timestamp: new Date().toISOString() };
  }
}
