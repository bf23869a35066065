import { TestBed } from '@angular/core/testing';
import { Sparkline } from './sparkline';

it('is hidden from screen readers, draws the course of its values, and nothing for nothing', async () => {
  const fixture = TestBed.createComponent(Sparkline);
  const element = fixture.nativeElement as HTMLElement;
  const drawn = async (values: readonly (number | null)[]) => {
    fixture.componentRef.setInput('values', values);
    await fixture.whenStable();
    return element.querySelector('.line')?.getAttribute('d');
  };
  expect(await drawn([0, 0, null])).toBe('');
  expect(await drawn([0, 2, null, 1])).toMatch(/^M0 100L33.33 0M100 50h0$/);
  expect(element.getAttribute('aria-hidden')).toBe('true');
});
