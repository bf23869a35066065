import { type CatalogTableDetailDto } from '@lakescope/web-api';

/** What one principal may do, by where it was granted. */
export interface GrantRow {
  readonly id: string;
  readonly principal: string;
  /** Whether the principal stands in the row above already. */
  readonly isContinued: boolean;
  /** Where it was granted: undefined is the table itself. */
  readonly from: { readonly type: string; readonly names: readonly string[] } | undefined;
  readonly privileges: readonly string[];
}

/** As SQL writes it. */
function words(privilege: string): string {
  return privilege.replaceAll('_', ' ');
}

/** The grants as rows: those on the table itself before inherited ones, principals in the order of the answer. */
export function grantRows(grants: CatalogTableDetailDto['grants']): readonly GrantRow[] {
  return grants.flatMap(({ principal, privileges }) => {
    const sources = new Map<string, { from: GrantRow['from']; privileges: string[] }>();
    const direct = privileges.filter(({ inherited_from_type }) => inherited_from_type === null);
    const inherited = privileges.filter(({ inherited_from_type }) => inherited_from_type !== null);
    for (const { privilege, inherited_from_type: type, inherited_from_name: name } of [...direct, ...inherited]) {
      const key = type === null ? '' : `${type} ${name ?? ''}`;
      const source = sources.get(key) ?? {
        from: type === null ? undefined : { type, names: name === null ? [] : name.split('.') },
        privileges: [],
      };
      source.privileges.push(words(privilege));
      sources.set(key, source);
    }
    return [...sources].map(([key, { from, privileges: granted }], index) => ({
      id: `${principal} ${key}`,
      principal,
      isContinued: index > 0,
      from,
      privileges: granted,
    }));
  });
}
