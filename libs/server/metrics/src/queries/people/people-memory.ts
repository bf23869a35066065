import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BUCKET_MS, MINUTE_MS, iso } from '../../roll-up/raw-tables';
import { Parameters } from '../parameters';
import { VERSION, type KnownPieces } from '../piece-memory';
import type { TierPiece } from '../reading-plan';
import { piecesOf } from '../tier-pieces';
import { PeopleSet } from './people-set';

/** Who was there within one bucket. */
export interface PeopleOfBucket {
  readonly begin: number;
  /** Who asked for something. */
  readonly requests: PeopleSet;
  /** Whose usage events there are. */
  readonly events: PeopleSet;
}

interface Kept extends PeopleOfBucket {
  readonly version: string;
}

interface VersionRow {
  readonly minutes: number;
  readonly begin: number;
  readonly version: string;
}

interface PeopleRow {
  readonly minutes: number;
  readonly begin: number;
  /** Digests, one after the other; null for nobody. */
  readonly requests: string | null;
  readonly events: string | null;
}

/** Of all sets together; more than that is forgotten and read again. 10,000 people in 90 days of hours take a third of it. */
const MOST_BYTES = 32 * 1024 * 1024;
/** What a bucket takes beside the bits, roughly. */
const BUCKET_BYTES = 500;
/** In base64: 18 bytes of SHA-256, which no two people share. */
const DIGEST_CHARACTERS = 24;
const MOST_PEOPLE = 1_000_000;

/**
 * Who was there in buckets of the tiers, kept in memory: how many different people there were in a month is found without reading each of
 * them in each of its days again. What is kept of a bucket counts only while the bucket's totals are the ones it was read beside; each
 * roll-up, and each erasure, writes those anew. Nobody's name is kept, but a digest that tells people apart.
 */
@Injectable()
export class PeopleMemory {
  /** Tests change it. */
  mostBytes = MOST_BYTES;
  private memory = new NumberedPeople();

  /** Numbers of people mean something within one of them only. */
  get people(): NumberedPeople {
    // Numbers are never given again: whoever was erased, or has not been here for years, goes with all others.
    if (this.memory.count > MOST_PEOPLE || this.memory.bytes > this.mostBytes) this.memory = new NumberedPeople();
    return this.memory;
  }
}

/** People who have numbers, and who of them was where. */
export class NumberedPeople {
  private readonly id = randomUUID();
  private readonly numbers = new Map<string, number>();
  private readonly kept = new Map<string, Kept>();
  private keptBytes = 0;

  /** How many different people there are. */
  get count(): number {
    return this.numbers.size;
  }

  /** Memory that is taken, roughly. */
  get bytes(): number {
    return this.keptBytes;
  }

  /** Every bucket of these pieces that anything happened in. */
  async of(known: KnownPieces, pieces: readonly TierPiece[]): Promise<readonly PeopleOfBucket[]> {
    const found = await known.of(['performance', 'usage'], `people ${this.id}`, pieces, (piece) =>
      this.ofPiece(known.tx, piece),
    );
    return found.flat();
  }

  private async ofPiece(tx: EntityManager, piece: TierPiece): Promise<readonly PeopleOfBucket[]> {
    const found: Kept[] = [];
    const missing: VersionRow[] = [];
    for (const row of await readVersions(tx, piece)) {
      const known = this.kept.get(keyOf(row));
      if (known?.version === row.version) found.push(known);
      else missing.push(row);
    }
    return missing.length === 0 ? found : [...found, ...(await this.readMissing(tx, missing))];
  }

  /** The number of the person with this digest. */
  numberOf(digest: string): number {
    const known = this.numbers.get(digest);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    this.numbers.set(digest, number);
    return number;
  }

