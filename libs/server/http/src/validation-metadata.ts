import { getMetadataStorage } from 'class-validator';

const remembering = new WeakSet<object>();

/**
 * Has class-validator remember what it knows of a class: for each value that it validates it walks over all classes there are, to find
 * those a class inherits from, and groups by property what it found. Decorators run before the first value comes, so neither changes
 * any more. Validation by groups and by schemas, which nothing here uses, is left as it is.
 */
export function rememberValidationMetadata(): void {
  const storage = getMetadataStorage();
  if (remembering.has(storage)) return;
  remembering.add(storage);
  const gather = storage.getTargetValidationMetadatas.bind(storage);
  const group = storage.groupByPropertyName.bind(storage);
  type Gathered = ReturnType<typeof gather>;
  const gathered = new Map<object, Gathered>();
  const grouped = new WeakMap<Gathered, ReturnType<typeof group>>();

  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    const isUsual = !schema && !always && !strictGroups && (groups?.length ?? 0) === 0;
    if (!isUsual) return gather(target, schema, always, strictGroups, groups);
    const known = gathered.get(target);
    if (known !== undefined) return known;
    const found = gather(target, schema, always, strictGroups, groups);
    gathered.set(target, found);
    return found;
  };
  storage.groupByPropertyName = (metadata) => {
    const known = grouped.get(metadata);
    if (known !== undefined) return known;
    const found = group(metadata);
    grouped.set(metadata, found);
    return found;
  };
}
