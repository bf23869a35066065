import type { Page } from '@playwright/test';
import axe, { type RunOptions } from 'axe-core';

const OPTIONS: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  // Only these are read: to describe every element of every rule that found nothing costs as much as the rules.
  resultTypes: ['violations'],
};

export interface AccessibilityFinding {
  /** The rule of axe. */
  readonly id: string;
  readonly help: string;
  /** Selectors of the elements; more than one for what lies in a frame or a shadow root. */
  readonly where: readonly unknown[];
}

/**
 * What axe finds wrong with the page as it stands, frames of its own origin included. Its script is put into each document
 * once: to load it takes as long as to run it.
 */
export async function accessibilityFindings(page: Page): Promise<AccessibilityFinding[]> {
  for (const frame of page.frames()) {
    if (!(await frame.evaluate(() => 'axe' in window))) await frame.evaluate(axe.source);
  }
  return page.evaluate(async (options) => {
    const { axe: loaded } = window as unknown as { axe: typeof axe };
    const { violations } = await loaded.run(document, options);
    return violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => node.target) }));
  }, OPTIONS);
}
