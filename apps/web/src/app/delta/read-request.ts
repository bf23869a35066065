import { inject } from '@angular/core';
import { WarehouseConsent } from '../catalog/warehouse/warehouse-consent';
import { tableRequest } from './table-request';
import { type TableSource } from './table-source';

/**
 * How a view that can also be read through the SQL warehouse is asked for: with the leave to start it, as soon as the
 * person has given it. To be called where injection works.
 */
export function readRequest() {
  const consent = inject(WarehouseConsent);
  return (source: TableSource, version?: number) => ({
    body: { ...tableRequest(source, version).body, ...(source.kind === 'table' ? consent.options() : {}) },
  });
}
