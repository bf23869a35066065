import { readFileSync } from 'node:fs';

const CLOCK_TICKS_PER_SECOND = 100;
const MICROSECONDS = 1e6 / CLOCK_TICKS_PER_SECOND;

/** User and system time of a process since its start (proc(5), fields 14 and 15 of `stat`). */
export function cpuMicroseconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS;
}

/** Time of all processors since the machine started, in microseconds. */
export interface MachineTime {
  readonly total: number;
  /** Processes other than those named, and interrupts. */
  readonly others: number;
  /** Wanted, and given to somebody else by the host of a virtual machine. */
  readonly stolen: number;
}

/** Of the machine, `pids` apart (proc(5), the first line of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal). */
export function machineTime(pids: readonly number[]): MachineTime {
  const fields =
    readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.trim().split(/\s+/).slice(1, 9).map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, interrupts = 0, softInterrupts = 0, stolen = 0] = fields;
  const busy = user + nice + system + interrupts + softInterrupts;
  const named = pids.reduce((sum, pid) => sum + cpuMicroseconds(pid), 0);
  return {
    total: (busy + idle + wait + stolen) * MICROSECONDS,
    others: busy * MICROSECONDS - named,
    stolen: stolen * MICROSECONDS,
  };
}
