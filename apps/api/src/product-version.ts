import { Product } from '@lakescope/server-http';

/** The release; a spec holds it to the version in package.json. */
export const product = new Product('0.1.0');
