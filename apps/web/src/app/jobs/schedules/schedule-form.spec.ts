import { ApplicationRef } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MatDialog } from '@angular/material/dialog';
import { Api } from '@lakescope/web-api';
import { firstValueFrom } from 'rxjs';
import { openScheduleForm } from './schedule-form';

describe('the form of a schedule', () => {
  it('answers that nothing was stored when it is left by its button', async () => {
    const invoke = () => new Promise(() => undefined);
    TestBed.configureTestingModule({ providers: [{ provide: Api, useValue: { invoke } }] });
    const request = { source: { manifest_uri: 's3://cda/manifest.json' }, target: { uri: 's3://lake/raw' } };
    const answer = firstValueFrom(openScheduleForm(TestBed.inject(MatDialog), { schedule: undefined, request }));
    TestBed.inject(ApplicationRef).tick();

    document.querySelector<HTMLButtonElement>('[data-track-id="schedule-leave"]')?.click();

    expect(await answer).toBeUndefined();
  });
});
