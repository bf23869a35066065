import { ApiProperty } from '@nestjs/swagger';

export const STORAGE_ALERTS = ['raw_rows', 'dirty_age', 'default_partition', 'dropped', 'ring'] as const;
export type StorageAlertId = (typeof STORAGE_ALERTS)[number];
export type StorageState = 'ok' | 'warning' | 'error';

/** How one thing stands that could make metrics slow, late or incomplete. */
export class StorageAlertDto {
  @ApiProperty({ type: String, enum: STORAGE_ALERTS })
  id!: StorageAlertId;

  @ApiProperty({ type: String, enum: ['ok', 'warning', 'error'] })
  state!: StorageState;

  /** Rows, seconds, rows, requests, or a ratio: by the id, in this order. */
  value!: number;

  /** From this value on it is an error. */
  limit!: number;

  @ApiProperty({ example: 'Raw rows of performance metrics stored: about 12,000' })
  detail!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What to do about it.' })
  fix!: string | null;
}

export class StorageAlertListDto {
  @ApiProperty({ type: [StorageAlertDto] })
  items!: StorageAlertDto[];
}
