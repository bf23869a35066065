import { AuditLog, type AuditDetails } from '@lakescope/server-audit';
import { Cursors, InvalidRequest, UserCaller, type JsonValue, type Precondition } from '@lakescope/server-http';
import { Database, DatabaseUnavailable } from '@lakescope/server-persistence';
import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { InvalidPreference, PreferenceChanged, PreferenceNotFound, PreferenceTooLarge } from './lakebase.errors';
import type { ListPreferencesQuery } from './list-preferences.dto';
import { PreferenceDto } from './preference.dto';
import { PreferenceKeys } from './preference-keys';
import type { PreferencePage } from './preference-page.dto';
import type { PutPreferenceDto } from './put-preference.dto';
import { UserPreference } from './user-preference.entity';

const MAX_BYTES = 100 * 1024;
const NOTED_FOR_MS = 24 * 60 * 60 * 1000;
/** An escape of U+0000 or of a lone surrogate, behind an even number of backslashes. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;
const READING = { feature: 'Storing preferences', repeat: 'read' } as const;
const WRITING = { feature: 'Storing preferences', repeat: 'write' } as const;

/** What a person has chosen, kept per person. */
@Injectable()
export class Preferences {
  private readonly logger = new Logger('Preferences');

  constructor(
    private readonly database: Database,
    private readonly keys: PreferenceKeys,
    private readonly cursors: Cursors,
    private readonly auditLog: AuditLog,
  ) {}

  async list(caller: UserCaller, query: ListPreferencesQuery): Promise<PreferencePage> {
    if (query.preference_key !== undefined) this.refuseUnknown(query.preference_key);
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
      READING,
    );
    await this.noteUse(caller, found);
    const items = found.slice(0, query.limit);
    const last = found.length > query.limit ? items.at(-1) : undefined;
    return {
      items: items.map((preference) => this.readable(preference)),
      next_cursor: last === undefined ? null : this.cursors.encode(scope, last.preferenceKey),
    };
  }

  async put(caller: UserCaller, wanted: PutPreferenceDto, condition?: Precondition): Promise<PreferenceDto> {
    const { preference_key: key, preference_value: value } = wanted;
    const json = this.accepted(key, value);
    const stored = await this.database.asUser(
      caller,
      async (tx) => {
        const [row] = await write(tx, condition, [caller.userId, key, json]);
        if (row === undefined) throw new PreferenceChanged(key, condition, await versionOf(tx, caller, key));
        await this.audit(tx, caller, 'preference.set', key, { value });
        return row;
      },
      WRITING,
    );
    return PreferenceDto.from(stored, value);
  }

  async delete(caller: UserCaller, key: string, condition?: Precondition): Promise<void> {
    if (condition === 'absent')
      throw new InvalidRequest('What is not there cannot be forgotten: leave If-None-Match out.');
    const version = typeof condition === 'object' ? condition.version : null;
    await this.database.asUser(
      caller,
      async (tx) => {
        const [, count] = (await tx.query(
          'DELETE FROM user_preferences WHERE user_id = $1 AND preference_key = $2 AND version = coalesce($3, version)',
          [caller.userId, key, version],
        )) as [unknown, number];
        if (count > 0) return this.audit(tx, caller, 'preference.forget', key);
        const found = await versionOf(tx, caller, key);
        throw found === undefined ? new PreferenceNotFound(key) : new PreferenceChanged(key, condition, found);
      },
      WRITING,
    );
  }

  /**
   * Once a day, so that who only looks is not taken for somebody who has gone: their rows would be orphaned records. The answer does not
   * wait for rows that are being written, which are in use anyway, and does not fail where nothing can be written.
   */
  private async noteUse(caller: UserCaller, found: readonly UserPreference[]): Promise<void> {
    if (!found.some(({ lastUsedAt }) => Date.now() - lastUsedAt.getTime() > NOTED_FOR_MS)) return;
    const note = `UPDATE user_preferences SET last_used_at = now() WHERE id IN
      (SELECT id FROM user_preferences WHERE user_id = $1 FOR UPDATE SKIP LOCKED)`;
    try {
      await this.database.asUser(caller, (tx) => tx.query(note, [caller.userId]), { feature: 'Storing preferences' });
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      this.logger.warn(`That preferences are in use could not be noted: ${error.reason}`);
    }
  }

  /** In the transaction of the change, so that there is neither without the other. */
  private async audit(
    tx: EntityManager,
    { userId }: UserCaller,
    action: string,
    target: string,
    details: AuditDetails = {},
  ): Promise<void> {
    if (!this.keys.isAudited(target)) return;
    await this.auditLog.record(tx, { userId, actingAs: 'user', action, target, outcome: 'success', details });
  }

  private refuseUnknown(key: string): void {
    if (this.keys.has(key)) return;
    throw new InvalidPreference(key, `There is no preference ${key}; known are ${this.keys.known.join(', ')}.`);
  }

  /** The value as JSON text, when it may be stored under the key. */
  private accepted(key: string, value: unknown): string {
    this.refuseUnknown(key);
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

const COLUMNS = `id, user_id AS "userId", preference_key AS "preferenceKey", version,
  created_at AS "createdAt", updated_at AS "updatedAt", last_used_at AS "lastUsedAt"`;

/** One statement whatever the condition, so that nobody comes between looking and writing. Answers no row when it does not hold. */
async function write(
  tx: EntityManager,
  condition: Precondition | undefined,
  values: [userId: string, key: string, json: string],
): Promise<UserPreference[]> {
  const insert = 'INSERT INTO user_preferences (user_id, preference_key, preference_value) VALUES ($1, $2, $3::jsonb)';
  const replacing =
    'preference_value = $3::jsonb, version = user_preferences.version + 1, updated_at = now(), last_used_at = now()';
  if (condition === undefined || condition === 'absent') {
    const conflict = condition === 'absent' ? 'DO NOTHING' : `(user_id, preference_key) DO UPDATE SET ${replacing}`;
    return (await tx.query(`${insert} ON CONFLICT ${conflict} RETURNING ${COLUMNS}`, values)) as UserPreference[];
  }
  const version = condition === 'present' ? null : condition.version;
  const [rows] = (await tx.query(
    `UPDATE user_preferences SET ${replacing}
      WHERE user_id = $1 AND preference_key = $2 AND version = coalesce($4, version) RETURNING ${COLUMNS}`,
    [...values, version],
  )) as [UserPreference[], number];
  return rows;
}

async function versionOf(tx: EntityManager, caller: UserCaller, preferenceKey: string): Promise<number | undefined> {
  return (await tx.findOneBy(UserPreference, { userId: caller.userId, preferenceKey }))?.version;
}

function keyCursor(value: JsonValue): string {
  return typeof value === 'string' ? value : '';
}
