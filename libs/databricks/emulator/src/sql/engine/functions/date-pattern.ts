import { SqlFailure } from '../sql-failure';

/** Letters of datetime patterns (language reference, "Datetime patterns") and what strftime writes for them. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['yyyy', '%Y'],
  ['y', '%Y'],
  ['yy', '%y'],
  ['MMMM', '%B'],
  ['MMM', '%b'],
  ['MM', '%m'],
  ['M', '%-m'],
  ['dd', '%d'],
  ['d', '%-d'],
  ['DDD', '%j'],
  ['D', '%-j'],
  ['HH', '%H'],
  ['H', '%-H'],
  ['hh', '%I'],
  ['h', '%-I'],
  ['mm', '%M'],
  ['m', '%-M'],
  ['ss', '%S'],
  ['s', '%-S'],
  ['SSS', '%g'],
  ['SSSSSS', '%f'],
  ['a', '%p'],
  ['EEEE', '%A'],
  ['E', '%a'],
  ['EE', '%a'],
  ['EEE', '%a'],
]);

/** A datetime pattern as strftime's. What has no counterpart is refused, not guessed. */
export function strftimePattern(pattern: string): string {
  let result = '';
  for (let at = 0; at < pattern.length;) {
    const character = pattern[at] ?? '';
    if (character === "'") {
      const close = pattern.indexOf("'", at + 1);
      const end = close < 0 ? pattern.length : close;
      result += end === at + 1 ? "'" : escaped(pattern.slice(at + 1, end));
      at = end + 1;
      continue;
    }
    if (!isLetter(character)) {
      result += escaped(character);
      at += 1;
      continue;
    }
    let end = at;
    while (pattern[end] === character) end += 1;
    const letters = pattern.slice(at, end);
    const directive = LETTERS.get(letters);
    if (directive === undefined) throw unknownPattern(pattern);
    result += directive;
    at = end;
  }
  return result;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%%');
}

function isLetter(character: string): boolean {
  const lower = character.toLowerCase();
  return lower >= 'a' && lower <= 'z';
}

function unknownPattern(pattern: string): SqlFailure {
  return new SqlFailure('INVALID_DATETIME_PATTERN', `Unrecognized datetime pattern: '${pattern}'.`, '22007');
}
