import { AuditLog, newPseudonym } from '@lakescope/server-audit';
import type { UserCaller } from '@lakescope/server-http';
import {
  Database,
  UserOwnedTables,
  type ErasedPerson,
  type ErasedRows,
  type UserOwnedTable,
} from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { escapeIdentifier } from 'pg';
import type { EntityManager } from 'typeorm';
import type { ErasedDataDto } from './my-data.dto';
import { UserOwnedRows } from './user-owned-rows';

const ERASING = { feature: 'Erasing your data', repeat: 'write', statementTimeoutMs: 60_000 } as const;

/** What the app keeps about a person, for that person: to take away, or to have erased. */
@Injectable()
export class MyData {
  constructor(
    private readonly database: Database,
    private readonly tables: UserOwnedTables,
    private readonly auditLog: AuditLog,
  ) {}

  /** JSON text in pieces; a database that is away rejects before the first of them. */
  async export(caller: UserCaller): Promise<AsyncIterable<string>> {
    const tables = this.tables.all;
    const rows = await UserOwnedRows.of(this.database, caller, tables);
    return jsonOf(caller, tables, rows);
  }

  /**
   * All or nothing, in one transaction. Rows that must stay get a pseudonym, the same for all of them, and the entry that tells of the
   * erasure has it too: nothing of what is left says who it was.
   */
  async erase(caller: UserCaller): Promise<ErasedDataDto> {
    const pseudonym = newPseudonym();
    const startedAt = performance.now();
    return this.database.asSystem(async (tx) => {
      const result: ErasedDataDto = { erased: [], pseudonymised: [] };
      for (const table of this.tables.all) {
        const { erased, pseudonymised } = await eraseRows(tx, table, { userId: caller.userId, pseudonym });
        if (erased !== undefined) result.erased.push({ table: table.name, rows: erased });
        if (pseudonymised !== undefined) result.pseudonymised.push({ table: table.name, rows: pseudonymised });
      }
      await this.auditLog.record(tx, {
        userId: pseudonym,
        actingAs: 'system',
        action: 'user_data.erase',
        outcome: 'success',
        durationMs: Math.round(performance.now() - startedAt),
        // The access line of the log names the person beside this id.
        correlationId: null,
        details: { ...result },
      });
      return result;
    }, ERASING);
  }
}

async function* jsonOf(
  caller: UserCaller,
  tables: readonly UserOwnedTable[],
  rows: UserOwnedRows,
): AsyncGenerator<string> {
  const exportedAt = new Date().toISOString();
  yield `{"user_id":${JSON.stringify(caller.userId)},"exported_at":"${exportedAt}","tables":[`;
  for (const [position, table] of tables.entries()) {
    yield `${position === 0 ? '' : ','}\n{"name":${JSON.stringify(table.name)},"rows":[`;
    let separator = '\n';
    for await (const page of rows.pagesOf(table)) {
      if (page.length === 0) continue;
      yield separator + page.map((row) => JSON.stringify(row)).join(',\n');
      separator = ',\n';
    }
    yield ']}';
  }
  yield ']}\n';
}

async function eraseRows(tx: EntityManager, table: UserOwnedTable, person: ErasedPerson): Promise<ErasedRows> {
  const [name, owner] = [escapeIdentifier(table.name), escapeIdentifier(table.userColumn)];
  switch (table.onErase) {
    case 'delete':
      return { erased: await touch(tx, `DELETE FROM ${name} WHERE ${owner} = $1`, person.userId) };
    case 'pseudonymise': {
      const rename = `UPDATE ${name} SET ${owner} = $2 WHERE ${owner} = $1`;
      return { pseudonymised: await touch(tx, rename, person.userId, person.pseudonym) };
    }
    default:
      return table.onErase(tx, person);
  }
}

async function touch(tx: EntityManager, statement: string, ...values: string[]): Promise<number> {
  const [row] = (await tx.query(
    `WITH touched AS (${statement} RETURNING 1) SELECT count(*)::float8 AS rows FROM touched`,
    values,
  )) as { rows: number }[];
  return row?.rows ?? 0;
}
