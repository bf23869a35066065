import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

interface Operation {
  responses: Record<string, { content?: Record<string, { schema?: object }> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: object; additionalProperties?: unknown }> };
}

export interface CheckedAnswer {
  method: string;
  path: string;
  status: number;
  contentType: string | undefined;
  text: string;
}

/** Holds answers to the committed document: what is not documented, or does not look as documented, is an error. */
export class ContractCheck {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly document: Document;
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(file: string) {
    this.document = JSON.parse(readFileSync(file, 'utf8')) as Document;
    for (const schema of Object.values(this.document.components.schemas)) {
      // The document allows more properties to come; these tests want to know of each one that it does not name.
      if (schema.properties !== undefined) schema.additionalProperties ??= false;
    }
    addFormats(this.ajv);
    this.ajv.addSchema(this.document, 'contract');
  }

  /** What is wrong with an answer; empty when it is as documented. */
  problemsOf(answer: CheckedAnswer): string[] {
    const known = this.operationOf(answer);
    if (known === undefined) return answer.status >= 400 ? this.problemShape(answer) : ['the route is not documented'];
    const response = known.operation.responses[String(answer.status)];
    if (response === undefined) return [`status ${answer.status} is not documented`];
    const types = Object.keys(response.content ?? {});
    if (types.length === 0) return answer.text === '' ? [] : ['a body came where none is documented'];
    const type = answer.contentType?.split(';')[0] ?? '';
    if (answer.status >= 400) return this.problemShape(answer);
    if (!isJson(type)) return types.some((one) => !isJson(one)) ? [] : [`type ${type} is not documented`];
    const pointer = [
      'paths',
      known.template,
      known.method,
      'responses',
      String(answer.status),
      'content',
      type,
      'schema',
    ];
    return this.shape(pointer, answer.text);
  }

  private problemShape({ contentType, text, status }: CheckedAnswer): string[] {
    if (contentType?.startsWith('application/problem+json') !== true) return [`a ${status} of type ${contentType}`];
    return this.shape(['components', 'schemas', 'Problem'], text);
  }

  private shape(pointer: readonly string[], text: string): string[] {
    const ref = `contract#/${pointer
      .map((part) => part.replace(/~/g, '~0').replace(/\//g, '~1'))
      .map(encodeURIComponent)
      .join('/')}`;
    const validate = this.compiled.get(ref) ?? this.ajv.compile({ $ref: ref });
    this.compiled.set(ref, validate);
    if (validate(JSON.parse(text))) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  private operationOf({
    method,
    path,
  }: CheckedAnswer): { template: string; method: string; operation: Operation } | undefined {
    const name = method.toLowerCase();
    const asked = path.split('?')[0] ?? '';
    for (const [template, item] of Object.entries(this.document.paths)) {
      const operation = item[name];
      const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`);
      if (operation !== undefined && pattern.test(asked)) return { template, method: name, operation };
    }
    return undefined;
  }
}

/** Lines of JSON (`application/x-ndjson`) are no JSON. */
function isJson(type: string): boolean {
  return /[/+]json\b/.test(type);
}
