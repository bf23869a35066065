export * from './database';
export * from './discovery';
export * from './errors';
export * from './files';
export * from './oauth';
export * from './postgres';
export * from './scim';
export * from './unity-catalog';
