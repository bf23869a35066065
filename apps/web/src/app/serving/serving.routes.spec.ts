import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { servingRoutes } from './serving.routes';

@Component({ template: '' })
class AnyPage {}

/** The routes as they are, without the pages behind them. */
const routes = servingRoutes.map((route) =>
  route.loadComponent === undefined ? route : { ...route, loadComponent: () => AnyPage },
);

async function goTo(url: string) {
  TestBed.configureTestingModule({ providers: [provideRouter([{ path: 'serving', children: routes }])] });
  await (await RouterTestingHarness.create()).navigateByUrl(url);
  const router = TestBed.inject(Router);
  const page = router.routerState.snapshot.root.firstChild?.firstChild;
  return { url: router.url, path: page?.routeConfig?.path, name: page?.params['name'] as unknown };
}

describe('the addresses of serving', () => {
  it.each(['compare', 'history', '-', 'lake-chat'])('open an endpoint that is called %s', async (name) => {
    expect(await goTo(`/serving/${name}?tab=history`)).toMatchObject({ path: ':name', name });
  });

  it.each(['left=a&right=b', 'right=b'])(
    'lead from where the comparison stood to where it stands, with %s',
    async (sides) => {
      expect(await goTo(`/serving/compare?${sides}`)).toMatchObject({
        url: `/serving/-/compare?${sides}`,
        path: '-/compare',
      });
    },
  );
});
