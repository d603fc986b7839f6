import { parseEngineConfig } from './EngineConfig';

const MINIMAL = { database: { connection: 'postgres://127.0.0.1/aviary' } };

/** The lines after the first one. */
function complaints(input: unknown): string[] {
  try {
    parseEngineConfig(input);
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

it('needs a database and fills in the rest', () => {
  expect(parseEngineConfig(MINIMAL)).toEqual({
    enabled: true,
    cluster: { name: 'default' },
    database: { connection: 'postgres://127.0.0.1/aviary', schema: 'aviary', poolSize: 10 },
    meshProvider: 'kubernetes',
    metricsServer: 'http://prometheus:9090',
    selectorLabels: ['app', 'name', 'app.kubernetes.io/name'],
    includeLabelPrefixes: [],
    minInterval: 10_000,
    configTracking: true,
    addresses: { overrides: {} },
    egress: { allow: [], deny: [] },
    fieldManager: 'flagger',
    providers: [],
    listen: { host: '127.0.0.1', port: 8080 },
  });
});

it.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
])('reads the duration %s', (minInterval, milliseconds) => {
  expect(parseEngineConfig({ ...MINIMAL, minInterval }).minInterval).toBe(milliseconds);
});

it.each([
  [{}, 'rollouts.engine.database: Invalid input: expected object, received undefined'],
  [{ ...MINIMAL, database: {} }, 'rollouts.engine.database.connection: Invalid input'],
  [{ ...MINIMAL, cluster: { name: 'The Cluster' } }, 'rollouts.engine.cluster.name: must be lower-case letters, digits, "-" and "."'],
  [{ ...MINIMAL, minInterval: 'soon' }, 'rollouts.engine.minInterval: must be a duration like "10s" or "1m30s"'],
  [{ ...MINIMAL, clock: { real: 1, shown: 1, speed: 0 } }, 'rollouts.engine.clock.speed: Too small: expected number to be >0'],
  [{ ...MINIMAL, listen: { port: 70_000 } }, 'rollouts.engine.listen.port: Too big: expected number to be <=65535'],
  [
    { ...MINIMAL, cluster: { kubecfg: 'x' } },
    'rollouts.engine.cluster: unknown setting "kubecfg"; known are name, kubeconfig, context, namespace',
  ],
  [{ ...MINIMAL, addresses: { proxy: true } }, 'rollouts.engine.addresses: unknown setting "proxy"; known are throughApiServer, overrides'],
])('refuses %j', (input, complaint) => {
  expect(complaints(input)).toEqual([complaint]);
});

it('tells everything that is wrong at once, and never what a secret is', () => {
  const found = complaints({ clustr: {}, database: { connection: 'postgres://me:hidden@db/aviary', pool: 3 }, minInterval: 5 });
  expect(found).toHaveLength(3);
  expect(found.join('\n')).not.toContain('hidden');
  expect(found).toContainEqual(expect.stringMatching(/^rollouts\.engine: unknown setting "clustr"; known are enabled, cluster, database/));
});
