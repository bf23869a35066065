import { Injectable } from '@nestjs/common';

/** Tells whoever starts what is due, in this process, that something will be. */
@Injectable()
export class ScheduleBell {
  private listener: ((due: Date) => void) | undefined;

  onExpect(listener: (due: Date) => void): void {
    this.listener = listener;
  }

  expect(due: Date): void {
    this.listener?.(due);
  }
}
