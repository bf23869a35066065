import type { Route } from '../http/route-table';
import type { Chance } from './random-requests';

/** Values that are often right, by the name of a field or of the collection that a path's parameter follows. */
export type Likely = Readonly<Record<string, readonly unknown[]>>;

/**
 * What random requests know of the workspace: names of fields, values to put there, and which fields each route has asked
 * for. It grows with every answer, so that routes nobody has told of are asked for something sensible after a while.
 */
export class RequestKnowledge {
  private readonly names: Set<string>;
  private readonly values = new Map<string, unknown[]>();
  private readonly asked = new Map<string, Set<string>>();
  /** Any id or name, for fields of which nothing is known. */
  private readonly anything: string[] = [];

  /** `sacred` are values no request may name. */
  constructor(
    private readonly chance: Chance,
    names: readonly string[],
    likely: Likely,
    private readonly sacred: readonly string[],
  ) {
    this.names = new Set([...names, ...Object.keys(likely)]);
    for (const [name, values] of Object.entries(likely)) {
      this.values.set(name, [...values]);
      for (const value of values) if (typeof value === 'string') this.remember(value);
    }
  }

  isSacred(text: string): boolean {
    return this.sacred.some((value) => text.includes(value));
  }

  someName(): string {
    return this.chance.pick([...this.names]);
  }

  someValue(): string {
    return this.chance.pick(this.anything);
  }

  /** Undefined: nothing is known to fit there. */
  likely(name: string): unknown {
    const values = this.values.get(name);
    return values === undefined ? undefined : this.chance.pick(values);
  }

  /** Fields this route has complained about in the past. */
  askedBy(route: Route): readonly string[] {
    return [...(this.asked.get(keyOf(route)) ?? [])];
  }

  learn(route: Route, status: number, text: string): void {
    for (const [, name = '', value] of text.matchAll(/"([A-Za-z_]{2,40})":(?:"([^"\\]{1,120})"|\d{1,16})?/g)) {
      if (this.names.size < 600) this.names.add(name);
      if (value === undefined || !/(^|_)(id|name|path|token|key|url)$/.test(name) || name === 'request_id') continue;
      this.remember(value);
      this.put(name, value);
      if (/(^id|_id|^name|^full_name|^key)$/.test(name)) this.put(collectionOf(route.path), value);
    }
    if (status === 400) this.listen(route, text);
  }

  /** A refusal says what is missing or wrong in words; the ones that are names of fields are for next time. */
  private listen(route: Route, text: string): void {
    const message = /"(?:message|detail|error_description)":"([^"]{1,400})/.exec(text)?.[1] ?? '';
    for (const [, name = ''] of message.matchAll(/(?:field:? |field ')([A-Za-z_]{2,40})/g)) this.names.add(name);
    const asked = this.asked.get(keyOf(route)) ?? new Set<string>();
    this.asked.set(keyOf(route), asked);
    for (const [word] of message.matchAll(/[A-Za-z_]{2,40}/g)) {
      const name = this.names.has(word) ? word : word.toLowerCase();
      if (this.names.has(name) && asked.size < 12) asked.add(name);
    }
  }

  private put(name: string, value: string): void {
    if (this.isSacred(value)) return;
    const values = this.values.get(name) ?? [];
    this.values.set(name, values);
    if (values.includes(value)) return;
    if (values.length < 12) values.push(value);
    else values[this.chance.below(values.length)] = value;
  }

  private remember(value: string): void {
    if (this.isSacred(value) || this.anything.includes(value)) return;
    if (this.anything.length < 300) this.anything.push(value);
    else this.anything[this.chance.below(this.anything.length)] = value;
  }
}

/** The last word of a path or template that is no parameter: what its ids are ids of. */
export function collectionOf(path: string): string {
  const words = path.split('/').filter((part) => /^[A-Za-z]/.test(part));
  return words.at(-1) ?? '';
}

function keyOf({ method, path }: Route): string {
  return `${method} ${path}`;
}
