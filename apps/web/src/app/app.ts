import { Component } from '@angular/core';
import { Shell } from './shell/shell';

@Component({
  selector: 'ls-root',
  imports: [Shell],
  template: `<ls-shell />`,
})
export class App {}
