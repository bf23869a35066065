import { Product } from '@lakescope/server-http';
import { version } from '../../../package.json';

export const product = new Product(version);
