import { Injectable } from '@nestjs/common';
import { Ajv, type ErrorObject, type SchemaObject, type ValidateFunction } from 'ajv';

/** Which preferences there are and what each may hold. A feature registers its own when the app starts. */
@Injectable()
export class PreferenceKeys {
  private readonly ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
  private readonly audited = new Set<string>();
  private readonly validators = new Map<string, ValidateFunction>();

  constructor() {
    for (const [key, schema] of Object.entries(GENERAL_PREFERENCES)) this.register(key, schema);
  }

  /** `isAudited`: each change of it is in the audit log, with its value, which must be nothing personal. */
  register(key: string, schema: SchemaObject, { isAudited = false }: { isAudited?: boolean } = {}): void {
    if (this.validators.has(key)) throw new Error(`The preference ${key} is registered twice`);
    if (isAudited) this.audited.add(key);
    this.validators.set(key, this.ajv.compile(schema));
  }

  get known(): readonly string[] {
    return [...this.validators.keys()].sort();
  }

  isAudited(key: string): boolean {
    return this.audited.has(key);
  }

  has(key: string): boolean {
    return this.validators.has(key);
  }

  /** What is wrong with the value; empty when nothing is. An unknown key fits nothing. */
  problemsOf(key: string, value: unknown): readonly string[] {
    const validate = this.validators.get(key);
    if (validate === undefined) return ['is no known preference'];
    if (validate(value)) return [];
    return (validate.errors ?? []).slice(0, 10).map(described);
  }
}

function described({ instancePath, message, keyword, params }: ErrorObject): string {
  const allowed: unknown = keyword === 'enum' ? params['allowedValues'] : undefined;
  const what = Array.isArray(allowed) ? `must be one of ${allowed.map(String).join(', ')}` : message;
  return `${instancePath} ${what}`.trim();
}

const text = (maxLength: number): SchemaObject => ({ type: 'string', minLength: 1, maxLength });

/** A place in the app that can be opened again: a page's kind, where it leads, and what people call it. */
const places = (maxItems: number): SchemaObject => ({
  type: 'array',
  maxItems,
  items: {
    anyOf: [
      text(4096),
      {
        type: 'object',
        maxProperties: 20,
        propertyNames: { maxLength: 100 },
        additionalProperties: { type: ['string', 'number', 'boolean', 'null'], maxLength: 4096 },
      },
    ],
  },
});

/** Preferences of the app as a whole, which no feature owns. */
const GENERAL_PREFERENCES: Readonly<Record<string, SchemaObject>> = {
  theme: { enum: ['system', 'light', 'dark'] },
  density: { enum: ['comfortable', 'compact'] },
  usage_tracking: { enum: ['on', 'off'] },
  recent_items: places(100),
  favorite_tables: places(500),
};
