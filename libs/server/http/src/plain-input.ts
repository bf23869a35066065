import { TransformationType } from 'class-transformer';
import { defaultMetadataStorage as transformations } from 'class-transformer/cjs/storage';
import { getMetadataStorage, type ValidationArguments, ValidationTypes } from 'class-validator';

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Rule = (value: unknown, instance: object) => boolean;

interface PropertyRules {
  /** While one of them is false the others are not asked. */
  readonly conditions: readonly Rule[];
  readonly rules: readonly Rule[];
}

/** Rules of a class by property; undefined where they are not of the plain kind. */
type ClassRules = ReadonlyMap<string, PropertyRules> | undefined;

/**
 * Makes a DTO of input that is a flat object of texts, numbers and truth values, and that is right: most queries are, and what
 * class-transformer and class-validator do for any shape and for the words of a refusal costs ten times as much. For everything else,
 * input that is wrong included, the answer is undefined, and those two have to be asked.
 */
export class PlainInput {
  private readonly known = new Map<object, ClassRules>();

  take(type: new () => object, input: unknown): object | undefined {
    if (typeof input !== 'object' || input === null) return undefined;
    let classRules = this.known.get(type);
    if (classRules === undefined && !this.known.has(type)) {
      classRules = rulesOf(type);
      this.known.set(type, classRules);
    }
    if (classRules === undefined) return undefined;
    const instance = new type() as Record<string, unknown>;
    for (const name of Object.keys(input)) {
      const value = (input as Record<string, unknown>)[name];
      if (!classRules.has(name) || value === undefined || value === null || typeof value === 'object') return undefined;
      instance[name] = value;
    }
    for (const [name, { conditions, rules }] of classRules) {
      const value = instance[name];
      if (conditions.every((rule) => rule(value, instance)) && !rules.every((rule) => rule(value, instance)))
        return undefined;
    }
    return instance;
  }
}

function rulesOf(type: new () => object): ClassRules {
  if (transformations.getStrategy(type) !== 'none') return undefined;
  const storage = getMetadataStorage();
  const all = storage.getTargetValidationMetadatas(type, '', false, false);
  if (all.length === 0) return undefined;
  const classRules = new Map<string, PropertyRules>();
  for (const [name, metadata] of Object.entries(storage.groupByPropertyName(all))) {
    if (isTransformed(type, name)) return undefined;
    const [conditions, rules]: [Rule[], Rule[]] = [[], []];
    for (const one of metadata) {
      if (one.type === ValidationTypes.WHITELIST) continue;
      if (one.type === ValidationTypes.CONDITIONAL_VALIDATION) {
        conditions.push(conditionOf(one));
        continue;
      }
      const found = one.type === ValidationTypes.CUSTOM_VALIDATION ? constraintsOf(one) : undefined;
      if (found === undefined) return undefined;
      rules.push(...found);
    }
    classRules.set(name, { conditions, rules });
  }
  return classRules;
}

function isTransformed(type: new () => object, name: string): boolean {
  return (
    transformations.findTypeMetadata(type, name) !== undefined ||
    transformations.findTransformMetadatas(type, name, TransformationType.PLAIN_TO_CLASS).length > 0
  );
}

function conditionOf({ constraints }: Metadata): Rule {
  const holds = constraints[0] as (instance: object, value: unknown) => boolean;
  return (value, instance) => holds(instance, value);
}

/** Undefined: it may be asked under a condition of its own, or answers later. */
function constraintsOf(metadata: Metadata): Rule[] | undefined {
  if (metadata.validateIf !== undefined) return undefined;
  const constraints = getMetadataStorage().getTargetValidatorConstraints(metadata.constraintCls);
  if (constraints.some(({ async }) => async)) return undefined;
  return constraints.map(({ instance }) => (value, object) => {
    const args: ValidationArguments = {
      value,
      object,
      constraints: metadata.constraints,
      property: metadata.propertyName,
      targetName: object.constructor.name,
    };
    return instance.validate(value, args) === true;
  });
}
