import { InvalidRequest } from '@lakescope/server-http';

/** A field of a cron expression: the whole numbers it takes, and the names that stand for some of them. */
interface CronField {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const FIELDS: readonly CronField[] = [
  { name: 'minute', from: 0, to: 59, names: [] },
  { name: 'hour', from: 0, to: 23, names: [] },
  { name: 'day of the month', from: 1, to: 31, names: [] },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  // Sunday is 0 and 7.
  { name: 'day of the week', from: 0, to: 7, names: DAYS },
];

const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

/**
 * Five fields of numbers, as cron has them (crontab(5)): `*`, values, names of months and weekdays, ranges, steps and lists of those, or a
 * nickname like `@daily`. Answers them with single blanks and without names. Throws `InvalidRequest` that says which field is wrong, and
 * how it is written right.
 */
export function cronFieldsOf(cron: string): string {
  const text = cron.trim();
  if (text.startsWith('@')) {
    const known = NICKNAMES[text.toLowerCase()];
    if (known === undefined) throw refusal(`must be five fields, or one of ${Object.keys(NICKNAMES).join(', ')}`);
    return known;
  }
  const parts = text.split(/\s+/);
  if (parts.length !== FIELDS.length) {
    const seconds = parts.length === 6 ? '; seconds are not offered' : '';
    throw refusal(
      `must be five fields (minute, hour, day of the month, month, day of the week), not ${text === '' ? 0 : parts.length}${seconds}`,
    );
  }
  return FIELDS.map((field, index) => fieldOf(parts[index] ?? '', field)).join(' ');
}

function fieldOf(text: string, field: CronField): string {
  return text
    .split(',')
    .map((item) => itemOf(item, field))
    .join(',');
}

function itemOf(item: string, field: CronField): string {
  const [range = '', step, ...rest] = item.split('/');
  if (item === '' || rest.length > 0 || step === '') throw wrong(field, `cannot be “${item}”`);
  const by = step === undefined ? '' : `/${stepOf(step, field)}`;
  if (range === '*') return `*${by}`;
  const [low = '', high, ...more] = range.split('-');
  if (more.length > 0 || low === '' || high === '') throw wrong(field, `cannot be “${item}”`);
  const from = valueOf(low, field);
  if (high === undefined) {
    if (by !== '') throw wrong(field, `has a step without a range: write ${from}-${field.to}${by} for “${item}”`);
    return String(from);
  }
  const to = valueOf(high, field);
  if (to < from) throw wrong(field, `has the range “${range}”, which goes backwards: write it as two, with a comma`);
  // All there are is what * means; an hour that comes twice when clocks change then counts twice.
  return `${from === field.from && to === field.to ? '*' : `${from}-${to}`}${by}`;
}

function stepOf(text: string, field: CronField): number {
  const step = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (step < 1 || step > field.to) throw wrong(field, `has the step “${text}”, which must be 1 to ${field.to}`);
  return step;
}

function valueOf(text: string, field: CronField): number {
  const named = field.names.indexOf(text.toUpperCase());
  if (named >= 0) return named + field.from;
  const value = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  if (value >= field.from && value <= field.to) return value;
  const names = field.names.length === 0 ? '' : `, or ${field.names[0]} to ${field.names.at(-1)}`;
  throw wrong(field, `must be of ${field.from} to ${field.to}${names}, not “${text}”`);
}

function wrong({ name }: CronField, message: string): InvalidRequest {
  return refusal(`is wrong: the ${name} ${message}`);
}

function refusal(message: string): InvalidRequest {
  return new InvalidRequest(`cron ${message}.`, [{ path: 'cron', message }]);
}
