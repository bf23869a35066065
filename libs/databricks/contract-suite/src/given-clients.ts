import type { ContractClient } from './contract-client';
import type { ContractTarget, Offer } from './contract-workspace';
import { OurClient } from './our-client';
import { SdkClient } from './sdk-client';

/** Makes clients of one kind. */
export interface MadeClient {
  /** What kind of client it is. */
  readonly client: string;
  withToken(host: string, token: string): ContractClient;
  asApp(host: string, app: { clientId: string; clientSecret: string }): ContractClient;
}

/** All kinds: each is asked the same. */
export const CLIENTS: readonly MadeClient[] = [
  {
    client: 'our client',
    withToken: (host, token) => OurClient.withToken(host, token),
    asApp: (host, app) => OurClient.asApp(host, app),
  },
  {
    client: 'the official JS SDK',
    withToken: (host, token) => new SdkClient({ host, token }),
    asApp: (host, { clientId, clientSecret }) => new SdkClient({ host, clientId, clientSecret }),
  },
];

/** `it`, for a sentence that takes credentials which not everybody has at hand; without them it is not said at all. */
export function itWhere(
  target: ContractTarget,
  offer: Offer,
): (sentence: string, body: () => Promise<void>, timeout?: number) => void {
  return (sentence, body, timeout) => {
    if (target.offers.has(offer)) it(sentence, body, timeout);
  };
}
