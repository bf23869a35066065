import type { ScimList } from '@lakescope/databricks-wire';
import { queryText } from '../http/query';
import { ScimRefusal } from '../http/refusals';
import { parseFilter, valuesOf } from './scim-filter';

/** SDKs ask for 10000 and go on until a page is empty. */
const LARGEST_PAGE = 10_000;

/** One page of a SCIM list: filter, sort, then `startIndex` (1-based) and `count`. */
export function scimList<Resource extends object>(all: readonly Resource[], query: unknown): ScimList<Resource> {
  const matching = all.filter(parseFilter(queryText(query, 'filter')));
  const sorted = sort(matching, queryText(query, 'sortBy'), queryText(query, 'sortOrder'));
  const startIndex = Math.max(integer(query, 'startIndex', 1), 1);
  const count = Math.min(Math.max(integer(query, 'count', 100), 0), LARGEST_PAGE);
  const page = sorted.slice(startIndex - 1, startIndex - 1 + count);
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: matching.length,
    startIndex,
    itemsPerPage: page.length,
    Resources: page.map((resource) => selectAttributes(resource, query)),
  };
}

/** Applies `attributes` and `excludedAttributes`; `schemas` and `id` are always there (RFC 7644, 3.4.2.5). */
export function selectAttributes<Resource extends object>(resource: Resource, query: unknown): Resource {
  const wanted = names(queryText(query, 'attributes'));
  const unwanted = names(queryText(query, 'excludedAttributes'));
  if (wanted.length === 0 && unwanted.length === 0) return resource;
  const kept = Object.entries(resource).filter(([name]) => {
    if (name === 'id' || name === 'schemas') return true;
    const lower = name.toLowerCase();
    return wanted.length > 0 ? wanted.includes(lower) : !unwanted.includes(lower);
  });
  return Object.fromEntries(kept) as Resource;
}

function names(list: string | undefined): string[] {
  // `emails.value` asks for a part of an attribute; the whole of it is a legal answer.
  return (list ?? '').split(',').flatMap((name) => name.trim().toLowerCase().split('.')[0] || []);
}

function sort<Resource extends object>(
  resources: readonly Resource[],
  by: string | undefined,
  order: string | undefined,
): readonly Resource[] {
  if (by === undefined) return resources;
  const direction = order?.toLowerCase() === 'descending' ? -1 : 1;
  const key = (resource: Resource): string => valuesOf(resource, by)[0]?.toLowerCase() ?? '';
  return [...resources].sort((one, other) => direction * (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
}

function integer(query: unknown, name: string, missing: number): number {
  const text = queryText(query, name);
  if (text === undefined) return missing;
  if (!/^-?\d{1,15}$/.test(text)) throw new ScimRefusal(400, `${name} must be an integer`, 'invalidValue');
  return Number(text);
}
