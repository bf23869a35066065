// Generated: the types of the contract, which both clients share.
export type * from '@lakescope/contract';
