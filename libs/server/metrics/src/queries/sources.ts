/** How many samples were read from where. */
export type Sources = Record<'raw' | '5m' | '1h' | '1d' | 'overflow', number>;

export function noSources(): Sources {
  return { raw: 0, '5m': 0, '1h': 0, '1d': 0, overflow: 0 };
}

export function addSources(into: Sources, more: Readonly<Sources>): void {
  for (const name of Object.keys(into) as (keyof Sources)[]) into[name] += more[name];
}
