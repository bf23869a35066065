import type { ExecuteStatementRequest } from '@lakescope/databricks-client';
import { PlatformError } from '@lakescope/databricks-client';
import { Injectable } from '@nestjs/common';

/** `any`: a page, which mostly fits INLINE. `large`: one that did not. `whole`: a table of any size. */
export type WantedResult = 'any' | 'large' | 'whole';

/** How a result is asked for. */
export interface ResultWay {
  readonly name: string;
  readonly disposition: NonNullable<ExecuteStatementRequest['disposition']>;
  readonly format: 'JSON_ARRAY' | 'ARROW_STREAM';
}

const INLINE_JSON: ResultWay = { name: 'INLINE/JSON_ARRAY', disposition: 'INLINE', format: 'JSON_ARRAY' };
const LINKS_JSON: ResultWay = {
  name: 'EXTERNAL_LINKS/JSON_ARRAY',
  disposition: 'EXTERNAL_LINKS',
  format: 'JSON_ARRAY',
};
const INLINE_ARROW: ResultWay = { name: 'INLINE/ARROW_STREAM', disposition: 'INLINE', format: 'ARROW_STREAM' };
const LINKS_ARROW: ResultWay = {
  name: 'EXTERNAL_LINKS/ARROW_STREAM',
  disposition: 'EXTERNAL_LINKS',
  format: 'ARROW_STREAM',
};
/** CSV is none of them: it cannot tell NULL from the text `null`. */
const WAYS: readonly ResultWay[] = [INLINE_JSON, LINKS_JSON, INLINE_ARROW, LINKS_ARROW];

/** What a warehouse says that has another way only, seen on such warehouses. */
const REFUSAL = /disposition (?:only supports|is not yet implemented|must be)|format field must be/i;
/** A warehouse that was changed is asked anew after this long. */
const REMEMBERED_MS = 10 * 60_000;

/** Which ways to get results a warehouse has: most have all, some a single one. What one refused is remembered for a while. */
@Injectable()
export class ResultWays {
  private readonly refused = new Map<string, number>();

  /** Those worth trying, the best first; all of them when each was refused. */
  of(warehouseId: string, wanted: WantedResult): readonly ResultWay[] {
    const links = WAYS.filter(({ disposition }) => disposition === 'EXTERNAL_LINKS');
    const inline = WAYS.filter(({ disposition }) => disposition === 'INLINE');
    const ways = wanted === 'large' ? links : wanted === 'whole' ? [...links, ...inline] : WAYS;
    const now = performance.now();
    const open = ways.filter(({ name }) => (this.refused.get(`${warehouseId} ${name}`) ?? -Infinity) < now);
    return open.length === 0 ? ways : open;
  }

  /** Whether the error says that the warehouse does not have this way; remembers it. */
  isRefusal(warehouseId: string, way: ResultWay, error: unknown): boolean {
    if (!(error instanceof PlatformError)) return false;
    const isOne =
      (error.kind === 'bad_request' || error.status === 501 || error.errorCode === 'NOT_IMPLEMENTED') &&
      REFUSAL.test(error.message);
    if (isOne) this.refused.set(`${warehouseId} ${way.name}`, performance.now() + REMEMBERED_MS);
    return isOne;
  }
}

export function wayOf(name: string | null): ResultWay {
  return WAYS.find((way) => way.name === name) ?? INLINE_JSON;
}
