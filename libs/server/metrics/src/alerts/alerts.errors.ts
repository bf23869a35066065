import { DomainError } from '@lakescope/server-http';

export class AlertRuleNotFound extends DomainError {
  constructor(id: string) {
    super({ kind: 'not_found', code: 'NOT_FOUND', message: 'There is no such alert rule', details: { id } });
  }
}

export class AlertRuleExists extends DomainError {
  constructor(name: string) {
    super({
      kind: 'conflict',
      code: 'ALREADY_EXISTS',
      message: `There is already an alert rule named “${name}”: choose another name`,
      details: { name },
    });
  }
}

export class TooManyAlertRules extends DomainError {
  constructor(most: number) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: `There are already ${most} alert rules, the most there may be: delete one that is no longer needed`,
      details: { most },
    });
  }
}

export class NoWebhook extends DomainError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: 'The rule has no webhook to test: set webhook_url first',
    });
  }
}
