/** A terminal and npm may both pass on the same Ctrl-C; only one that comes later is a second one. */
const sameKeyPress = 1_000;
const parentCheck = 250;

export function stopOnSignals(stop: (reason: string) => Promise<void>, hurry: () => void): void {
  let askedAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (askedAt === undefined) {
        askedAt = Date.now();
        void stop(signal);
      } else if (Date.now() - askedAt > sameKeyPress) hurry();
    });
  }
}

/**
 * What `npm run restart-replicas` sends. Not SIGHUP, which is what a terminal says when it is closed: then everything is to stop. Windows
 * has no such signal.
 */
export function onRestartSignal(restart: () => void): void {
  if (process.platform !== 'win32') process.on('SIGUSR2', restart);
}

/**
 * `npm start` runs us in a shell that dies of the signal npm passes to it without passing it on; then nobody would be left
 * to stop us. Only under npm: who starts the launcher directly may well leave it running.
 */
export function stopWithParent(stop: (reason: string) => Promise<void>): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    void stop('npm has ended');
  }, parentCheck);
  check.unref();
}
