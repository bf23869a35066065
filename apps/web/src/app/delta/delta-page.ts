import { Component } from '@angular/core';

@Component({ selector: 'ls-delta-page', template: '' })
export class DeltaPage {}
