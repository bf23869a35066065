import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';

/** Against the meta-schema of OpenAPI 3.1, and for what the meta-schema cannot see. */
export async function validateDocument(file) {
  const document = JSON.parse(readFileSync(file, 'utf8'));
  const result = await new Validator().validate(document);
  const problems = result.valid ? [] : [JSON.stringify(result.errors, null, 2)];
  if (!document.openapi.startsWith('3.1')) problems.push(`The document is ${document.openapi}, not 3.1`);
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    if (hasKeyword(schema, 'nullable')) problems.push(`${name} uses nullable, which is gone in 3.1`);
  }
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item))
      problems.push(...problemsOf(`${method} ${path}`, operation));
  }
  if (problems.length > 0) throw new Error(`openapi.json is not valid:\n${problems.join('\n')}`);
}

function problemsOf(name, operation) {
  const bodies = [operation.requestBody, ...Object.values(operation.responses)].filter(Boolean);
  const unexplained = bodies.flatMap(({ content = {} }) =>
    Object.entries(content).filter(
      ([type, { example, examples }]) => type.includes('json') && example === undefined && examples === undefined,
    ),
  );
  return [
    ...(operation.operationId ? [] : [`${name} has no operationId`]),
    ...(operation.security ? [] : [`${name} does not say who may call it`]),
    ...(unexplained.length > 0 ? [`${name} has a body without an example`] : []),
    ...(Object.keys(operation.responses).some((status) => status.startsWith('2')) ? [] : [`${name} never succeeds`]),
  ];
}

/** Looks at schemas only: a property may well be called like a keyword. */
function hasKeyword(schema, keyword) {
  if (typeof schema !== 'object' || schema === null) return false;
  if (keyword in schema) return true;
  const { properties = {}, items, additionalProperties, allOf = [], anyOf = [], oneOf = [] } = schema;
  return [...Object.values(properties), items, additionalProperties, ...allOf, ...anyOf, ...oneOf].some((one) =>
    hasKeyword(one, keyword),
  );
}
