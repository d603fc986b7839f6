/**
 * One configuration for the whole repository. The import rules are those of the design: what may know of what.
 */
const zone = (target, from, message, except) => ({ target, from, message, ...(except && { except }) });
const TESTS = ['**/*.test.ts', '**/*.test.tsx', '**/testing/**', 'test/**', '**/setupTests.ts'];

const PURE = 'decision/ and analysis/ are pure: no clock, randomness, environment or I/O';

module.exports = {
  root: true,
  parser: '@typescript-eslint/parser',
  parserOptions: { ecmaVersion: 2022, sourceType: 'module', ecmaFeatures: { jsx: true } },
  plugins: ['@typescript-eslint', 'import', 'jest', 'react', 'react-hooks', 'jsx-a11y'],
  extends: ['prettier'],
  env: { es2022: true, node: true },
  ignorePatterns: ['**/dist/**', '**/dist-types/**', 'node_modules', '**/*.d.ts', '.aviary'],
  settings: {
    react: { version: '18.3' },
    'import/resolver': { node: { extensions: ['.ts', '.tsx', '.js', '.mjs'] } },
    'import/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
  },
  reportUnusedDisableDirectives: true,
  rules: {
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-var': 'error',
    'prefer-const': 'error',
    'no-debugger': 'error',
    'max-lines': ['error', { max: 400 }],
    'max-depth': ['error', 4],
    'max-params': ['error', 5],
    'no-restricted-globals': ['error', 'fetch'],
    '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    '@typescript-eslint/no-shadow': 'error',
    'import/no-restricted-paths': [
      'error',
      {
        zones: [
          zone('engine/src/canary', 'engine/src', 'canary/ imports zod and nothing of the engine', ['./canary']),
          zone('engine/src/decision', 'engine/src', PURE, ['./decision', './analysis', './canary', './testing']),
          zone('engine/src/analysis', 'engine/src', PURE, ['./decision', './analysis', './canary']),
          ...['store', 'kubernetes', 'registry', 'config', 'telemetry'].map((own) =>
            zone(`engine/src/${own}`, 'engine/src', `${own}/ knows neither the controller nor its siblings`, [
              `./${own}`,
              './canary',
              './decision',
              './testing',
              './registry/ProviderRegistry.ts',
            ]),
          ),
          zone('engine/src/rbac', 'engine/src', 'rbac/ knows the cluster and the providers, and nothing of rollouts', [
            './rbac',
            './Clock.ts',
            './kubernetes',
            './registry',
            './telemetry',
          ]),
          zone('engine/src', 'plugins', 'the engine knows nothing of Backstage'),
          zone('providers', 'engine', 'providers depend on the contract only'),
          zone('providers', 'plugins', 'providers depend on the contract only'),
          zone('packages/sandbox', 'engine', "the sandbox's reading of routes is a second opinion"),
          zone('packages/sandbox', 'providers', "the sandbox's reading of routes is a second opinion"),
          zone('engine/src', 'test', 'nothing imports test/'),
          zone('plugins', 'test', 'nothing imports test/'),
        ],
      },
    ],
  },
  overrides: [
    {
      files: ['**/*.tsx', 'plugins/rollouts/**', 'plugins/rollouts-common/**', 'packages/app/**'],
      env: { browser: true },
      rules: {
        'react-hooks/rules-of-hooks': 'error',
        'react-hooks/exhaustive-deps': 'error',
        'react/jsx-key': 'error',
        'jsx-a11y/alt-text': 'error',
      },
    },
    {
      files: ['engine/src/decision/**', 'engine/src/analysis/**', 'engine/src/canary/**'],
      excludedFiles: TESTS,
      rules: {
        'no-restricted-globals': [
          'error',
          ...['Date', 'process', 'setTimeout', 'setInterval', 'fetch', 'console', 'performance', 'crypto'].map((name) => ({
            name,
            message: PURE,
          })),
        ],
        'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: PURE }],
        'no-restricted-syntax': [
          'error',
          { selector: ':function[async=true]', message: PURE },
          { selector: 'AwaitExpression', message: PURE },
        ],
      },
    },
    {
      files: ['engine/src/**'],
      excludedFiles: ['engine/src/kubernetes/**', ...TESTS],
      rules: {
        'no-restricted-imports': [
          'error',
          { patterns: ['@kubernetes/client-node', '@backstage/*', '@aviary/sandbox', '@aviary/plugin-*'] },
        ],
      },
    },
    {
      files: ['engine/src/controller/**'],
      excludedFiles: TESTS,
      rules: {
        'no-restricted-imports': [
          'error',
          { patterns: ['@kubernetes/client-node', 'knex', 'pg', '@backstage/*', '@aviary/sandbox', '@aviary/plugin-*'] },
        ],
      },
    },
    {
      files: ['providers/*/src/**'],
      excludedFiles: TESTS,
      rules: {
        'no-restricted-imports': ['error', { patterns: ['@kubernetes/client-node', 'knex', 'pg', '@backstage/*', '@aviary/engine*'] }],
      },
    },
    {
      files: ['engine/src/**', 'providers/*/src/**', 'plugins/rollouts-backend/src/**'],
      excludedFiles: ['engine/src/config/**', 'engine/src/main.ts', ...TESTS],
      rules: {
        'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'only config/ reads the environment' }],
      },
    },
    {
      files: TESTS,
      env: { jest: true },
      rules: {
        'max-lines': ['error', { max: 800 }],
        'no-restricted-globals': 'off',
        'import/no-restricted-paths': 'off',
        'max-params': 'off',
        'jest/no-focused-tests': 'error',
        'jest/no-identical-title': 'error',
        'jest/valid-expect': 'error',
      },
    },
    {
      files: ['packages/**', 'test/**', 'plugins/*/dev/**', 'plugins/rollouts-common/**', '**/*.mjs'],
      rules: { 'no-restricted-globals': 'off' },
    },
    {
      files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
      rules: { '@typescript-eslint/consistent-type-imports': 'off', 'import/no-restricted-paths': 'off' },
    },
  ],
};
