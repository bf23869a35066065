const REDACTED = '[redacted]';

/** Whole words, so that `next_page_token_count` stays readable while `access_token` does not. */
const SECRET_KEY =
  /^(?:.*[_-])?(?:authorization|access[_-]?token|token|refresh[_-]?token|password|passwd|secret|secret[_-]?access[_-]?key|access[_-]?key[_-]?id|session[_-]?token|cookie|set-cookie|api[_-]?key|credential|signature|pgpassword)$/i;

/** One of them is in every such key, and in few others. */
const SECRET_WORD = /authorization|token|passw|secret|key|cookie|credential|signature/i;

/** Each pattern takes linear time: what starts anywhere has a bounded length, because clients choose what is in a path. */
const SECRET_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${REDACTED}`],
  // A JWT: three base64url parts, the first of which is always an encoded `{"`.
  [/\beyJ[A-Za-z0-9_-]{4,1000}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g, REDACTED],
  [/\b(?:dapi|dose|dkea|doau)[0-9a-f]{16,}(?:-\d+)?\b/gi, REDACTED],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, REDACTED],
  // Presigned URLs of the clouds: the signature is in the query.
  [/\b(X-Amz-(?:Signature|Credential|Security-Token)|sig|Signature|AWSAccessKeyId)=[^&\s"\\]+/gi, `$1=${REDACTED}`],
  [/\b(password|passwd|pwd|secret|access_token|client_secret)(=|:\s*)[^\s&"',;\\]+/gi, `$1$2${REDACTED}`],
  // By a colon they are spoken of more often than told.
  [/\b((?:[\w-]{0,40}[_-])?(?:token|api[_-]?key))=[^\s&"',;\\]+/gi, `$1=${REDACTED}`],
  // JSON inside of text, escaped or not.
  [/(\\{0,7}"[\w-]{0,40}(?:password|passwd|secret|token)\\{0,7}"\s{0,4}:\s{0,4}\\{0,7}")[^"\\]+/gi, `$1${REDACTED}`],
  // By the colon before the password, and what stands before that: a search that began with the scheme would begin at every letter.
  [/:(?<=[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@"\\]+:)[^\s@/"\\]+@/gi, `:${REDACTED}@`],
];

/** What has none of these has none of the patterns either, which is said of nearly every text with one look instead of nine. */
const SUSPICIOUS =
  /bearer|basic|eyj|dapi|dose|dkea|doau|akia|asia|signature|credential|token|api[_-]?key|sig=|accesskeyid|passw|pwd|secret|:\/\//i;

/** Secrets by their looks, in any text. */
export function redactText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  let clean = text;
  for (const [pattern, replacement] of SECRET_PATTERNS) clean = clean.replace(pattern, replacement);
  return clean;
}

/** Secrets by their name, however deep in a log line. Errors and class instances keep their own way of printing. */
export function redactKeys(value: Record<string, unknown>): Record<string, unknown> {
  return redactRecord(value, 0);
}

const DEEPEST = 6;

function redactRecord(record: Record<string, unknown>, depth: number): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record)) {
    clean[key] = isSecret(key) && value !== null && value !== undefined ? REDACTED : redactValue(value, depth + 1);
  }
  return clean;
}

function isSecret(key: string): boolean {
  return SECRET_WORD.test(key) && SECRET_KEY.test(key.replace(/([a-z0-9])([A-Z])/g, '$1_$2'));
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return redactRecord(value as Record<string, unknown>, depth);
}
