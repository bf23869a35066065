import { ApiProperty } from '@nestjs/swagger';
import type { SeenWarehouse } from './warehouse-state';

export const WAREHOUSE_STATES = ['STARTING', 'RUNNING', 'STOPPING', 'STOPPED', 'DELETING', 'DELETED'] as const;
export type WarehouseStateName = (typeof WAREHOUSE_STATES)[number];

/** The SQL warehouse that runs queries. */
export class WarehouseDto {
  /** Whether the app has one; without it all others are null. */
  configured!: boolean;

  /** Its id. */
  @ApiProperty({ example: 'a1b2c3d4e5f60718', type: String, nullable: true })
  warehouse_id!: string | null;

  /** What people call it. */
  name!: string | null;

  /** Whether it runs. Only a query, or who says so, starts one that is STOPPED. */
  @ApiProperty({ enum: WAREHOUSE_STATES, type: String, nullable: true })
  state!: WarehouseStateName | null;

  /** Milliseconds since it was seen to start, while it is STARTING. */
  @ApiProperty({ type: Number, nullable: true })
  elapsed_ms!: number | null;

  static from(warehouse: SeenWarehouse | undefined): WarehouseDto {
    const dto = new WarehouseDto();
    dto.configured = warehouse !== undefined;
    dto.warehouse_id = warehouse?.id ?? null;
    dto.name = warehouse?.name ?? null;
    dto.state = warehouse?.state ?? null;
    dto.elapsed_ms = warehouse?.elapsedMs ?? null;
    return dto;
  }
}
