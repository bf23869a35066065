import { DefaultUrlSerializer } from '@angular/router';
import { keyOf, linkTo, placeOf } from './catalog-place';

const at = (url: string) => placeOf(new DefaultUrlSerializer().parse(url));

describe('the place of an address', () => {
  it('is the names in it, whatever characters they have', () => {
    expect(at('/catalog')).toEqual({ names: [], kind: undefined });
    expect(at('/catalog/demo/lake')).toEqual({ names: ['demo', 'lake'], kind: undefined });
    expect(at('/catalog/demo/lake/Größe%20%3F?tab=columns')).toEqual({
      names: ['demo', 'lake', 'Größe ?'],
      kind: 'table',
    });
  });

  it('is a volume only when the address says so', () => {
    expect(at('/catalog/demo/lake/files?kind=volume')?.kind).toBe('volume');
    expect(at('/catalog/demo/lake/files?kind=whatever')?.kind).toBe('table');
    expect(at('/catalog/demo?kind=volume')?.kind).toBeUndefined();
  });

  it('is none on other pages', () => {
    expect(at('/delta?path=/Volumes/demo')).toBeUndefined();
    expect(at('/')).toBeUndefined();
  });

  it('tells a table from a volume of the same name', () => {
    const names = ['demo', 'lake', 'x'];
    expect(keyOf({ names, kind: 'table' })).not.toBe(keyOf({ names, kind: 'volume' }));
    expect(linkTo({ names, kind: 'volume' })).toEqual({ commands: ['/catalog', ...names], query: { kind: 'volume' } });
    expect(linkTo({ names })).toEqual({ commands: ['/catalog', ...names], query: {} });
  });
});
