import { Injectable } from '@nestjs/common';

/** Is told after every statement of a roll-up. Does nothing; tests break off at each of them. */
@Injectable()
export class RollUpSteps {
  after(_statement: string): void | Promise<void> {
    // Nobody is interested.
  }
}
