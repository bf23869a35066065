import { type ApplicationConfig, provideBrowserGlobalErrorListeners } from '@angular/core';
import { MAT_DIALOG_DEFAULT_OPTIONS, MatDialogConfig } from '@angular/material/dialog';
import { MAT_RIPPLE_GLOBAL_OPTIONS } from '@angular/material/core';
import { provideRouter, TitleStrategy, withComponentInputBinding, withInMemoryScrolling } from '@angular/router';
import { provideApi } from '@lakescope/web-api';
import { routes } from './app.routes';
import { PageTitle } from './shell/page-title';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideApi(),
    provideRouter(routes, withComponentInputBinding(), withInMemoryScrolling({ scrollPositionRestoration: 'enabled' })),
    { provide: TitleStrategy, useExisting: PageTitle },
    // Ripples are motion that carries no information.
    { provide: MAT_RIPPLE_GLOBAL_OPTIONS, useValue: { disabled: true } },
    {
      provide: MAT_DIALOG_DEFAULT_OPTIONS,
      // Options given here replace Material's own whole, and with them the role that names a dialog to a screen reader.
      useValue: {
        ...new MatDialogConfig(),
        ariaModal: true,
        autoFocus: 'first-tabbable',
        enterAnimationDuration: 0,
        exitAnimationDuration: 0,
      },
    },
  ],
};
