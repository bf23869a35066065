import { UserCaller } from '@lakescope/server-http';
import { UserStatements } from '@lakescope/server-unity-catalog';
import { Injectable } from '@nestjs/common';
import type { TableName } from './table-name';
import { WarehouseTable } from './warehouse-table';

/** Opens tables of the catalog through the SQL warehouse. */
@Injectable()
export class WarehouseTables {
  constructor(private readonly statements: UserStatements) {}

  get areThere(): boolean {
    return this.statements.areThere;
  }

  /** Throws WarehouseStopped when the warehouse would have to be started and `start` does not say so. */
  async open(caller: UserCaller, name: TableName, start: boolean): Promise<WarehouseTable> {
    await this.statements.permit(caller, start);
    return new WarehouseTable(this.statements, caller, name);
  }
}
