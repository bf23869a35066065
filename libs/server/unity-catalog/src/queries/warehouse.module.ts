import { Module } from '@nestjs/common';
import { ResultStream } from './exports/result-stream';
import { ResultWays } from './result-ways';
import { StatementSender } from './statement-sender';
import { UserStatements } from './user-statements';
import { WarehouseState } from './warehouse-state';

/** The SQL warehouse by itself, so that those who ask it something need nothing else of queries. */
@Module({
  providers: [ResultStream, ResultWays, StatementSender, UserStatements, WarehouseState],
  exports: [ResultStream, ResultWays, StatementSender, UserStatements, WarehouseState],
})
export class WarehouseModule {}