  private async readMissing(tx: EntityManager, missing: readonly VersionRow[]): Promise<Kept[]> {
    const isRaw = ({ minutes }: VersionRow): boolean => minutes * MINUTE_MS === BUCKET_MS;
    const isWritten = (row: VersionRow): boolean => !isRaw(row);
    const rows = [...(await readRaw(tx, missing.filter(isRaw))), ...(await readTiers(tx, missing.filter(isWritten)))];
    const people = new Map(rows.map((row) => [keyOf(row), row]));
    return missing.map((row) => {
      const { requests = null, events = null } = people.get(keyOf(row)) ?? {};
      const { begin, version } = row;
      const kept = { begin, version, requests: this.setOf(requests), events: this.setOf(events) };
      this.keptBytes += bytesOf(kept) - bytesOf(this.kept.get(keyOf(row)));
      this.kept.set(keyOf(row), kept);
      return kept;
    });
  }

  private setOf(digests: string | null): PeopleSet {
    const set = new PeopleSet();
    for (let at = 0; digests !== null && at < digests.length; at += DIGEST_CHARACTERS) {
      set.add(this.numberOf(digests.slice(at, at + DIGEST_CHARACTERS)));
    }
    return set;
  }
}

/** SQL for the digest of a person. */
export function digestSql(userId: string): string {
  return `encode(substr(sha256(convert_to(${userId}, 'UTF8')), 1, 18), 'base64')`;
}

function keyOf({ minutes, begin }: Pick<VersionRow, 'minutes' | 'begin'>): string {
  return `${minutes} ${begin}`;
}

function bytesOf(kept: Kept | undefined): number {
  return kept === undefined ? 0 : kept.requests.bytes + kept.events.bytes + BUCKET_BYTES;
}

const BEGIN = 'extract(epoch FROM time_bucket)::float8 * 1000';

function readVersions(tx: EntityManager, piece: TierPiece): Promise<VersionRow[]> {
  const parameters = new Parameters();
  return tx.query(
    `SELECT granularity_min::int AS minutes, ${BEGIN} AS begin,
            string_agg(metric_type || version, ' ' ORDER BY metric_type) AS version
     FROM ${piecesOf(parameters, [piece])}
     CROSS JOIN LATERAL (
       SELECT granularity_min, time_bucket, metric_type, ${VERSION} AS version FROM metric_totals
       WHERE granularity_min = piece.minutes AND metric_type IN ('performance', 'usage')
         AND time_bucket >= piece.begins AND time_bucket < piece.ends
       OFFSET 0
     ) AS total GROUP BY 1, 2`,
    parameters.values,
  ) as Promise<VersionRow[]>;
}

async function readTiers(tx: EntityManager, buckets: readonly VersionRow[]): Promise<PeopleRow[]> {
  if (buckets.length === 0) return [];
  const digests = (kind: string): string =>
    `string_agg(${digestSql('user_id')}, '') FILTER (WHERE ${kind} > 0) AS ${kind}`;
  return tx.query(
    `SELECT granularity_min::int AS minutes, ${BEGIN} AS begin, ${digests('requests')}, ${digests('events')}
     FROM unnest($1::int2[], $2::timestamptz[]) AS bucket (minutes, begins)
     CROSS JOIN LATERAL (
       SELECT * FROM metric_users WHERE granularity_min = bucket.minutes AND time_bucket = bucket.begins OFFSET 0
     ) AS person GROUP BY 1, 2`,
    [buckets.map(({ minutes }) => minutes), buckets.map(({ begin }) => iso(begin))],
  ) as Promise<PeopleRow[]>;
}

/** Of the buckets that people are not written down for: by their raw rows, which are still there. */
async function readRaw(tx: EntityManager, buckets: readonly VersionRow[]): Promise<PeopleRow[]> {
  if (buckets.length === 0) return [];
  const digests = (table: string): string =>
    `(SELECT string_agg(digest, '') FROM (
        SELECT ${digestSql('user_id')} AS digest FROM ${table}
        WHERE "timestamp" >= begins AND "timestamp" < begins + interval '5 min' AND user_id IS NOT NULL GROUP BY user_id
      ) AS person)`;
  return tx.query(
    `SELECT 5 AS minutes, extract(epoch FROM begins)::float8 * 1000 AS begin,
            ${digests('performance_metrics')} AS requests, ${digests('usage_events')} AS events
     FROM unnest($1::timestamptz[]) AS bucket (begins)`,
    [buckets.map(({ begin }) => iso(begin))],
  ) as Promise<PeopleRow[]>;
}
