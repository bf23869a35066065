import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** This run of this process, as the metrics' books know it. Whoever makes an entry in the ledger takes its number here. */
@Injectable()
export class MetricsBoot {
  readonly id: string = randomUUID();
  private last = 0;

  /** A number that no other entry of this boot has. */
  nextSeq(): number {
    return ++this.last;
  }
}
