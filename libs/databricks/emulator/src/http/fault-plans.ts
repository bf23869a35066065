import type { Fault, Faults, PlannedFault } from './faults';
import { invalidParameter } from './refusals';

export const FAULT_SERVICES = ['workspace', 's3'] as const;

/** Whose requests go wrong: those to the REST API, or those to the S3 endpoint. */
export type FaultService = (typeof FAULT_SERVICES)[number];

export interface ServiceFault extends PlannedFault {
  readonly service: FaultService;
}

/** All planned faults of a workspace, as `/.local` shows and changes them. */
export class FaultPlans {
  constructor(private readonly services: Readonly<Record<FaultService, Faults>>) {}

  /** Throws InvalidFault for what could hit no request. */
  add(service: FaultService, fault: Fault): ServiceFault {
    return { service, ...this.services[service].add(fault) };
  }

  list(): readonly ServiceFault[] {
    return FAULT_SERVICES.flatMap((service) => this.services[service].list().map((fault) => ({ service, ...fault })));
  }

  remove(id: string): boolean {
    return FAULT_SERVICES.some((service) => this.services[service].remove(id));
  }

  clear(): void {
    for (const service of FAULT_SERVICES) this.services[service].clear();
  }
}

/** The field `service` of a fault; the workspace when nothing is said. */
export function serviceOf(value: unknown): FaultService {
  if (value === undefined) return 'workspace';
  const known = FAULT_SERVICES.find((service) => service === value);
  if (known === undefined) throw invalidParameter(`service must be one of ${FAULT_SERVICES.join(', ')}`);
  return known;
}
