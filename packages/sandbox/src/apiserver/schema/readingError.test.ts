import { BuiltinSchemas } from './BuiltinSchemas';
import { readingError } from './readingError';

const deployment = new BuiltinSchemas().find('apps', 'v1', 'Deployment')!;
const inPod = (spec: object) => ({ spec: { template: { spec } } });

describe('readingError', () => {
  it.each([
    [{}],
    [{ spec: null }],
    [{ unknown: 1, spec: { unknown: [1] } }],
    [inPod({ containers: [{ resources: { limits: { cpu: 1, memory: '1Gi' } } }] })],
    [inPod({ containers: [{ livenessProbe: { httpGet: { port: 'http' } } }, { livenessProbe: { httpGet: { port: 80 } } }] })],
  ])('finds nothing wrong with %j', (value) => {
    expect(readingError(value, deployment)).toBeUndefined();
  });

  it.each([
    [{ spec: { replicas: '3' } }, 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ spec: { replicas: 1.5 } }, 'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ spec: { paused: 'yes' } }, 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool'],
    [{ metadata: { labels: { a: 1 } } }, 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string'],
    [
      inPod({ containers: {} }),
      'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      inPod({ containers: [{ image: true }] }),
      'json: cannot unmarshal bool into Go struct field Container.spec.template.spec.containers.image of type string',
    ],
  ])('of %j is %s', (value, message) => {
    expect(readingError(value, deployment)).toBe(message);
  });

  it('tells where bytes stop to be base64', () => {
    const secret = new BuiltinSchemas().find('', 'v1', 'Secret')!;
    expect(readingError({ data: { a: 'YWJj' } }, secret)).toBeUndefined();
    expect(readingError({ data: { a: 'YW j' } }, secret)).toBe('illegal base64 data at input byte 2');
  });
});
