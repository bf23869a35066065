import type { StoredConfig } from './serving-document';

/**
 * Splits requests by the percentages of their routes. The platform decides by chance; here it is the smooth weighted round
 * robin of nginx, so that of any hundred requests in a row each route has exactly its share.
 */
export class Traffic {
  private readonly credit = new Map<string, number>();

  constructor(private readonly routes: StoredConfig['routes']) {}

  /** The name of the entity that takes the next request. */
  next(): string {
    let chosen: { entity: string; credit: number } | undefined;
    for (const { entity, percentage } of this.routes) {
      const credit = (this.credit.get(entity) ?? 0) + percentage;
      this.credit.set(entity, credit);
      if (percentage > 0 && (chosen === undefined || credit > chosen.credit)) chosen = { entity, credit };
    }
    if (chosen === undefined) throw new RangeError('A configuration without routes');
    this.credit.set(chosen.entity, chosen.credit - 100);
    return chosen.entity;
  }
}
