import { TestBed } from '@angular/core/testing';
import { WarehouseStart } from '../../preferences/warehouse-start';
import { WarehouseConsent } from './warehouse-consent';

describe('WarehouseConsent', () => {
  let consent: WarehouseConsent;
  const chosen: string[] = [];
  const press = async (label: string) => {
    const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent?.trim() === label);
    button?.click();
    await new Promise((resolve) => setTimeout(resolve));
  };
  const shown = () => new Promise((resolve) => setTimeout(resolve, 20));

  beforeEach(() => {
    chosen.length = 0;
    TestBed.configureTestingModule({
      providers: [
        { provide: WarehouseStart, useValue: { isAlways: () => false, choose: (start: string) => chosen.push(start) } },
      ],
    });
    consent = TestBed.inject(WarehouseConsent);
  });

  it('is no yes when the person leaves it stopped', async () => {
    const answer = consent.askNow('Starter');
    await shown();
    expect(document.querySelector('h2')?.textContent).toContain('Starter');
    await press('Leave it stopped');
    expect(await answer).toBe(false);
  });

  it('is a yes for this time, or for always', async () => {
    const once = consent.askNow();
    await shown();
    await press('Start it');
    expect(await once).toBe(true);
    expect(chosen).toEqual([]);

    const always = consent.askNow();
    await shown();
    document.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click();
    await shown();
    await press('Start it');
    expect(await always).toBe(true);
    expect(chosen).toEqual(['always']);
  });
});
