import { explain } from './explain';
import { LaunchError } from './launch-error';

describe('what a person at the terminal is told', () => {
  it('names the way out of a taken port, however many ports this start takes', () => {
    const taken = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 8000 });

    expect(explain(taken)).toBe(
      'Port 8000 is in use. Choose others with --ports BASE (see --help), or --ports 0 for any that are free.',
    );
  });

  it('is one line for what can be acted on, and a stack for a fault of ours', () => {
    expect(explain(new LaunchError('No room.\n  Make some.'))).toBe('No room. Make some.');
    expect(explain(new TypeError('x is not a function'))).toContain('explain.spec');
  });
});
