import { DomainError, type Precondition } from '@lakescope/server-http';

/** There is no such schedule, or it is another person's. */
export class ScheduleNotFound extends DomainError {
  constructor(scheduleId: string) {
    super({
      kind: 'not_found',
      code: 'NOT_FOUND',
      message: 'There is no schedule of this id, or it is not yours.',
      details: { schedule_id: scheduleId },
    });
  }
}

/** Somebody else has changed it meanwhile. */
export class ScheduleChanged extends DomainError {
  constructor(scheduleId: string, condition: Precondition | undefined, found: number) {
    super({
      kind: 'precondition',
      code: 'PRECONDITION_FAILED',
      message: `The schedule has changed: it is at version ${found}.`,
      details: {
        schedule_id: scheduleId,
        expected_version: typeof condition === 'object' ? condition.version : null,
        current_version: found,
      },
    });
  }
}

export class ScheduleExists extends DomainError {
  constructor(name: string) {
    super({
      kind: 'conflict',
      code: 'ALREADY_EXISTS',
      message: `There is a schedule called “${name}” already: take another name.`,
      details: { name },
    });
  }
}

export class TooManySchedules extends DomainError {
  constructor(maximum: number) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: `There are ${maximum} schedules, which is as many as one person may have: delete one that is not needed.`,
      details: { max_schedules: maximum },
    });
  }
}

/** It works with its owner's connections, so nobody else says what it does with them. */
export class ScheduleOfAnother extends DomainError {
  constructor() {
    super({
      kind: 'forbidden',
      code: 'PERMISSION_DENIED',
      message:
        'Only the owner of a schedule may change what it ingests, because it works with the owner’s connections.',
    });
  }
}
