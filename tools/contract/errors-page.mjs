import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { format } from 'prettier';
import { metadata } from './build-document.mjs';

/** docs/errors.md, from the table that also decides the answers. */
export async function writeErrorsPage(file) {
  const require = createRequire(import.meta.url);
  const { ERROR_CODES } = require(join(metadata, 'libs/server/http/src/error-codes.js'));
  const rows = Object.entries(ERROR_CODES)
    .sort(([, a], [, b]) => a.status - b.status)
    .map(([code, { status, meaning }]) => `| ${status} | \`${code}\` | ${meaning} |`);
  const page = [
    '# Errors',
    '',
    'Generated from the code table by `npm run contract`. Every answer that is no success is a problem document (RFC 9457,',
    '`application/problem+json`) with `type`, `title`, `status`, `detail`, `instance`, and beside them `error_code` (this list, closed),',
    '`correlation_id` (find it in the log), `technical_details` (always `error_type`) and `retry_after` (seconds or null).',
    '',
    'The unversioned paths of the first public API ([aliases](aliases.md)) tell the same as `application/json` in their own shape:',
    '`{"detail":{"error_code","message","technical_details","retry_after","correlation_id"}}`. There `message` is what `detail` is here, and',
    'a token that cannot be read is `AUTH_INVALID`.',
    '',
    '| HTTP | error_code | what it means |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await format(page, { parser: 'markdown', printWidth: 120 }));
}
