import { inject, Service } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';

const SHOWN_MS = 2500;

/** Says briefly that something was done, to eyes and to screen readers. What needs an answer is a banner or a dialog. */
@Service()
export class Toasts {
  private readonly snackBar = inject(MatSnackBar);

  show(text: string): void {
    this.snackBar.open(text, undefined, { duration: SHOWN_MS });
  }
}
