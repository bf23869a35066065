import { TestBed } from '@angular/core/testing';
import { JsonTree } from './json-tree';

describe('JsonTree', () => {
  it('shows the first levels open and deeper ones folded', async () => {
    const fixture = TestBed.createComponent(JsonTree);
    fixture.componentRef.setInput('value', { a: { b: { c: null } } });
    await fixture.whenStable();
    const details = [...(fixture.nativeElement as HTMLElement).querySelectorAll('details')];
    expect(details.map(({ open }) => open)).toEqual([true, true, false]);
  });
});
