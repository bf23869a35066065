import { inject, Service } from '@angular/core';
import { type S3ConnectionDto, type S3RightsReportDto } from '@lakescope/web-api';
import { DeviceStorage } from '../../preferences/device-storage';

/** What is remembered of the last check of a connection. */
export interface LastCheck {
  /** Of the connection: what was seen with other keys says nothing of these. */
  readonly version: number;
  readonly readable: boolean;
  readonly writable: boolean | null;
  readonly checkedAt: string;
}

const KEY = 's3_checks';

/** How the last checks of connections went. This browser remembers it; the rights themselves may change at any time. */
@Service()
export class LastChecks {
  private readonly device = inject(DeviceStorage);

  /** Undefined when this state of the connection was never checked here. Follows later checks. */
  of({ id, version }: S3ConnectionDto): LastCheck | undefined {
    const known = checkFrom(this.all()[id]);
    return known?.version === version ? known : undefined;
  }

  keep({ id, version }: S3ConnectionDto, { readable, writable, checked_at }: S3RightsReportDto): void {
    const check: LastCheck = { version, readable, writable, checkedAt: checked_at };
    this.device.keep(KEY, { ...this.all(), [id]: check });
  }

  forget(id: string): void {
    const { [id]: gone, ...others } = this.all();
    if (gone !== undefined) this.device.keep(KEY, others);
  }

  private all(): Readonly<Record<string, unknown>> {
    const kept = this.device.read(KEY);
    return typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? (kept as Record<string, unknown>) : {};
  }
}

function checkFrom(value: unknown): LastCheck | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, readable, writable, checkedAt } = value as Record<string, unknown>;
  if (typeof version !== 'number' || typeof readable !== 'boolean' || typeof checkedAt !== 'string') return undefined;
  return { version, readable, writable: typeof writable === 'boolean' ? writable : null, checkedAt };
}
