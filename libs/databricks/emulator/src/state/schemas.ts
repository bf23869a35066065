import Ajv from 'ajv';

/** Checks everything that is read from the state folder. One for all: each one made anew would compile the schema of schemas first. */
export const schemas = new Ajv();
