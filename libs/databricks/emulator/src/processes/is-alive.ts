import { errorCode } from '../state/error-code';

/** Whether there is a process with this id, be it somebody else's. One that ended is there until its parent has asked how. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
