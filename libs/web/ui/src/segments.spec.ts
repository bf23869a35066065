import { TestBed } from '@angular/core/testing';
import { Segments } from './segments';

it('is a group of radio buttons of which one is chosen', async () => {
  const fixture = TestBed.createComponent(Segments);
  const options = [
    { value: 'a', label: 'First' },
    { value: 'b', label: 'Second' },
  ];
  for (const [name, value] of Object.entries({ options, choice: 'a', label: 'Order' })) {
    fixture.componentRef.setInput(name, value);
  }
  await fixture.whenStable();
  const element = fixture.nativeElement as HTMLElement;
  const radios = [...element.querySelectorAll('input')];
  expect(element.querySelector('legend')?.textContent).toBe('Order');
  expect(radios.map(({ checked }) => checked)).toEqual([true, false]);

  radios[1]?.click();
  await fixture.whenStable();
  expect(fixture.componentInstance.choice()).toBe('b');
  expect(element.querySelector('.chosen')?.textContent?.trim()).toBe('Second');
});
