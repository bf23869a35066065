import { AuditLog, newPseudonym } from '@lakescope/server-audit';
import type { UserCaller } from '@lakescope/server-http';
import { Database, UserOwnedTables, type UserOwnedTable } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { escapeIdentifier } from 'pg';
import type { EntityManager } from 'typeorm';
import type { ErasedDataDto } from './my-data.dto';
import type { TableRowsDto } from './table-rows.dto';
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
        if (table.onErase === 'delete') result.erased.push(await deleteRows(tx, table, caller));
        else result.pseudonymised.push(await renameOwner(tx, table, caller, pseudonym));
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

async function deleteRows(tx: EntityManager, table: UserOwnedTable, caller: UserCaller): Promise<TableRowsDto> {
  return rowsOf(
    table,
    await tx.query(counted(`DELETE FROM ${nameOf(table)} WHERE ${ownerOf(table)} = $1`), [caller.userId]),
  );
}

async function renameOwner(
  tx: EntityManager,
  table: UserOwnedTable,
  caller: UserCaller,
  pseudonym: string,
): Promise<TableRowsDto> {
  const rename = `UPDATE ${nameOf(table)} SET ${ownerOf(table)} = $2 WHERE ${ownerOf(table)} = $1`;
  return rowsOf(table, await tx.query(counted(rename), [caller.userId, pseudonym]));
}

const nameOf = ({ name }: UserOwnedTable): string => escapeIdentifier(name);
const ownerOf = ({ userColumn }: UserOwnedTable): string => escapeIdentifier(userColumn);
const counted = (statement: string): string =>
  `WITH touched AS (${statement} RETURNING 1) SELECT count(*)::float8 AS rows FROM touched`;

function rowsOf({ name }: UserOwnedTable, answer: unknown): TableRowsDto {
  const [row] = answer as { rows: number }[];
  return { table: name, rows: row?.rows ?? 0 };
}
