/**
 * Jest's module system for the server's suites, except that packages and our own modules are loaded once per worker instead of
 * once per suite: to load the server takes longer than most suites take to run. Every suite loads itself, its neighbours in
 * `testing` folders and what lies in `tools` anew.
 *
 * So a module that keeps something in a variable of its own keeps it for the next suite, as it does for the next request in
 * production. It sees neither `jest.mock` nor `jest.resetModules`; spies work, and end with their suite.
 */
import { sep } from 'node:path';
import Runtime from 'jest-runtime';

/** Loads what this worker keeps; ends with the worker. */
let keeper;

class Keeper extends Runtime {
  constructor(config, environment, ...rest) {
    const { context, global, moduleMocker } = environment;
    const conditions = environment.exportConditions();
    super(config, { global, moduleMocker, getVmContext: () => context, exportConditions: () => conditions }, ...rest);
    // Fastify looks through it, file by file, for the name of each plugin; a plugin's own name is as good.
    this.registries.getRequireCacheProxy = () => ({});
  }

  has(path) {
    return this.registries.getActiveCjsRegistry().get(path)?.loaded === true;
  }
}

export default class ServerRuntime extends Runtime {
  constructor(config, environment, resolver, transformer, cacheFS, coverage, ...rest) {
    super(config, environment, resolver, transformer, cacheFS, coverage, ...rest);
    keeper ??= new Keeper(config, environment, resolver, transformer, cacheFS, coverage, ...rest);
    // The one who was constructed last has the word in the sandbox's `process`.
    this.installGetBuiltinModule();
    // Coverage is counted by suite, so our own modules are that suite's.
    this.keepsOwn = !coverage.collectCoverage;
  }

  requireModule(from, moduleName, options, isRequireActual) {
    if (moduleName !== undefined && options?.isInternalModule !== true && !this._resolution.isCoreModule(moduleName)) {
      const path = this._resolution.resolveCjs(from, moduleName);
      if (this.isKept(path)) return this.requireKept(path);
    }
    return super.requireModule(from, moduleName, options, isRequireActual);
  }

  /** Those of the kept modules as well: they are in the stack of an error like the suite's own. */
  getSourceMaps() {
    const own = super.getSourceMaps();
    const kept = keeper.getSourceMaps();
    return {
      get: (path) => own.get(path) ?? kept.get(path),
      *[Symbol.iterator]() {
        yield* own;
        yield* kept;
      },
    };
  }

  isKept(path) {
    return isOfPackage(path) || (this.keepsOwn && isOwn(path, this._config.rootDir));
  }

  requireKept(path) {
    if (keeper.has(path)) return keeper.requireModule(path);
    return this._environment.keepGlobalsOf(() => keeper.requireModule(path));
  }
}

/** Of a package, and not of one of ours that a suite has put there. */
const isOfPackage = remembered((path) => /[\\/]node_modules[\\/](?!@lakescope[\\/])/.test(path));

/** A module of the server, or of its test support that is a library of its own. */
const isOwn = remembered((path, rootDir) => {
  if (!path.startsWith(rootDir + sep) || !path.endsWith('.ts') || /[.-]spec\.ts$/.test(path)) return false;
  const within = path.slice(rootDir.length).replaceAll(sep, '/');
  return /^\/(apps|libs|migrations)\//.test(within) && !/(?<!libs\/server)\/testing\//.test(within);
});

/** The answer depends on the path alone: there is one root. */
function remembered(ask) {
  const answers = new Map();
  return (path, ...more) => {
    let answer = answers.get(path);
    if (answer === undefined) answers.set(path, (answer = ask(path, ...more)));
    return answer;
  };
}
