import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { DEEPEST_NESTING, isTooDeep } from './nesting';
import { PlainInput } from './plain-input';
import { InvalidRequest, type InvalidField } from './request.errors';
import { rememberValidationMetadata } from './validation-metadata';

/** Strict: what a DTO does not name is refused, not dropped silently. */
export function strictValidation(): ValidationPipe {
  rememberValidationMetadata();
  return new StrictValidation({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    transformOptions: { exposeDefaultValues: true },
    // Only to tell what is missing from what is wrong: no value gets into an answer.
    validationError: { target: false, value: true },
    exceptionFactory: (errors) => {
      const fields = errors.flatMap((error) => fieldsOf(error, ''));
      const first = fields[0];
      return new InvalidRequest(first === undefined ? 'The request is not valid' : sentence(first), fields);
    },
  });
}

/** Making a DTO of a body and validating it walks over it by recursion, which a body that is nested deep enough would turn into a crash. */
class StrictValidation extends ValidationPipe {
  private readonly plain = new PlainInput();

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' && isTooDeep(value)) {
      throw new InvalidRequest(`The body is nested more than ${DEEPEST_NESTING} levels deep.`);
    }
    if (metadata.type === 'query' || metadata.type === 'param') refuseNull(value, metadata.data);
    if (metadata.type === 'query' && metadata.metatype !== undefined && this.toValidate(metadata)) {
      const taken = this.plain.take(metadata.metatype as new () => object, value);
      if (taken !== undefined) return Promise.resolve(taken);
    }
    return super.transform(value, metadata);
  }
}

/** No name of anything has the character U+0000: neither the platform nor Postgres (SQLSTATE 22021) takes it. */
function refuseNull(value: unknown, name: string | undefined): void {
  if (!holdsNull(value)) return;
  const parameters =
    typeof value === 'object' && value !== null ? Object.entries(value) : [[name ?? '', value] as const];
  const fields = parameters
    .filter(([, parameter]) => holdsNull(parameter))
    .map(([path]) => ({ path, message: 'must not hold the character U+0000' }));
  const [first] = fields;
  if (first !== undefined) throw new InvalidRequest(sentence(first), fields);
}

function holdsNull(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\u0000');
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNull);
}

function fieldsOf(error: ValidationError, parent: string): InvalidField[] {
  const path = parent === '' ? error.property : `${parent}.${error.property}`;
  const isMissing = error.value === undefined && error.constraints?.['whitelistValidation'] === undefined;
  const own = mostBasic(error.constraints ?? {}).map((message) => ({
    path,
    message: isMissing
      ? 'is required'
      : message.startsWith(`${error.property} `)
        ? message.slice(error.property.length + 1)
        : message,
  }));
  return own.concat((error.children ?? []).flatMap((child) => fieldsOf(child, path)));
}

/** A value of the wrong type breaks every bound too: what it should be is said before how large it may be. */
function mostBasic(constraints: Record<string, string>): string[] {
  const rank = (name: string): number => (name.startsWith('is') ? 0 : name.startsWith('min') ? 1 : 2);
  return Object.entries(constraints)
    .sort(([left], [right]) => rank(left) - rank(right))
    .slice(0, 1)
    .map(([, message]) => message);
}

function sentence(field: InvalidField): string {
  return field.message.startsWith('property ') ? field.message : `${field.path} ${field.message}`;
}
