import { invalidParameter, ServiceRefusal } from '../../http/refusals';
import type { ResultOffer } from '../warehouses/warehouses';

/**
 * Refuses a way to get results that the platform, or this warehouse, does not have. Most warehouses have JSON_ARRAY alone
 * for INLINE and every format for EXTERNAL_LINKS; some have a single way, and say so in words of their own, by which
 * clients find the way that is left.
 */
export function refuseUnoffered(wanted: ResultOffer, offers: readonly ResultOffer[] | undefined): void {
  const inline = wanted.disposition === 'INLINE';
  if (offers === undefined) {
    if (inline && wanted.format !== 'JSON_ARRAY') {
      throw invalidParameter('The format field must be JSON_ARRAY when the disposition field is INLINE.');
    }
    return;
  }
  const same = offers.filter(({ disposition }) => disposition === wanted.disposition);
  if (same.some(({ format }) => format === wanted.format)) return;
  const [only] = same;
  if (only !== undefined) {
    throw invalidParameter(`${inline ? 'Inline' : 'ExternalLinks'} disposition only supports ${only.format} format.`);
  }
  throw new ServiceRefusal(
    501,
    'NOT_IMPLEMENTED',
    `${inline ? 'Inline' : 'ExternalLinks'} disposition is not yet implemented.`,
  );
}
