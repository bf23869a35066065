export { givenDeltaTable, type GivenTable } from './given-delta-table';
export { HttpApp, subjectOf, type HttpAppOptions } from './http-app';
export { LocalStack, type LocalStackOptions } from './local-stack';
export { Wire } from './wire';
