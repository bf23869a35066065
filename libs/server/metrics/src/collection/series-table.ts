import { isExcluded } from './excluded-endpoints';
import { storableName } from './storable-name';

/** What is beyond the limit, and methods that nobody should use. */
export const OTHER = '(other)';
/** The series of everything beyond the limit. */
export const OTHER_SERIES = 0;
/** Not to be recorded. */
export const EXCLUDED_SERIES = -1;

const LONGEST_ENDPOINT = 500;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', OTHER] as const;

export interface Series {
  readonly endpoint: string;
  readonly method: string;
  readonly endpointBytes: Uint8Array;
  readonly methodBytes: Uint8Array;
}

/**
 * Pairs of endpoint and method, each known by a number for as long as the process lives. There are never more than the limit and the one
 * for all others, whatever is asked for.
 */
export class SeriesTable {
  private readonly all: Series[] = [seriesOf(OTHER, OTHER)];
  /** By endpoint: the number for each method, 0 while there is none. */
  private readonly known = new Map<string, Int16Array>();

  constructor(private readonly most: number) {}

  get size(): number {
    return this.all.length;
  }

  /** The number of the series; `EXCLUDED_SERIES` for what is not to be recorded. */
  idOf(endpoint: string, method: string): number {
    const ids = this.known.get(endpoint);
    const slot = slotOf(method);
    const id = ids?.[slot] ?? 0;
    return id === 0 ? this.meet(endpoint, slot, ids) : id;
  }

  at(id: number): Series {
    const found = this.all[id];
    if (found === undefined) throw new RangeError(`No series ${id}`);
    return found;
  }

  private meet(endpoint: string, slot: number, ids: Int16Array | undefined): number {
    if (ids === undefined && isExcluded(endpoint)) {
      // Templates of routes, so they are few; whatever else comes is asked about each time.
      if (this.known.size < this.most) this.known.set(endpoint, new Int16Array(METHODS.length).fill(EXCLUDED_SERIES));
      return EXCLUDED_SERIES;
    }
    if (this.all.length > this.most) return OTHER_SERIES;
    const id = this.all.push(seriesOf(endpoint, METHODS[slot] ?? OTHER)) - 1;
    const slots = ids ?? new Int16Array(METHODS.length);
    slots[slot] = id;
    if (ids === undefined) this.known.set(endpoint, slots);
    return id;
  }
}

function seriesOf(endpoint: string, method: string): Series {
  const storable = storableName(endpoint, LONGEST_ENDPOINT);
  return { endpoint: storable, method, endpointBytes: Buffer.from(storable), methodBytes: Buffer.from(method) };
}

function slotOf(method: string): number {
  switch (method) {
    case 'GET':
      return 0;
    case 'POST':
      return 1;
    case 'PUT':
      return 2;
    case 'PATCH':
      return 3;
    case 'DELETE':
      return 4;
    case 'HEAD':
      return 5;
    case 'OPTIONS':
      return 6;
    default:
      return 7;
  }
}
