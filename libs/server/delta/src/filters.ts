import { ApiPropertyOptional } from '@nestjs/swagger';
import type { Filter } from '@lakescope/delta';
import { FilterDto } from '@lakescope/server-unity-catalog';
import { plainToInstance, Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsOptional, ValidateBy, ValidateNested } from 'class-validator';

/** As the library takes them. */
export function asFilters(asked: readonly FilterDto[]): Filter[] {
  return asked.map(({ column, op, value }) => ({
    ...{ column, op },
    ...(value === undefined ? {} : { value: typeof value === 'object' ? [...value] : value }),
  }));
}

const MOST_FILTERS = 50;
const MOST_PARTITION_COLUMNS = 100;
const LONGEST_TEXT = 10_000;

/** Conditions in a body. */
export function Filters(): PropertyDecorator {
  return together(
    ApiPropertyOptional({ type: [FilterDto], maxItems: MOST_FILTERS, description: 'Conditions that all must hold.' }),
    IsOptional(),
    IsArray(),
    ArrayMaxSize(MOST_FILTERS),
    ValidateNested({ each: true }),
    Type(() => FilterDto),
  );
}

/** The same in a link, as JSON. */
export function LinkedFilters(): PropertyDecorator {
  return together(
    ApiPropertyOptional({
      type: String,
      description: 'Conditions that all must hold: the list `filters` of the body, as JSON.',
      example: '[{"column":"country","op":"=","value":"de"}]',
    }),
    Transform(({ value }: { value: unknown }) => {
      const parsed = jsonOf(value);
      return Array.isArray(parsed)
        ? parsed.map((one: unknown) => (isObject(one) ? plainToInstance(FilterDto, one) : one))
        : parsed;
    }),
    IsOptional(),
    IsArray({ message: '$property must be a JSON list of conditions' }),
    ArrayMaxSize(MOST_FILTERS),
    ValidateNested({ each: true }),
  );
}

const PARTITION = {
  description: 'Only files of these values of partition columns; null is the empty value.',
};

/** Values of partition columns in a body. */
export function PartitionValues(): PropertyDecorator {
  return together(
    ApiPropertyOptional({
      type: 'object',
      additionalProperties: { type: 'string', nullable: true },
      example: { country: 'de' },
      ...PARTITION,
    }),
    IsOptional(),
    IsPartition(),
  );
}

/** The same in a link, as JSON. */
export function LinkedPartitionValues(): PropertyDecorator {
  return together(
    ApiPropertyOptional({
      type: String,
      example: '{"country":"de"}',
      description: `${PARTITION.description} As JSON.`,
    }),
    Transform(({ value }: { value: unknown }) => jsonOf(value)),
    IsOptional(),
    IsPartition(),
  );
}

function IsPartition(): PropertyDecorator {
  return ValidateBy({
    name: 'isPartition',
    validator: {
      validate: isPartition,
      defaultMessage: () => '$property must be an object of texts and nulls by the names of partition columns',
    },
  });
}

function isPartition(value: unknown): boolean {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  const isValue = (text: unknown): boolean =>
    text === null || (typeof text === 'string' && text.length <= LONGEST_TEXT);
  return entries.length <= MOST_PARTITION_COLUMNS && entries.every(([, text]) => isValue(text));
}

/** What is no JSON stays text, so that validation refuses it. */
function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function together(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };
}
