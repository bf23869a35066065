export { givenDeltaTable, type GivenTable } from './given-delta-table';
export { HttpApp, subjectOf, type HttpAppOptions } from './http-app';
export { LocalStack, type LocalStackOptions } from './local-stack';
export type { CutMoment } from './fault-session';
export { parseExposition, type ExpositionFamily, type ExpositionSample } from './parse-exposition';
export { PostgresFaultProxy, type PostgresFaultProxyOptions } from './postgres-fault-proxy';
export { schemaObjects } from './schema-objects';
export { SeededRandom, withSeed } from './seeded-random';
export { Wire } from './wire';
