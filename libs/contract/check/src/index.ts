export { ContractCheck, type CheckedAnswer } from './contract-check';
