import { TestBed } from '@angular/core/testing';
import { type AuditEntryDto } from '@lakescope/web-api';
import { AuditTable } from './audit-table';

const entry: AuditEntryDto = {
  id: '1',
  occurred_at: '2026-01-01T00:00:00.000Z',
  user_id: 'ana@example.com',
  acting_as: 'user',
  action: 'my_data.export',
  target: 'ben@example.com',
  outcome: 'failure',
  error_code: 'INVALID_REQUEST',
  duration_ms: 1,
  correlation_id: null,
  details: {},
};

it('breaks names before their @ and codes after an underscore, and adds nothing to what is copied', async () => {
  const fixture = TestBed.createComponent(AuditTable);
  for (const [name, value] of Object.entries({ entries: [entry], opened: null, filter: {} })) {
    fixture.componentRef.setInput(name, value);
  }
  await fixture.whenStable();
  const element = fixture.nativeElement as HTMLElement;
  const partsOf = (selector: string) =>
    [...element.querySelectorAll(`${selector} > span`)].map(({ textContent }) => textContent);

  expect(partsOf('.user button')).toEqual(['ana', '@example.com']);
  expect(partsOf('.target')).toEqual(['ben', '@example.com']);
  expect(partsOf('.outcome code')).toEqual(['INVALID_', 'REQUEST']);
  expect(element.querySelector('.user')?.textContent).toBe('ana@example.com');
});
