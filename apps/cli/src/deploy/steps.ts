import type { Terminal } from '../terminal';

/** A step of a deployment that is over. */
export interface TakenStep {
  readonly step: string;
  readonly state: 'done' | 'failed';
  readonly ms: number;
  readonly detail: string;
}

/** Says of a step under way how far it is. */
export type Say = (detail: string) => void;

/** Tells of each step when it begins and what it took: lines for people beside the result, or a JSON line each as part of it. */
export class Steps {
  readonly taken: TakenStep[] = [];
  private readonly began: number;

  constructor(
    private readonly terminal: Pick<Terminal, 'out' | 'note'>,
    private readonly json: boolean,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.began = now();
  }

  get seconds(): number {
    return Math.round((this.now() - this.began) / 100) / 10;
  }

  /** `work` answers its result, and what is to be said of it. A failure is told as one, and goes on to the caller. */
  async take<T>(step: string, title: string, work: (say: Say) => Promise<readonly [T, string]>): Promise<T> {
    const from = this.now();
    const say: Say = (detail) => this.note(`  ${detail}`);
    this.note(`${title} ...`);
    try {
      const [result, detail] = await work(say);
      this.over({ step, state: 'done', ms: Math.round(this.now() - from), detail }, title);
      return result;
    } catch (error) {
      this.over({ step, state: 'failed', ms: Math.round(this.now() - from), detail: '' }, title);
      throw error;
    }
  }

  private over(taken: TakenStep, title: string): void {
    this.taken.push(taken);
    if (this.json) {
      this.terminal.out(JSON.stringify(taken));
      return;
    }
    const what = taken.state === 'done' ? `done${taken.detail === '' ? '' : `, ${taken.detail}`}` : 'FAILED';
    this.note(`${title}: ${what} (${(taken.ms / 1000).toFixed(1)} s)`);
  }

  private note(line: string): void {
    if (!this.json) this.terminal.note(`${this.seconds.toFixed(1).padStart(7)} s  ${line}`);
  }
}
