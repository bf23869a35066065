import { Component } from '@angular/core';

/** Rules that watch the metrics, and what they say now. */
@Component({ selector: 'ls-alerts-page', template: '' })
export class AlertsPage {}
