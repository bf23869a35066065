import { invalidParameter, ServiceRefusal } from '../http/refusals';
import type { Directory, Principal } from '../identity/directory';
import { describedBy, fieldsOf, nameField, refusingInvalid, textField } from './catalog-request';
import type { Lookup } from './lookup';
import type { NewSecurable } from './metastore';
import { requirePrincipal } from './permissions';
import type { Privilege } from './privileges';
import { nameOf, type Securable, type SecurableType } from './securables';

/** Who may add to a parent, and how the platform counts what keeps it from being removed. */
const ADDED_WITH = {
  SCHEMA: { parent: 'CATALOG', privilege: 'CREATE_SCHEMA' },
  VOLUME: { parent: 'SCHEMA', privilege: 'CREATE_VOLUME' },
  TABLE: { parent: 'SCHEMA', privilege: 'CREATE_TABLE' },
  FUNCTION: { parent: 'SCHEMA', privilege: 'CREATE_FUNCTION' },
  MODEL: { parent: 'SCHEMA', privilege: 'CREATE_MODEL' },
} as const satisfies Record<string, { parent: SecurableType; privilege: Privilege }>;

/** POST, PATCH and DELETE, as far as they are the same for everything. */
export class SecurableChanges {
  constructor(
    private readonly lookup: Lookup,
    private readonly directory: Directory,
  ) {}

  /** Refuses whoever may not add this type to the parent; answers the parent. */
  parentFor(caller: Principal, type: keyof typeof ADDED_WITH, parentName: string): Securable {
    const { parent: parentType, privilege } = ADDED_WITH[type];
    const parent = this.lookup.require(caller, parentType, parentName);
    this.lookup.rights.requireOn(caller, privilege, parent);
    return parent;
  }

  /** Adds something the caller owns from now on. */
  create(caller: Principal, type: SecurableType, fullName: string, options: NewSecurable): Promise<Securable> {
    return refusingInvalid(() => this.lookup.metastore.create(type, fullName, { ...options, owner: caller.name }));
  }

  /**
   * Applies the fields of a PATCH that the platform lets be changed: `owner` everywhere, `comment`, `properties` and
   * `new_name` where `fields` says so. Others are passed over, as on the platform.
   */
  async update(
    caller: Principal,
    type: SecurableType,
    fullName: string,
    body: unknown,
    changeable: { readonly description: boolean; readonly details?: (latest: Securable) => object },
  ): Promise<Securable> {
    const { metastore } = this.lookup;
    const securable = this.lookup.manage(caller, type, fullName);
    this.refuseMounted(securable);
    const fields = fieldsOf(body);
    const owner = textField(fields, 'owner');
    if (owner !== undefined) requirePrincipal(this.directory, owner);
    const update = {
      ...(owner !== undefined && { owner }),
      ...(changeable.description ? describedBy(fields) : {}),
    };
    const { details } = changeable;
    const name = changeable.description && fields.has('new_name') ? nameField(fields, type, 'new_name') : undefined;
    if (name !== undefined && name.toLowerCase() !== nameOf(securable)) this.refuseMountsBelow(securable);
    const renamed =
      name === undefined || name.toLowerCase() === nameOf(securable)
        ? securable
        : await refusingInvalid(() => metastore.rename(securable, name, caller.name));
    if (Object.keys(update).length === 0 && details === undefined) return renamed;
    // What is kept as text may have been changed while this one was renamed.
    const latest = metastore.findById(renamed.id) ?? renamed;
    const detailed = details === undefined ? {} : { details: JSON.stringify(details(latest)) };
    return metastore.update(latest, { ...update, ...detailed }, caller.name);
  }

  /** Removes it; what is not empty only by force. */
  async remove(caller: Principal, type: SecurableType, fullName: string, force: boolean): Promise<void> {
    const securable = this.lookup.manage(caller, type, fullName);
    this.refuseMounted(securable);
    this.refuseMountsBelow(securable);
    if (!force) this.refuseFilled(securable);
    await this.lookup.metastore.drop(securable);
  }

  private refuseFilled({ type, fullName }: Securable): void {
    const { metastore } = this.lookup;
    const count = (child: SecurableType): number => metastore.children(child, fullName).length;
    if (type === 'CATALOG' && count('SCHEMA') > 0) {
      throw new ServiceRefusal(
        400,
        'CATALOG_NOT_EMPTY',
        `Catalog '${fullName}' is not empty. The catalog has ${count('SCHEMA')} schema(s)`,
      );
    }
    // A registered model is a function to whoever counts.
    const functions = count('FUNCTION') + count('MODEL');
    const [tables, volumes] = [count('TABLE'), count('VOLUME')];
    if (type === 'SCHEMA' && tables + functions + volumes > 0) {
      throw new ServiceRefusal(
        400,
        'SCHEMA_NOT_EMPTY',
        `Schema '${fullName}' is not empty. The schema has ` +
          `${tables} tables(s), ${functions} functions(s), ${volumes} volumes(s)`,
      );
    }
  }

  /** A mounted folder belongs to this machine, not to the metastore. */
  private refuseMounted(securable: Securable): void {
    if (this.lookup.metastore.places.isMounted(securable)) {
      throw invalidParameter(`Volume '${securable.fullName}' is a mounted folder and cannot be changed`);
    }
  }

  private refuseMountsBelow(securable: Securable): void {
    const { metastore } = this.lookup;
    const volumes = (schema: Securable): readonly Securable[] => metastore.children('VOLUME', schema.fullName);
    const below =
      securable.type === 'CATALOG'
        ? metastore.children('SCHEMA', securable.fullName).flatMap(volumes)
        : securable.type === 'SCHEMA'
          ? volumes(securable)
          : [];
    for (const volume of below) this.refuseMounted(volume);
  }
}
