/** The tests of this folder span packages: they start the sandbox, Postgres, engines and browsers for real. */
module.exports = {
  displayName: '@aviary/test',
  rootDir: __dirname,
  testEnvironment: 'node',
  globalSetup: '<rootDir>/harness/announceGrounds.ts',
  testMatch: ['**/*.test.ts'],
  transform: {
    '\\.(mjs|cjs|js)$': [require.resolve('@backstage/cli/config/jestSwcTransform'), { jsc: { parser: { syntax: 'ecmascript' } } }],
    '\\.ts$': [require.resolve('@backstage/cli/config/jestSwcTransform'), { jsc: { parser: { syntax: 'typescript' } } }],
  },
  // As in the other packages: much of node_modules is ES modules by now, which Jest cannot load as they are.
  transformIgnorePatterns: [
    '/node_modules/(?:ajv|jest-.*|knex|pg|pg-.*|undici|axe-core|axios|yaml|fflate|protobufjs|playwright-core|typescript)/',
  ],
};
