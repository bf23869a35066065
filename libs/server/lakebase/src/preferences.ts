import { Cursors, UserCaller, type JsonValue } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { InvalidPreference, PreferenceChanged, PreferenceNotFound, PreferenceTooLarge } from './lakebase.errors';
import type { ListPreferencesQuery } from './list-preferences.dto';
import { PreferenceDto } from './preference.dto';
import { PreferenceKeys } from './preference-keys';
import type { PreferencePage } from './preference-page.dto';
import type { PutPreferenceDto } from './put-preference.dto';
import { UserPreference } from './user-preference.entity';
import { versionOfIfMatch } from './if-match';

const MAX_BYTES = 100 * 1024;
/** An escape of U+0000 or of a lone surrogate, behind an even number of backslashes. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;
const IN_PREFERENCES = { feature: 'Storing preferences' };

/** What a person has chosen, kept per person. */
@Injectable()
export class Preferences {
  private readonly logger = new Logger('Preferences');

  constructor(
    private readonly database: Database,
    private readonly keys: PreferenceKeys,
    private readonly cursors: Cursors,
  ) {}

  async list(caller: UserCaller, query: ListPreferencesQuery): Promise<PreferencePage> {
    const scope = JSON.stringify(['preferences', query.preference_key ?? null]);
    const after = query.cursor === undefined ? undefined : keyCursor(this.cursors.decode(scope, query.cursor));
    const found = await this.database.asUser(
      caller,
      (tx) => {
        const select = tx
          .createQueryBuilder(UserPreference, 'preference')
          .where('preference.userId = :userId', { userId: caller.userId })
          .orderBy('preference.preferenceKey', 'ASC')
          .limit(query.limit + 1);
        if (query.preference_key !== undefined) {
          select.andWhere('preference.preferenceKey = :key', { key: query.preference_key });
        }
        if (after !== undefined) select.andWhere('preference.preferenceKey > :after', { after });
        return select.getMany();
      },
      IN_PREFERENCES,
    );
    const items = found.slice(0, query.limit);
    const last = found.length > query.limit ? items.at(-1) : undefined;
    return {
      items: items.map((preference) => this.readable(preference)),
      next_cursor: last === undefined ? null : this.cursors.encode(scope, last.preferenceKey),
    };
  }

  async put(caller: UserCaller, wanted: PutPreferenceDto, ifMatch?: string): Promise<PreferenceDto> {
    const { preference_key: key, preference_value: value } = wanted;
    const json = this.accepted(key, value);
    const expected = versionOfIfMatch(ifMatch);
    const stored = await this.database.asUser(
      caller,
      (tx) =>
        expected === undefined ? upsert(tx, caller.userId, key, json) : replace(tx, caller.userId, key, json, expected),
      IN_PREFERENCES,
    );
    return PreferenceDto.from(stored, value);
  }

  async delete(caller: UserCaller, key: string): Promise<void> {
    const { affected } = await this.database.asUser(
      caller,
      (tx) => tx.delete(UserPreference, { userId: caller.userId, preferenceKey: key }),
      IN_PREFERENCES,
    );
    if (affected !== 1) throw new PreferenceNotFound(key);
  }

  /** The value as JSON text, when it may be stored under the key. */
  private accepted(key: string, value: unknown): string {
    if (!this.keys.has(key)) {
      throw new InvalidPreference(key, `There is no preference ${key}; known are ${this.keys.known.join(', ')}.`);
    }
    const json = JSON.stringify(value);
    const bytes = Buffer.byteLength(json);
    if (bytes > MAX_BYTES) throw new PreferenceTooLarge(bytes, MAX_BYTES);
    const problems = this.keys.problemsOf(key, value);
    if (problems.length > 0)
      throw new InvalidPreference(key, `The value does not fit the preference ${key}.`, problems);
    // Postgres stores neither in jsonb (SQLSTATE 22P05, 22P02), and no preference needs them. JSON.stringify writes both as escapes.
    if (UNSTORABLE.test(json)) {
      throw new InvalidPreference(key, 'The value holds text that is no valid Unicode, or the character U+0000.');
    }
    return json;
  }

  /** A value that no longer fits (an old release, a hand in the table) is shown as absent, never thrown at the reader. */
  private readable(preference: UserPreference): PreferenceDto {
    const { preferenceKey, preferenceValue } = preference;
    const problems = this.keys.problemsOf(preferenceKey, preferenceValue);
    if (problems.length === 0) return PreferenceDto.from(preference, preferenceValue);
    this.logger.warn(`The stored preference ${preferenceKey} does not fit its schema and is shown as null`);
    return PreferenceDto.from(preference, null);
  }
}

async function upsert(tx: EntityManager, userId: string, key: string, json: string): Promise<UserPreference> {
  const rows = (await tx.query(
    `INSERT INTO user_preferences (user_id, preference_key, preference_value)
     VALUES ($1, $2, $3::jsonb)
     ON CONFLICT (user_id, preference_key) DO UPDATE
       SET preference_value = excluded.preference_value, version = user_preferences.version + 1, updated_at = now()
     RETURNING ${COLUMNS}`,
    [userId, key, json],
  )) as UserPreference[];
  return the(rows);
}

async function replace(
  tx: EntityManager,
  userId: string,
  key: string,
  json: string,
  expected: number,
): Promise<UserPreference> {
  const found = await tx.findOne(UserPreference, {
    where: { userId, preferenceKey: key },
    lock: { mode: 'pessimistic_write' },
  });
  if (found?.version !== expected) throw new PreferenceChanged(key, expected, found?.version);
  return upsert(tx, userId, key, json);
}

const COLUMNS = `id, user_id AS "userId", preference_key AS "preferenceKey", version,
  created_at AS "createdAt", updated_at AS "updatedAt"`;

function the<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error('The upsert returned no row');
  return row;
}

function keyCursor(value: JsonValue): string {
  return typeof value === 'string' ? value : '';
}
