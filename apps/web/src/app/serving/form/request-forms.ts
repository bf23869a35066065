import { type JsonNode, memberOf } from '../json/json-document';
import { type JsonSchema, schemaOf, valueSchema } from './json-schema';

/** The four forms in which a classic model takes its rows. */
export const REQUEST_FORMS = ['dataframe_records', 'dataframe_split', 'instances', 'inputs'] as const;
export type RequestForm = (typeof REQUEST_FORMS)[number];

/** The form that a schema describes; undefined for models that are asked otherwise. */
export function describedForm(schema: JsonSchema): RequestForm | undefined {
  return REQUEST_FORMS.find(
    (form) => schema.properties?.[form] !== undefined && schema.required?.includes(form) === true,
  );
}

/** The form in which a request is written. */
export function writtenForm(root: JsonNode | undefined): RequestForm | undefined {
  return root?.kind === 'object' ? REQUEST_FORMS.find((form) => memberOf(root, form) !== undefined) : undefined;
}

/**
 * The schema of a request in the form in which it is written, where the model's schema describes rows by name: the other
 * forms hold the same columns.
 */
export function schemaAsWritten(schema: JsonSchema, root: JsonNode | undefined): JsonSchema {
  const described = describedForm(schema);
  const written = writtenForm(root) ?? described;
  if (described === undefined || written === undefined || described === written) return schema;
  const { [described]: rows, ...others } = schema.properties ?? {};
  const row = valueSchema(schemaOf(schemaOf(rows).items));
  const asWritten = described === 'dataframe_records' ? inForm(written, schemaOf(rows), row, root) : {};
  return { ...schema, properties: { [written]: asWritten, ...others }, required: [written] };
}

function inForm(form: RequestForm, rows: JsonSchema, row: JsonSchema, root: JsonNode | undefined): JsonSchema {
  const { properties = {}, required = [] } = row;
  switch (form) {
    case 'dataframe_split': {
      const names = columnNames(root);
      const data = {
        type: 'array',
        prefixItems: names.map((name) => schemaOf(properties[name])),
        minItems: names.length,
      };
      return {
        type: 'object',
        properties: {
          columns: { type: 'array', items: { type: 'string' } },
          data: { type: 'array', minItems: 1, items: { ...data, maxItems: names.length } },
        },
        required: ['columns', 'data'],
      };
    }
    case 'inputs': {
      const columns = Object.entries(properties).map(([name, column]) => [name, { type: 'array', items: column }]);
      return { type: 'object', properties: Object.fromEntries(columns) as Record<string, JsonSchema>, required };
    }
    default:
      return rows;
  }
}

function columnNames(root: JsonNode | undefined): readonly string[] {
  const split = root?.kind === 'object' ? memberOf(root, 'dataframe_split')?.value : undefined;
  const columns = split?.kind === 'object' ? memberOf(split, 'columns')?.value : undefined;
  return columns?.kind === 'array' ? columns.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) : [];
}

/**
 * The same request with its rows in the other of the two forms for tables, every value in the characters in which it
 * stood; undefined when rows differ in their columns, or are no rows.
 */
export function inOtherForm(
  text: string,
  root: JsonNode,
  form: 'dataframe_records' | 'dataframe_split',
): string | undefined {
  const rows = form === 'dataframe_split' ? fromRecords(text, root) : fromSplit(text, root);
  const written = writtenForm(root);
  if (rows === undefined || root.kind !== 'object') return undefined;
  const members = root.members.map(({ key, value }) =>
    key === written ? `  "${form}": ${rows}` : `  ${JSON.stringify(key)}: ${text.slice(value.start, value.end)}`,
  );
  return `{\n${members.join(',\n')}\n}`;
}

function fromRecords(text: string, root: JsonNode): string | undefined {
  const written = writtenForm(root);
  const rows = root.kind === 'object' && written !== undefined ? memberOf(root, written)?.value : undefined;
  if (rows?.kind !== 'array' || !rows.items.every((row) => row.kind === 'object')) return undefined;
  const names = [...new Set(rows.items.flatMap(({ members }) => members.map(({ key }) => key)))];
  const lines = rows.items.map((row) => {
    const cells = names.map((name) => memberOf(row, name)?.value);
    return cells.map((cell) => (cell === undefined ? 'null' : text.slice(cell.start, cell.end))).join(', ');
  });
  return `{\n    "columns": ${JSON.stringify(names)},\n    "data": [\n${lines.map((line) => `      [${line}]`).join(',\n')}\n    ]\n  }`;
}

function fromSplit(text: string, root: JsonNode): string | undefined {
  const names = columnNames(root);
  const split = root.kind === 'object' ? memberOf(root, 'dataframe_split')?.value : undefined;
  const data = split?.kind === 'object' ? memberOf(split, 'data')?.value : undefined;
  if (data?.kind !== 'array') return undefined;
  const rows = data.items.map((row) =>
    row.kind === 'array' && row.items.length === names.length
      ? row.items
          .map((cell, index) => `${JSON.stringify(names[index])}: ${text.slice(cell.start, cell.end)}`)
          .join(', ')
      : undefined,
  );
  if (rows.some((row) => row === undefined)) return undefined;
  return `[\n${rows.map((row) => `    { ${row ?? ''} }`).join(',\n')}\n  ]`;
}
