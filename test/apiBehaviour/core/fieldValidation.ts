import { deployment, made, newNamespace, type Subject } from '../Subject';

/** What becomes of fields of built-in kinds that no schema knows, and of values that cannot be read. */
export function fieldValidation(at: Subject): void {
  let deployments: string;

  beforeAll(async () => {
    deployments = `/apis/apps/v1/namespaces/${await newNamespace(at, 'fields')}/deployments`;
  });

  const odd = () => ({ ...deployment('odd'), spec: { ...(deployment('odd').spec as object), replica: 3 }, extra: true });

  test('unknown ones are refused with fieldValidation=Strict', async () => {
    const { status, body } = await at.api.create(deployments, odd(), { fieldValidation: 'Strict' });
    expect([status, body.reason, body.message]).toEqual([
      400,
      'BadRequest',
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica", unknown field "extra"',
    ]);
  });

  test('unknown ones are dropped with a warning when nothing is said, or Warn', async () => {
    const answer = await at.api.create(deployments, odd(), { dryRun: 'All' });
    expect([answer.status, answer.warnings]).toEqual([201, ['unknown field "spec.replica"', 'unknown field "extra"']]);
    expect(answer.body.spec).not.toHaveProperty('replica');
    expect(answer.body).not.toHaveProperty('extra');
    const patched = made(await at.api.create(deployments, deployment('odd', { paused: true })));
    const patch = await at.api.patch(`${deployments}/odd`, 'merge', { spec: { replica: 3 } }, { fieldValidation: 'Warn' });
    expect([patch.status, patch.warnings, patch.body.spec]).toEqual([200, ['unknown field "spec.replica"'], patched.spec]);
  });

  test('unknown ones are dropped in silence with Ignore', async () => {
    const silent = { ...odd(), metadata: { name: 'silent' } };
    const answer = await at.api.create(deployments, silent, { dryRun: 'All', fieldValidation: 'Ignore' });
    expect([answer.status, answer.warnings]).toEqual([201, []]);
    expect(answer.body.spec).not.toHaveProperty('replica');
  });

  test('unknown ones of a patch are refused with Strict', async () => {
    const change = { spec: { template: { spec: { containers: [{ name: 'main', images: 'x' }] } } } };
    const { status, body } = await at.api.patch(`${deployments}/odd`, 'strategic', change, { fieldValidation: 'Strict' });
    expect([status, body.reason]).toEqual([422, 'Invalid']);
    expect(body.message).toMatch(
      /^ "" is invalid: patch: Invalid value: .*: strict decoding error: unknown field "spec\.template\.spec\.containers\[0\]\.images"$/,
    );
  });

  test('fieldValidation has three values', async () => {
    const { status, body } = await at.api.create(deployments, odd(), { fieldValidation: 'Some' });
    expect([status, body.message]).toEqual([
      422,
      'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Some": supported values: "", "Ignore", "Strict", "Warn"',
    ]);
  });

  test('a value of the wrong type is a 400', async () => {
    const { status, body } = await at.api.create(deployments, deployment('typed', { replicas: 'three' }));
    expect([status, body.reason]).toEqual([400, 'BadRequest']);
    expect(body.message).toContain('json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32');
  });
}
