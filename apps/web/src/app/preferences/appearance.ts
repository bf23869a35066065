import { computed, DOCUMENT, effect, inject, Service } from '@angular/core';
import { UsageEvents } from '../tracking/usage-events';
import { Preferences } from './preferences';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

/** Theme and density: attributes of the document that the tokens listen to. */
@Service()
export class Appearance {
  private readonly preferences = inject(Preferences);
  private readonly usage = inject(UsageEvents);
  private readonly root = inject(DOCUMENT).documentElement;

  readonly theme = computed<Theme>(() => {
    const theme = this.preferences.value('theme');
    return theme === 'light' || theme === 'dark' ? theme : 'system';
  });
  readonly density = computed<Density>(() =>
    this.preferences.value('density') === 'compact' ? 'compact' : 'comfortable',
  );

  constructor() {
    effect(() => {
      const theme = this.theme();
      if (theme === 'system') delete this.root.dataset['theme'];
      else this.root.dataset['theme'] = theme;
      this.root.dataset['density'] = this.density();
    });
  }

  chooseTheme(theme: Theme): void {
    this.preferences.choose('theme', theme);
    this.usage.record('preference_changed', { elementId: 'theme' });
  }

  chooseDensity(density: Density): void {
    this.preferences.choose('density', density);
    this.usage.record('preference_changed', { elementId: 'density' });
  }
}
