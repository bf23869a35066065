import { DomainError, type Precondition } from '@lakescope/server-http';

/** The key is unknown, or the value does not fit it. */
export class InvalidPreference extends DomainError {
  constructor(key: string, message: string, problems: readonly string[] = []) {
    super({
      kind: 'invalid',
      code: 'INVALID_PREFERENCE',
      message,
      details: { preference_key: key, problems },
    });
  }
}

/** The value is larger than a preference may be. */
export class PreferenceTooLarge extends DomainError {
  constructor(received: number, maximum: number) {
    super({
      kind: 'too_large',
      code: 'PAYLOAD_TOO_LARGE',
      message: `A preference may be ${maximum} bytes of JSON; this one is ${received}.`,
      details: { max_size_bytes: maximum, received },
    });
  }
}

/** Somebody else wrote the preference since it was read: another tab, another device. */
export class PreferenceChanged extends DomainError {
  constructor(key: string, condition: Precondition | undefined, found: number | undefined) {
    const expected = typeof condition === 'object' ? condition.version : null;
    const now = found === undefined ? 'there is none' : `it is at version ${found}`;
    super({
      kind: 'precondition',
      code: 'PRECONDITION_FAILED',
      message: `The preference ${key} has changed: ${now}.`,
      details: { preference_key: key, expected_version: expected, current_version: found ?? null },
    });
  }
}

/** The caller has stored no such preference. */
export class PreferenceNotFound extends DomainError {
  constructor(key: string) {
    super({
      kind: 'not_found',
      code: 'PREFERENCE_NOT_FOUND',
      message: `You have stored no preference ${key}.`,
      details: { preference_key: key },
    });
  }
}
