import { formatComparison } from './formatComparison';
import type { SystemFigures } from './SystemFigures';

const window = {
  seconds: 60.02,
  requests: { get: 1081.5, create: 0.25 },
  cpu: 12.34,
  apiServer: 6.5,
  memory: 123.4,
  database: null,
  queries: 0,
};
const one: SystemFigures = {
  system: 'Flagger 1.44.0',
  canaries: 1000,
  initialised: 812.3,
  idle: window,
  noticed: { median: 61.2, most: 118.4, runs: 20 },
  progressing: { ...window, queries: 81.2, steps: 490, stepsDue: 6002 },
  rolledBack: { median: 131.2, most: 178.4, runs: 20 },
  memoryPeak: 140.2,
  load: 3.21,
};
const other: SystemFigures = {
  ...one,
  system: 'Aviary',
  idle: { ...window, requests: {}, database: { cpu: 0.5, memory: 61.7 } },
  progressing: { ...one.progressing, requests: { patch: 200 }, database: { cpu: 30, memory: 70 } },
};

it('sets the systems side by side, every verb that any of them used, in 120 columns', () => {
  const text = formatComparison([one, other]);
  expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
  expect(text.replace(/ {2,}/g, '  ')).toBe(
    [
      '1000 Canaries  Flagger 1.44.0  Aviary',
      '  all initialised after  812 s  812 s',
      'At rest, 60 s',
      '  API requests  1,082 /s  0 /s',
      '  get  1,082 /s  0 /s',
      '  create  0.25 /s  0 /s',
      '  queries of metrics  0 /s  0 /s',
      '  processor time  12.3 s (20.6 %)  12.3 s (20.6 %)',
      '  of its Postgres  –  0.50 s (0.83 %)',
      '  of the API server, with the work of the controllers  6.50 s (10.8 %)  6.50 s (10.8 %)',
      '  memory  123 MiB  123 MiB',
      '  of its Postgres  –  62 MiB',
      'Rollouts of all under way, 60 s',
      '  API requests  1,082 /s  200 /s',
      '  get  1,082 /s  0 /s',
      '  create  0.25 /s  0 /s',
      '  patch  0 /s  200 /s',
      '  queries of metrics  81.2 /s  81.2 /s',
      '  processor time  12.3 s (20.6 %)  12.3 s (20.6 %)',
      '  of its Postgres  –  30 s (50.0 %)',
      '  of the API server, with the work of the controllers  6.50 s (10.8 %)  6.50 s (10.8 %)',
      '  memory  123 MiB  123 MiB',
      '  of its Postgres  –  70 MiB',
      '  weight steps taken, of those due  490 of 6002  490 of 6002',
      'How soon: median (most, of how many)',
      '  a changed Deployment is noticed  61.2 s (118 s, 20)  61.2 s (118 s, 20)',
      '  from a bad metric to all traffic at the primary  131 s (178 s, 20)  131 s (178 s, 20)',
      'Most memory since its start  140 MiB  140 MiB',
      'Load average of the machine  3.2  3.2',
    ].join('\n'),
  );
});

it('shows one system when only one could be measured', () => {
  expect(formatComparison([other]).split('\n')[0]).toMatch(/^1000 Canaries {2,}Aviary$/);
});
