import nx from '@nx/eslint-plugin';
import angular from 'angular-eslint';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';
import { allowedDependencies } from './tools/lint/allowed-dependencies.mjs';

export default tseslint.config(
  {
    ignores: [
      '**/node_modules',
      '**/dist',
      '.nx',
      '.angular',
      '.lakescope',
      'coverage',
      'artifacts',
      '**/generated/**',
    ],
  },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  ...tseslint.configs.strict.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.cjs'],
    plugins: { '@nx': nx, 'import-x': importX },
    languageOptions: { parser: tseslint.parser },
    settings: {
      'import-x/resolver-next': [
        createTypeScriptImportResolver({ project: 'tsconfig.base.json', noWarnOnMultipleProjects: true }),
      ],
      'import-x/extensions': ['.ts', '.mjs', '.cjs', '.js'],
    },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allowCircularSelfDependency: false,
          banTransitiveDependencies: false,
          checkDynamicDependenciesExceptions: ['.*'],
          allow: [],
          depConstraints: allowedDependencies.map(([source, ...targets]) => ({
            sourceTag: source,
            onlyDependOnLibsWithTags: targets,
          })),
        },
      ],
      // The Nx rule holds cycles between libraries; this one holds those between the files of one library.
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only @lakescope/server-config reads the environment.' },
      ],
      eqeqeq: ['error', 'smart'],
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: false } },
    rules: {
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*.int-spec.ts', '**/testing/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: '@lakescope/server-testing', message: 'Test support.' },
            {
              name: '@nestjs/swagger',
              importNames: ['IntersectionType', 'OmitType', 'PartialType', 'PickType'],
              message: 'The bundle leaves the OpenAPI package out, and with it the rules these classes would inherit.',
            },
          ],
        },
      ],
    },
  },
  {
    // Nest reads constructor parameter types at run time: a type-only import would erase the provider's token.
    files: ['apps/api/**/*.ts', 'libs/server/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    // Process entries and tools talk to a terminal and hand the environment on.
    files: [
      'tools/**',
      'apps/local/**',
      'apps/api/src/{main,write-openapi}.ts',
      'apps/cli/**',
      'libs/cda/src/cli/main.ts',
      '**/*.spec.ts',
      '**/*.int-spec.ts',
      'apps/web-e2e/**',
      'libs/server/testing/**',
      'libs/databricks/emulator/src/postgres/**',
      'libs/databricks/emulator/src/jobs/machine-environment.ts',
      'jest.config.ts',
      '*.mjs',
    ],
    rules: { 'no-console': 'off', 'no-restricted-properties': 'off' },
  },
  {
    // What users of the package write: they import it by its name, and read their own environment.
    files: ['libs/client/examples/**'],
    rules: { 'no-console': 'off', 'no-restricted-properties': 'off', '@nx/enforce-module-boundaries': 'off' },
  },
  ...angular.configs.tsRecommended.map((config) => ({ ...config, files: ['apps/web/**/*.ts', 'libs/web/**/*.ts'] })),
  {
    files: ['apps/web/**/*.ts', 'libs/web/**/*.ts'],
    rules: {
      '@angular-eslint/component-class-suffix': 'off',
      '@angular-eslint/directive-class-suffix': 'off',
      '@angular-eslint/component-selector': ['error', { type: 'element', prefix: 'ls', style: 'kebab-case' }],
      '@angular-eslint/prefer-on-push-component-change-detection': 'off',
    },
  },
  ...angular.configs.templateRecommended.map((config) => ({ ...config, files: ['**/*.html'] })),
  ...angular.configs.templateAccessibility.map((config) => ({ ...config, files: ['**/*.html'] })),
  {
    files: ['**/*.html'],
    rules: {
      // Containers that listen for what bubbles up from the focusable things inside them.
      '@angular-eslint/template/interactive-supports-focus': ['error', { allowList: ['form', 'dialog', 'table'] }],
    },
  },
);
