import { Component, inject, input } from '@angular/core';
import { Appearance, type Density, type Theme } from './appearance';

/** Theme and density, to choose. */
@Component({
  selector: 'ls-appearance-fields',
  templateUrl: './appearance-fields.html',
  styleUrl: './appearance-fields.css',
})
export class AppearanceFields {
  /** Tells the fields of this place from those of another one: radio buttons of one name are one group. */
  readonly place = input.required<string>();

  protected readonly appearance = inject(Appearance);
  protected readonly themes: readonly { value: Theme; label: string }[] = [
    { value: 'system', label: $localize`System` },
    { value: 'light', label: $localize`Light` },
    { value: 'dark', label: $localize`Dark` },
  ];
  protected readonly densities: readonly { value: Density; label: string }[] = [
    { value: 'comfortable', label: $localize`Comfortable` },
    { value: 'compact', label: $localize`Compact` },
  ];
}
