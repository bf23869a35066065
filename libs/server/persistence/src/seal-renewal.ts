import { Lifecycle } from '@lakescope/server-http';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { BackgroundDatabase, type RunStatement } from './background-database';
import { CannotUnseal } from './persistence.errors';
import { SealedColumns, type SealedColumn } from './sealed-columns';
import { SealedText } from './sealed-text';

const LOOK_EVERY_MS = 5_000;
/** What replicas that know the secret before alone have sealed meanwhile is found then. */
const AGAIN_AFTER_MS = 3_600_000;

/** With which secret the texts of a column are sealed. */
export interface SealCount {
  readonly what: string;
  readonly ifUnreadable: string;
  /** With the secret that seals now. */
  readonly present: number;
  /** With LAKESCOPE_SECRET_PREVIOUS, which must stay as long as there are any. */
  readonly previous: number;
  /** With none that is set. */
  readonly unreadable: number;
}

interface SealedRow {
  readonly keys: Readonly<Record<string, string>>;
  readonly sealed: Buffer;
}

/** Whatever is kept sealed is sealed anew after a rotation of the app's secret; else it were lost when the secret before it goes. */
@Injectable()
export class SealRenewal {
  private readonly logger = new Logger('Secrets');
  private dueAt = 0;
  private isRunning = false;

  constructor(
    private readonly background: BackgroundDatabase,
    private readonly sealing: SealedText,
    private readonly columns: SealedColumns,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** Never rejects: the next tick tries again. */
  @Interval(LOOK_EVERY_MS)
  async tick(): Promise<void> {
    if (!this.sealing.isRotated || this.isRunning || performance.now() < this.dueAt) return;
    if (this.lifecycle.phase !== 'ready' || !this.background.isOpen) return;
    this.isRunning = true;
    try {
      await this.renew();
      this.dueAt = performance.now() + AGAIN_AFTER_MS;
    } catch (error) {
      this.logger.warn({
        err: error,
        msg: 'What is sealed with LAKESCOPE_SECRET_PREVIOUS could not be sealed anew yet',
      });
    } finally {
      this.isRunning = false;
    }
  }

  /** Seals anew what another secret than the present one has sealed; answers how many texts. Rejects as `BackgroundDatabase` does. */
  async renew(): Promise<number> {
    if (!this.sealing.isRotated) return 0;
    let renewed = 0;
    for (const column of this.columns.all) {
      renewed += await this.background.transaction((run) => this.renewColumn(run, column));
    }
    if (renewed > 0) this.logger.log(`Sealed anew with LAKESCOPE_SECRET: ${renewed} texts`);
    return renewed;
  }

  /** How far a rotation has come, column by column. Changes nothing; rejects as `BackgroundDatabase` does. */
  count(): Promise<SealCount[]> {
    return this.background.transaction(
      async (run) => {
        const counts: SealCount[] = [];
        for (const column of this.columns.all) counts.push(this.countOf(column, await rowsOf(run, column)));
        return counts;
      },
      { readOnly: true },
    );
  }

  private async renewColumn(run: RunStatement, column: SealedColumn): Promise<number> {
    let renewed = 0;
    for (const { keys, sealed } of await rowsOf(run, column, 'FOR NO KEY UPDATE')) {
      const text = this.renewedText(column, keys, sealed);
      if (text === undefined) continue;
      const row = column.keys.map((name, index) => `${name}::text = $${index + 2}`).join(' AND ');
      await run(`UPDATE ${column.table} SET ${column.column} = $1 WHERE ${row}`, [
        text,
        ...column.keys.map((name) => keys[name]),
      ]);
      renewed += 1;
    }
    return renewed;
  }

  private renewedText(column: SealedColumn, keys: SealedRow['keys'], sealed: Buffer): Buffer | undefined {
    try {
      return this.sealing.renewed(sealed, column.placeOf(keys));
    } catch (error) {
      if (!(error instanceof CannotUnseal)) throw error;
      // The others are renewed all the same; this one was unreadable before.
      this.logger.error({ msg: `One of the ${column.what} cannot be opened: ${column.ifUnreadable}`, id: keys['id'] });
      return undefined;
    }
  }

  private countOf(column: SealedColumn, rows: readonly SealedRow[]): SealCount {
    const { what, ifUnreadable } = column;
    const states = rows.map(({ keys, sealed }) => this.sealing.stateOf(sealed, column.placeOf(keys)));
    const count = (state: string): number => states.filter((one) => one === state).length;
    return {
      what,
      ifUnreadable,
      present: count('present'),
      previous: count('previous'),
      unreadable: count('unreadable'),
    };
  }
}

/** Of all people: `BackgroundDatabase` works as the system. */
async function rowsOf(run: RunStatement, { table, column, keys }: SealedColumn, lock = ''): Promise<SealedRow[]> {
  const pairs = keys.map((name) => `'${name}', ${name}::text`).join(', ');
  return run<SealedRow>(
    `SELECT json_build_object(${pairs}) AS keys, ${column} AS sealed FROM ${table} WHERE ${column} IS NOT NULL ${lock}`,
  );
}
