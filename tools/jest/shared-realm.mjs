/**
 * The test environment of the server's suites: Node's, but all suites of one worker live in the same realm, one after the
 * other, so that `runtime.mjs` can keep the packages it has loaded. What a suite puts into the global object, or changes in
 * it, is gone with the suite; so are its `process`, its mocks and its timers.
 */
import { TestEnvironment } from 'jest-environment-node';
import { LegacyFakeTimers, ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/** The context and global object of this worker, made by its first suite. */
let realm;

export default class SharedRealm extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    if (realm === undefined) realm = { context: this.context, global: this.global };
    else this.enterRealm(config.projectConfig);
    /** What packages add when they are loaded is put here, and stays. */
    this.found = new Map(Reflect.ownKeys(this.global).map((key) => [key, describe(this.global, key)]));
  }

  /** Runs `load`; what it leaves in the global object belongs to a package from now on. */
  keepGlobalsOf(load) {
    const before = new Set(Reflect.ownKeys(this.global));
    try {
      return load();
    } finally {
      for (const key of Reflect.ownKeys(this.global)) {
        if (!before.has(key)) this.found.set(key, describe(this.global, key));
      }
    }
  }

  async teardown() {
    this.fakeTimers?.dispose();
    this.fakeTimersModern?.dispose();
    for (const key of Reflect.ownKeys(this.global)) {
      if (!this.found.has(key)) delete this.global[key];
    }
    for (const [key, before] of this.found) restore(this.global, key, before);
    this.context = null;
    this.fakeTimers = null;
    this.fakeTimersModern = null;
  }

  enterRealm(projectConfig) {
    const { process } = this.global;
    this.context = realm.context;
    this.global = realm.global;
    this.global.process = process;
    this.moduleMocker = new ModuleMocker(this.global);
    const timers = { config: projectConfig, global: this.global };
    this.fakeTimers = new LegacyFakeTimers({
      ...timers,
      moduleMocker: this.moduleMocker,
      timerConfig: { idToRef: (id) => ({ id, ref: () => id, unref: () => id }), refToId: (timer) => timer?.id },
    });
    this.fakeTimersModern = new ModernFakeTimers(timers);
  }
}

function describe(object, key) {
  return Object.getOwnPropertyDescriptor(object, key);
}

/** Globals that are made when they are first asked for may stay as made; all others get the value they had. */
function restore(global, key, before) {
  const now = describe(global, key);
  if (before.get !== undefined || (now !== undefined && 'value' in now && Object.is(now.value, before.value))) return;
  if (now === undefined || now.configurable) Object.defineProperty(global, key, before);
  else if (now.writable) global[key] = before.value;
}
