import { provideHttpClient, withFetch, withInterceptors } from '@angular/common/http';
import { type EnvironmentProviders, makeEnvironmentProviders } from '@angular/core';
import { observeConnection } from './connection';
import { client } from './generated/client.gen';
import { provideHeyApiClient } from './generated/client/client.gen';

/** Everything an application needs to call the API of the origin it was loaded from. */
export function provideApi(): EnvironmentProviders {
  client.setConfig({ baseUrl: '' });
  return makeEnvironmentProviders([
    provideHttpClient(withFetch(), withInterceptors([observeConnection])),
    provideHeyApiClient(client),
  ]);
}
