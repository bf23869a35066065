import { BackgroundDatabase, DatabaseUnavailable } from '@lakescope/server-persistence';
import { Injectable, Logger } from '@nestjs/common';
import { Dispatch } from './dispatch';
import type { Shipment } from './shipment';

/** SQLSTATE classes of what is wrong with the rows themselves: no later attempt would be better. */
const POISON = /^(?:22|23|54)/;

interface Books {
  rows: number;
  written: number;
  overflow: number;
}

/** Stores one shipment, exactly once, however often it is tried. */
@Injectable()
export class ShipmentClerk {
  private readonly logger = new Logger('Metrics');

  constructor(
    private readonly database: BackgroundDatabase,
    private readonly dispatch: Dispatch,
  ) {}

  /** Rejects when it should be tried again; then it must be this very shipment. */
  async ship(shipment: Shipment): Promise<void> {
    // Once refused, its number may be out of use although the answer to that was lost: sent again, it would seem to be stored.
    const isStored = shipment.refusal === undefined && (await this.store(shipment));
    if (isStored || (shipment.inDoubt && (await this.wasStored(shipment)))) this.dispatch.delivered(shipment);
    else this.refuse(shipment, shipment.refusal);
  }

  /** False when there is something wrong with the rows. */
  private async store(shipment: Shipment): Promise<boolean> {
    shipment.wasSent = true;
    try {
      // Whether the entry was made now or by an attempt whose answer was lost: it is made, and the rows with it.
      await this.database.statement(shipment.statement);
      return true;
    } catch (error) {
      if (!isPoison(error)) {
        if (error instanceof DatabaseUnavailable) shipment.inDoubt = true;
        throw error;
      }
      shipment.refusal = error;
      return false;
    }
  }

  private refuse(shipment: Shipment, error: unknown): void {
    if (!this.dispatch.refused(shipment)) return;
    this.logger.warn({
      msg: `A performance metric of ${shipment.describe()} was dropped: the database does not take it`,
      err: error,
    });
  }

  /**
   * An earlier attempt may be stored, or be on its way still. Its number is taken out of use, which waits for whoever holds it; afterwards
   * the books say once and for all which of the two it was.
   */
  private async wasStored(shipment: Shipment): Promise<boolean> {
    await this.database.statement(shipment.withdrawal);
    const { bootId, seq } = shipment.note;
    const [books] = await this.database.statement<Books>({
      text: `SELECT rows::int, written::float8, overflow::float8 FROM metrics_ingest_log WHERE boot_id = $1 AND seq = $2`,
      values: [bootId, seq],
    });
    return books !== undefined && shipment.isNotedIn(books);
  }
}

function isPoison(error: unknown): boolean {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && code.length === 5 && POISON.test(code);
}
