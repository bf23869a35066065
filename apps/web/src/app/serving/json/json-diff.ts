import { formatCount } from '@lakescope/web-ui';
import { DEEPEST_ANSWER, type JsonNode, memberOf, pointerOf, readJson } from './json-document';

/** One place in which two JSON texts differ. What is missing on a side is undefined there. */
export interface JsonDifference {
  /** JSON pointer; empty for the whole. */
  readonly pointer: string;
  readonly left: string | undefined;
  readonly right: string | undefined;
}

export interface JsonComparison {
  readonly differences: readonly JsonDifference[];
  /** How many values are the same on both sides. */
  readonly same: number;
  /** Whether there are more differences than are told. */
  readonly isCut: boolean;
}

const MOST = 500;
/** Up to so many digits numbers of JavaScript are exact, so `1` and `1.0` may be told to be the same. */
const EXACT_DIGITS = 15;

/** Where two JSON texts differ, value by value; undefined when one of them is no JSON. */
export function compareJson(left: string, right: string): JsonComparison | undefined {
  const [one, other] = [left, right].map((text) => readJson(text, DEEPEST_ANSWER).root);
  if (one === undefined || other === undefined) return undefined;
  const walk = new Walk(left, right);
  walk.compare(one, other, []);
  return { differences: walk.differences.slice(0, MOST), same: walk.same, isCut: walk.differences.length > MOST };
}

/** What a comparison found, in a line. */
export function diffSummary({ differences, same, isCut }: JsonComparison): string {
  const count = formatCount(differences.length);
  if (isCut) return $localize`more than ${count}:different: values differ`;
  const differ = differences.length === 1 ? $localize`1 value differs` : $localize`${count}:different: values differ`;
  return same === 1
    ? $localize`${differ}:differ:, 1 is the same`
    : $localize`${differ}:differ:, ${formatCount(same)}:same: are the same`;
}

class Walk {
  readonly differences: JsonDifference[] = [];
  same = 0;

  constructor(
    private readonly leftText: string,
    private readonly rightText: string,
  ) {}

  compare(left: JsonNode | undefined, right: JsonNode | undefined, path: readonly string[]): void {
    if (this.differences.length > MOST) return;
    if (left?.kind === 'object' && right?.kind === 'object') {
      const names = new Set([...left.members, ...right.members].map(({ key }) => key));
      for (const name of names)
        this.compare(memberOf(left, name)?.value, memberOf(right, name)?.value, [...path, name]);
    } else if (left?.kind === 'array' && right?.kind === 'array') {
      const length = Math.max(left.items.length, right.items.length);
      for (let index = 0; index < length; index += 1) {
        this.compare(left.items[index], right.items[index], [...path, String(index)]);
      }
    } else this.compareValues(left, right, path);
  }

  private compareValues(left: JsonNode | undefined, right: JsonNode | undefined, path: readonly string[]): void {
    const [one, other] = [textOf(this.leftText, left), textOf(this.rightText, right)];
    if (one === other || isSameNumber(left, right)) this.same += 1;
    else this.differences.push({ pointer: pointerOf(path), left: one, right: other });
  }
}

function textOf(text: string, node: JsonNode | undefined): string | undefined {
  return node && text.slice(node.start, node.end);
}

function isSameNumber(left: JsonNode | undefined, right: JsonNode | undefined): boolean {
  if (left?.kind !== 'number' || right?.kind !== 'number') return false;
  const isExact = (text: string): boolean => text.replace(/\D/g, '').length <= EXACT_DIGITS;
  return isExact(left.text) && isExact(right.text) && Number(left.text) === Number(right.text);
}
