export type * from '@lakescope/contract';
export {
  createLakescopeClient,
  type CallOptions,
  type LakescopeClient,
  type LakescopeClientOptions,
} from './create-lakescope-client';
export { LakescopeProblem, UnexpectedAnswer } from './lakescope-problem';
