import type { FunctionParameterInfo, FunctionParameterInfos } from '@lakescope/databricks-wire';
import { invalidParameter } from '../http/refusals';
import { fieldsOf, nameField, requiredField, textField } from './catalog-request';
import { columnsField } from './column-request';
import type { FunctionDetails } from './function-details';

interface FunctionRequest {
  readonly name: string;
  readonly schemaName: string;
  readonly comment: string;
  readonly details: FunctionDetails;
}

const CHOICES = {
  routine_body: ['SQL', 'EXTERNAL'],
  parameter_style: ['S'],
  sql_data_access: ['CONTAINS_SQL', 'NO_SQL', 'READS_SQL_DATA'],
  security_type: ['DEFINER'],
} as const;

/** Body of `POST /functions`: everything in `function_info`, with all of its required fields. */
export function functionRequest(body: unknown): FunctionRequest {
  const info = fieldsOf(body).get('function_info') ?? undefined;
  if (info === undefined) throw invalidParameter('Missing required field: function_info');
  const fields = fieldsOf(info);
  const choice = (name: keyof typeof CHOICES): string => {
    const value = requiredField(fields, name);
    if (CHOICES[name].some((known) => known === value)) return value;
    throw invalidParameter(`${name} must be one of ${CHOICES[name].join(', ')}, got "${value.slice(0, 100)}"`);
  };
  const optional = ['external_language', 'external_name', 'sql_path', 'properties'] as const;
  const given = optional.flatMap((name) => {
    const value = textField(fields, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    name: nameField(fields, 'FUNCTION'),
    schemaName: `${requiredField(fields, 'catalog_name')}.${requiredField(fields, 'schema_name')}`,
    comment: textField(fields, 'comment') ?? '',
    details: {
      input_params: parameters(fields.get('input_params')),
      ...(fields.has('return_params') && { return_params: parameters(fields.get('return_params')) }),
      data_type: requiredField(fields, 'data_type'),
      full_data_type: requiredField(fields, 'full_data_type'),
      routine_body: choice('routine_body'),
      routine_definition: requiredField(fields, 'routine_definition'),
      parameter_style: choice('parameter_style'),
      is_deterministic: flag(fields, 'is_deterministic'),
      sql_data_access: choice('sql_data_access'),
      is_null_call: flag(fields, 'is_null_call'),
      security_type: choice('security_type'),
      specific_name: requiredField(fields, 'specific_name'),
      ...Object.fromEntries(given),
    },
  };
}

function flag(fields: ReadonlyMap<string, unknown>, name: string): boolean {
  const value = fields.get(name);
  if (typeof value === 'boolean') return value;
  throw invalidParameter(value === undefined ? `Missing required field: ${name}` : `${name} must be a boolean`);
}

function parameters(value: unknown): FunctionParameterInfos {
  const list = fieldsOf(value).get('parameters') ?? undefined;
  if (list === undefined) return {};
  const given = Array.isArray(list) ? list.map((parameter: unknown) => fieldsOf(parameter)) : [];
  const defaults = new Map(given.map((fields) => [fields.get('name'), textField(fields, 'parameter_default')]));
  return {
    parameters: columnsField(list).map(({ nullable: _nullable, ...parameter }): FunctionParameterInfo => {
      const standard = defaults.get(parameter.name);
      return {
        ...parameter,
        parameter_mode: 'IN',
        parameter_type: 'PARAM',
        ...(standard !== undefined && { parameter_default: standard }),
      };
    }),
  };
}
