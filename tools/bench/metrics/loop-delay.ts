import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded before a server's own program (`node --require`): tells the parent, when it asks, how late the event loop was since it last asked,
 * and what the process has cost since its start.
 */
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({
    p50: delay.percentile(50) / 1e6,
    p99: delay.percentile(99) / 1e6,
    max: delay.max / 1e6,
    cpuMicroseconds: user + system,
  });
  delay.reset();
});
// The server ends when its own work has ended.
process.channel?.unref();
