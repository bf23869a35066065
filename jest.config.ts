import { readFileSync } from 'node:fs';
import type { Config } from 'jest';
import angularPresets from 'jest-preset-angular/presets/index.js';

// One list of library doors: the tests resolve `@lakescope/x` by the same `paths` the compiler uses.
const { compilerOptions } = JSON.parse(readFileSync('./tsconfig.base.json', 'utf8')) as {
  compilerOptions: { paths: Record<string, [string]> };
};
const doors = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([name, [door]]) => [`^${name}$`, `<rootDir>/${door.slice(2)}`]),
);

const server: Config = {
  displayName: 'server',
  rootDir: '.',
  testEnvironment: '<rootDir>/tools/jest/shared-realm.mjs',
  runtime: '<rootDir>/tools/jest/runtime.mjs',
  globalSetup: '<rootDir>/tools/jest/begin-test-run.ts',
  testMatch: [
    '<rootDir>/apps/{api,local,cli}/**/*.(spec|int-spec).ts',
    '<rootDir>/libs/!(web)/**/*.(spec|int-spec).ts',
    '<rootDir>/migrations/**/*.(spec|int-spec).ts',
    '<rootDir>/tools/**/*.(spec|int-spec).ts',
  ],
  moduleNameMapper: doors,
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.nx/', '<rootDir>/.lakescope/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
};

// Angular ships ES modules only, so the web's tests are ES modules too.
const { transform, moduleNameMapper, transformIgnorePatterns, extensionsToTreatAsEsm, moduleFileExtensions } =
  angularPresets.createEsmPreset({ tsconfig: '<rootDir>/apps/web/tsconfig.spec.json' });

const web: Config = {
  displayName: 'web',
  rootDir: '.',
  testEnvironment: 'jest-preset-angular/environments/jest-jsdom-env',
  setupFilesAfterEnv: ['<rootDir>/apps/web/src/test-setup.ts'],
  testMatch: ['<rootDir>/apps/web/**/*.spec.ts', '<rootDir>/libs/web/**/*.spec.ts'],
  moduleNameMapper: { ...doors, ...moduleNameMapper },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.nx/', '<rootDir>/.lakescope/'],
  transform,
  transformIgnorePatterns,
  extensionsToTreatAsEsm,
  moduleFileExtensions,
};

const config: Config = {
  projects: [server, web],
  testTimeout: 30_000,
  // Never in the process that reports: hundreds of suites in one process outgrow its heap, a worker is replaced before.
  // One more than the two cores of CI: most suites wait for Postgres to start, and for what happens in time.
  maxWorkers: 3,
  testSequencer: '<rootDir>/tools/jest/longest-first.mjs',
  workerIdleMemoryLimit: '1200MB',
  coverageDirectory: 'coverage',
  collectCoverageFrom: ['{apps,libs}/**/src/**/*.ts', '!**/generated/**', '!**/*.spec.ts', '!**/*.int-spec.ts'],
};

export default config;
