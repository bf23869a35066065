// Generated: the types of the contract, which all clients share.
export type * from '@lakescope/contract';
