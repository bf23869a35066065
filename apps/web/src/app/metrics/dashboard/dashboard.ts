import { Component } from '@angular/core';

/** How the API is doing and how it is used, over a range of time. */
@Component({ selector: 'ls-metrics-dashboard', template: '' })
export class Dashboard {}
