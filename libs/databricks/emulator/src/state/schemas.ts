import Ajv from 'ajv';

/**
 * Checks everything that is read from the state folder. One for all, and without what costs more than the checks at a start:
 * the compiler sees that the schemas are schemas (`JSONSchemaType`), and shorter code gains nothing for files that are read once.
 */
export const schemas = new Ajv({ meta: false, validateSchema: false, code: { optimize: false } });
