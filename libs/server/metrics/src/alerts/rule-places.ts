/** Where sealed texts of a rule belong: moved to another rule they cannot be opened. */
export function webhookPlace(ruleId: string): string {
  return `alert_rules.webhook:${ruleId}`;
}

export function secretPlace(ruleId: string): string {
  return `alert_rules.secret:${ruleId}`;
}
