import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setStage, type Stage } from '../harness/Stage';

const EXAMPLES = join(__dirname, '../../docs/examples');
jest.setTimeout(180_000);

describe('the Canaries of the articles, with the real kubectl', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setStage({ speed: 25, seed: true });
    await stage.startEngine();
    await stage.apply(await readFile(join(EXAMPLES, 'podinfo-canary.yaml'), 'utf8'));
    await stage.apply(await readFile(join(EXAMPLES, 'face-canary.yaml'), 'utf8'), '-n', 'faces');
    await stage.waitFor('test', 'podinfo', 'Initialized', (row) => row.phase === 'Initialized');
    await stage.waitFor('faces', 'face', 'Initialized', (row) => row.phase === 'Initialized');
  });
  afterAll(() => stage.close());

  it('makes the objects that Flagger makes, and adopts the service that is there', async () => {
    const names = await stage.kubectl('get', 'service,deployment,hpa,trafficsplit', '-n', 'test', '-o', 'name');
    expect(names.split('\n')).toEqual(
      expect.arrayContaining([
        'service/podinfo',
        'service/podinfo-primary',
        'service/podinfo-canary',
        'deployment.apps/podinfo-primary',
        'horizontalpodautoscaler.autoscaling/podinfo-primary',
        'trafficsplit.split.smi-spec.io/podinfo',
      ]),
    );
    const face = JSON.parse(await stage.kubectl('get', 'service', 'face', '-n', 'faces', '-o', 'json'));
    expect(face.spec.selector).toEqual({ service: 'face-primary' });
    expect(face.metadata.ownerReferences).toBeUndefined();
  });

  it('walks a good image through every weight to Succeeded', async () => {
    await stage.kubectl('set', 'image', 'deployment/podinfo', '*=ghcr.io/stefanprodan/podinfo:6.0.1', '-n', 'test');
    await stage.waitFor('test', 'podinfo', 'Succeeded', (row) => row.phase === 'Succeeded', 90);
    const weights = (await stage.decisions('test', 'podinfo')).filter(({ kind }) => kind === 'advance').map(({ weight }) => weight);
    expect(weights).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
    // The ledger knows first; the cluster follows.
    await stage.kubectl('wait', 'canary/podinfo', '-n', 'test', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=30s');
    await stage.kubectl('wait', 'deploy/podinfo', '-n', 'test', '--for=jsonpath={.spec.replicas}=0', '--timeout=30s');
    expect(await stage.kubectl('get', 'canary', 'podinfo', '-n', 'test', '--no-headers')).toMatch(/podinfo\s+Succeeded\s+0\s/);
    expect(await stage.kubectl('get', 'deploy', '-n', 'test', 'podinfo-primary', '-o', 'jsonpath={..image}')).toMatch(/podinfo:6\.0\.1$/);
    const events = await stage.kubectl(
      'get',
      'events',
      '-n',
      'test',
      '--field-selector',
      'involvedObject.kind=Canary',
      '-o',
      'jsonpath={range .items[*]}{.message}{"\\n"}{end}',
    );
    const expected = [
      'Initialization done! podinfo.test',
      'New revision detected! Scaling up podinfo.test',
      'Starting canary analysis for podinfo.test',
      'Pre-rollout check acceptance-test passed',
      'Advance podinfo.test canary weight 5',
      'Advance podinfo.test canary weight 50',
      'Copying podinfo.test template spec to podinfo-primary.test',
      'Routing all traffic to primary',
      'Promotion completed! Scaling down podinfo.test',
    ];
    expect(events.split('\n')).toEqual(expect.arrayContaining(expected));
  });

  it('halts a bad image, rolls back and leaves the primary with everything', async () => {
    const bad = { 'sandbox.aviary.dev/errors': '50%' };
    const patch = {
      spec: {
        template: { metadata: { annotations: bad }, spec: { containers: [{ name: 'face', image: 'dwflynn/faces-service:0.9.0' }] } },
      },
    };
    await stage.kubectl('patch', 'deployment', 'face', '-n', 'faces', '-p', JSON.stringify(patch));
    const row = await stage.waitFor('faces', 'face', 'Failed', (found) => found.phase === 'Failed', 90);
    expect(row.reason).toMatch(/^Rolled back from \d+\s%: request success rate .* is below 70\s% \(3 of 3 failures used\)\.$/);
    await stage.kubectl('wait', 'canary/face', '-n', 'faces', '--for=jsonpath={.status.phase}=Failed', '--timeout=30s');
    await stage.kubectl('wait', 'deploy/face', '-n', 'faces', '--for=jsonpath={.spec.replicas}=0', '--timeout=30s');
    const split = JSON.parse(await stage.kubectl('get', 'trafficsplit', 'face', '-n', 'faces', '-o', 'json'));
    expect(split.spec.backends).toEqual([
      expect.objectContaining({ service: 'face-canary' }),
      expect.objectContaining({ service: 'face-primary' }),
    ]);
    expect(split.spec.backends.map(({ weight }: { weight: unknown }) => Number(weight))).toEqual([0, 100]);
    const events = await stage.kubectl('get', 'events', '-n', 'faces', '-o', 'jsonpath={range .items[*]}{.message}{"\\n"}{end}');
    expect(events).toMatch(/Halt face\.faces advancement success rate \d+\.\d\d% < 70%/);
    expect(events).toContain('Rolling back face.faces failed checks threshold reached 3');
    expect(events).toContain('Canary failed! Scaling down face.faces');
  });

  it('starts over when the image changes during the analysis', async () => {
    const setImage = (tag: string) =>
      stage.kubectl('set', 'image', 'deployment/podinfo', `*=ghcr.io/stefanprodan/podinfo:${tag}`, '-n', 'test');
    await setImage('6.1.0');
    await stage.waitFor('test', 'podinfo', 'some traffic', (row) => row.toVersion === '6.1.0' && row.weight >= 10);
    await setImage('6.1.1');
    await stage.waitFor('test', 'podinfo', 'restarted', (row) => row.toVersion === '6.1.1' && row.weight === 0);
    await stage.waitFor('test', 'podinfo', 'Succeeded', (row) => row.phase === 'Succeeded' && row.toVersion === '6.1.1', 90);
    expect(await stage.kubectl('get', 'deploy', '-n', 'test', 'podinfo-primary', '-o', 'jsonpath={..image}')).toMatch(/podinfo:6\.1\.1$/);
  });
});
