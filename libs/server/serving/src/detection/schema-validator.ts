import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import type { JsonSchema } from './json-schema';

/** A place in the inputs that breaks the schema. */
export interface InputProblem {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly message: string;
}

const MOST_PROBLEMS = 50;

/**
 * Holds inputs to a schema. Schemas come from models, so none of their patterns is run, and everything they could refer to has been put in
 * its place before.
 */
export class SchemaValidator {
  private readonly first: ValidateFunction;
  private all: ValidateFunction | undefined;

  constructor(private readonly schema: JsonSchema) {
    this.first = compiled(schema, false);
  }

  accepts(value: unknown): boolean {
    return this.first(value);
  }

  /** What is wrong; of large inputs (`isLarge`) only the first thing, since each row could hold one. */
  problemsOf(value: unknown, isLarge: boolean): readonly InputProblem[] {
    if (this.first(value)) return [];
    if (isLarge) return (this.first.errors ?? []).map(problem);
    this.all ??= compiled(this.schema, true);
    this.all(value);
    return (this.all.errors ?? []).slice(0, MOST_PROBLEMS).map(problem);
  }
}

function compiled(schema: JsonSchema, allErrors: boolean): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors, logger: false, validateSchema: false, ownProperties: true });
  ajv.addFormat('date-time', { type: 'string', validate: isMoment });
  return ajv.compile(schema);
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
