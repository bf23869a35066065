import { Module } from '@nestjs/common';
import { ResultWays } from './result-ways';
import { UserStatements } from './user-statements';
import { WarehouseState } from './warehouse-state';

/** The SQL warehouse by itself, so that those who ask it something need nothing else of queries. */
@Module({
  providers: [ResultWays, UserStatements, WarehouseState],
  exports: [ResultWays, UserStatements, WarehouseState],
})
export class WarehouseModule {}
