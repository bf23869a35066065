import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import type { JsonSchema } from './json-schema';

/** A place in the inputs that breaks the schema. */
export interface InputProblem {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly message: string;
}

const MOST_PROBLEMS = 50;
/** Mistakes that are collected to show the first of them; each takes some hundred bytes. */
const MOST_COLLECTED = 200_000;

/**
 * Holds inputs to a schema. Schemas come from models, so none of their patterns is run, and everything they could refer to has been put in
 * its place before.
 */
export class SchemaValidator {
  private readonly first: ValidateFunction;
  private all: ValidateFunction | undefined;
  private widest: Widths | undefined;

  constructor(private readonly schema: JsonSchema) {
    this.first = compiled(schema, false);
  }

  accepts(value: unknown): boolean {
    return this.first(value);
  }

  /** What is wrong; of large inputs (`isLarge`), and of rows that could miss more columns than memory holds, only the first thing. */
  problemsOf(value: unknown, isLarge: boolean): readonly InputProblem[] {
    if (this.first(value)) return [];
    const found = told(this.first.errors);
    this.widest ??= widthsOf(this.schema);
    if (isLarge || mostMistakes(value, this.widest) > MOST_COLLECTED) return found.slice(0, MOST_PROBLEMS).map(problem);
    this.all ??= compiled(this.schema, true);
    this.all(value);
    return told(this.all.errors).slice(0, MOST_PROBLEMS).map(problem);
  }
}

/** The longest lists of a schema: of names that an object has to have, and of forms that a value may have. */
interface Widths {
  readonly required: number;
  readonly forms: number;
}

function widthsOf({ required = [], properties = {}, items, additionalProperties, anyOf = [] }: JsonSchema): Widths {
  const below = [...Object.values(properties), ...anyOf];
  if (items !== undefined) below.push(items);
  if (typeof additionalProperties === 'object') below.push(additionalProperties);
  return below.map(widthsOf).reduce(
    (widest, one) => ({
      required: Math.max(widest.required, one.required),
      forms: Math.max(widest.forms, one.forms),
    }),
    { required: required.length, forms: Math.max(1, anyOf.length) },
  );
}

/** How many mistakes there could be: each value may have a wrong form in every way, and each object may lack every name. */
function mostMistakes(value: unknown, { required, forms }: Widths): number {
  const left: unknown[] = [value];
  let [values, objects] = [0, 0];
  while (left.length > 0) {
    const one = left.pop();
    values++;
    if (typeof one !== 'object' || one === null) continue;
    if (!Array.isArray(one)) objects++;
    for (const inner of Object.values(one) as unknown[]) left.push(inner);
  }
  return objects * required + values * forms;
}

function compiled(schema: JsonSchema, allErrors: boolean): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors, logger: false, validateSchema: false, ownProperties: true });
  ajv.addFormat('date-time', { type: 'string', validate: isMoment });
  return ajv.compile(schema);
}

/** That an `if` was not met is no mistake but the reason why something else is one, which is told beside it. */
function told(errors: ErrorObject[] | null | undefined): ErrorObject[] {
  return (errors ?? []).filter(({ keyword }) => keyword !== 'if');
}

/** MLflow takes whatever pandas reads as a moment: a day will do. */
function isMoment(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text));
}

function problem({ instancePath, keyword, params, message = 'is not as the schema says' }: ErrorObject): InputProblem {
  const { missingProperty, allowedValues } = params as { missingProperty?: string; allowedValues?: unknown[] };
  if (keyword === 'required' && missingProperty !== undefined) {
    return { pointer: `${instancePath}/${escaped(missingProperty)}`, message: 'is required' };
  }
  if (keyword === 'enum' && allowedValues !== undefined) {
    return {
      pointer: instancePath,
      message: `must be one of ${allowedValues.map((one) => JSON.stringify(one)).join(', ')}`,
    };
  }
  return { pointer: instancePath, message };
}

/** A name as a step of a JSON pointer. */
export function escaped(name: string): string {
  return name.replace(/~/g, '~0').replace(/\//g, '~1');
}
