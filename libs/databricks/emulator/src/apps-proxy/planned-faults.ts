import { serviceOf, type FaultPlans, type FaultService, type ServiceFault } from '../http/fault-plans';
import { InvalidFault, type Fault } from '../http/faults';
import { parseFault } from '../http/parse-fault';
import { Refusal } from '../http/refusals';
import type { PostgresFaults } from '../lakebase-gateway/postgres-faults';
import { FAULT_PRESETS, POSTGRES_PRESETS } from './fault-presets';
import { ProxyRefusal } from './forwarded-identity';
import type { SentFields } from './request-fields';

const numbers = ['status', 'delayMs', 'times', 'hideCreatedFor', 'afterEvents'];

/** Plans what a form, a button or a program asks for; a refusal says what is wrong with it. */
export function planFault(faults: FaultPlans, fields: SentFields): ServiceFault {
  try {
    const { service, fault } = wantedFault(fields);
    return faults.add(service, fault);
  } catch (error) {
    if (error instanceof Refusal || error instanceof InvalidFault) throw new ProxyRefusal(400, error.message);
    throw error;
  }
}

function wantedFault(fields: SentFields): { service: FaultService; fault: Fault } {
  const preset = fields.text('preset');
  if (preset !== undefined) {
    const found = FAULT_PRESETS[preset];
    if (found === undefined || !Object.hasOwn(FAULT_PRESETS, preset)) {
      throw new ProxyRefusal(400, `preset must be one of ${Object.keys(FAULT_PRESETS).join(', ')}`);
    }
    return { service: found.service ?? 'workspace', fault: found.fault };
  }
  const sent = fields.values.get('service');
  const service = serviceOf(sent === '' ? undefined : sent);
  if (fields.json) return { service, fault: parseFault(Object.fromEntries(fields.values)) };
  // A form sends every field, as text, and those left alone empty.
  const filled = [...fields.values].filter(([name, value]) => value !== '' && name !== 'service');
  if (filled.length === 0) throw new ProxyRefusal(400, 'A fault says at least one thing');
  const fault = parseFault(Object.fromEntries(filled.map(([name, value]) => [name, typed(name, String(value))])));
  return { service, fault };
}

function typed(name: string, text: string): unknown {
  if (numbers.includes(name)) return Number(text);
  return name === 'afterHandler' ? text === 'true' : text;
}

/** Makes the database fail as a button or a program asks for. Answers how many sessions it hit where that is known. */
export async function planPostgresFault(faults: PostgresFaults, fields: SentFields): Promise<{ sessions?: number }> {
  const preset = fields.text('preset');
  if (preset !== undefined) {
    const found = Object.hasOwn(POSTGRES_PRESETS, preset) ? POSTGRES_PRESETS[preset] : undefined;
    if (found === undefined) {
      throw new ProxyRefusal(400, `preset must be one of ${Object.keys(POSTGRES_PRESETS).join(', ')}`);
    }
    return counted(await found.act(faults));
  }
  const times = countOf(fields, 'times');
  switch (fields.text('kind')) {
    case 'refuse':
      faults.refuse();
      return {};
    case 'reset':
      return counted(faults.reset());
    case 'kill-sessions':
      return counted(await faults.killSessions());
    case 'stall':
      faults.stall();
      return {};
    case 'delay':
      faults.delay(countOf(fields, 'milliseconds') ?? 100);
      return {};
    case 'reject-credentials':
      faults.rejectCredentials(times);
      return {};
    case 'refuse-logins':
      faults.refuseLogins(sqlStateOf(fields), times);
      return {};
    default:
      throw new ProxyRefusal(
        400,
        'kind must be one of refuse, reset, kill-sessions, stall, delay, reject-credentials, refuse-logins',
      );
  }
}

function counted(answer: unknown): { sessions?: number } {
  return typeof answer === 'number' ? { sessions: answer } : {};
}

function countOf(fields: SentFields, name: string): number | undefined {
  const text = fields.text(name);
  if (text === undefined || text === '') return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new ProxyRefusal(400, `${name} must be a positive integer`);
  return count;
}

function sqlStateOf(fields: SentFields): string {
  const state = fields.text('sql_state') ?? '53300';
  if (!/^[0-9A-Z]{5}$/.test(state) || state === '00000') throw new ProxyRefusal(400, 'sql_state must be a SQLSTATE');
  return state;
}
