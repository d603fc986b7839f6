import { parse } from 'protobufjs';
import { ProtobufReader } from './ProtobufReader';

/** By hand, not from the record that is under test. */
const { root } = parse(
  `syntax = "proto2";
  message Unknown { optional TypeMeta typeMeta = 1; optional bytes raw = 2; }
  message TypeMeta { optional string apiVersion = 1; optional string kind = 2; }
  message ObjectMeta { optional string name = 1; optional string namespace = 3; optional int64 generation = 7; optional Time creationTimestamp = 8; map<string, string> labels = 11; }
  message Time { optional int64 seconds = 1; optional int32 nanos = 2; }
  message IntOrString { optional int64 type = 1; optional int32 intVal = 2; optional string strVal = 3; }
  message Quantity { optional string string = 1; }
  message ConfigMap { optional ObjectMeta metadata = 1; map<string, string> data = 2; map<string, bytes> binaryData = 3; }
  message Service { optional ObjectMeta metadata = 1; optional ServiceSpec spec = 2; }
  message ServiceSpec { repeated ServicePort ports = 1; optional string clusterIP = 3; optional bool publishNotReadyAddresses = 13; }
  message ServicePort { optional string name = 1; optional int32 port = 3; optional IntOrString targetPort = 4; optional int32 nodePort = 5; }
  message Deployment { optional ObjectMeta metadata = 1; optional DeploymentSpec spec = 2; }
  message DeploymentSpec { optional int32 replicas = 1; optional PodTemplateSpec template = 3; optional int32 minReadySeconds = 5; }
  message PodTemplateSpec { optional ObjectMeta metadata = 1; optional PodSpec spec = 2; }
  message PodSpec { repeated Volume volumes = 1; repeated Container containers = 2; }
  message Volume { optional string name = 1; optional VolumeSource volumeSource = 2; }
  message VolumeSource { optional EmptyDir emptyDir = 2; }
  message EmptyDir { optional string medium = 1; }
  message Container { optional string name = 1; optional string image = 2; optional ResourceRequirements resources = 8; }
  message ResourceRequirements { map<string, Quantity> limits = 1; }`,
  { keepCase: true },
);

function envelope(apiVersion: string, kind: string, raw: Uint8Array): Buffer {
  const unknown = root.lookupType('Unknown').encode({ typeMeta: { apiVersion, kind }, raw }).finish();
  return Buffer.concat([Buffer.from('k8s\0'), unknown]);
}

const encode = (name: string, value: object) => root.lookupType(name).encode(root.lookupType(name).fromObject(value)).finish();
const decodeProtobuf = (body: Buffer) => new ProtobufReader().read(body);

describe('ProtobufReader', () => {
  it('reads an object as its JSON form, without the empty values that Go writes', () => {
    const raw = encode('Service', {
      metadata: { name: 'web', namespace: '', generation: 0, labels: { app: 'web' } },
      spec: {
        ports: [{ name: '', port: 80, targetPort: { type: 1, strVal: 'http' }, nodePort: 0 }],
        clusterIP: '',
        publishNotReadyAddresses: false,
      },
    });
    expect(decodeProtobuf(envelope('v1', 'Service', raw))).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: { ports: [{ port: 80, targetPort: 'http' }] },
    });
  });

  it('keeps a zero that means something, and resources as text', () => {
    const container = { name: 'c', image: 'i', resources: { limits: { cpu: { string: '100m' } } } };
    const raw = encode('Deployment', { metadata: { name: 'web' }, spec: { replicas: 0, template: { spec: { containers: [container] } } } });
    expect(decodeProtobuf(envelope('apps/v1', 'Deployment', raw)).spec).toEqual({
      replicas: 0,
      template: { spec: { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '100m' } } }] } },
    });
  });

  it('reads inline structures, empty ones that mean something, times and bytes', () => {
    const volumes = [{ name: 'v', volumeSource: { emptyDir: { medium: '' } } }];
    const meta = { name: 'web', creationTimestamp: { seconds: 1_700_000_000 } };
    const raw = encode('Deployment', { metadata: meta, spec: { template: { spec: { volumes } } } });
    expect(decodeProtobuf(envelope('apps/v1', 'Deployment', raw))).toMatchObject({
      metadata: { creationTimestamp: '2023-11-14T22:13:20Z' },
      spec: { template: { spec: { volumes: [{ name: 'v', emptyDir: {} }] } } },
    });
    const bytes = encode('ConfigMap', { metadata: { name: 'a' }, data: { empty: '' }, binaryData: { b: Buffer.from('abc') } });
    expect(decodeProtobuf(envelope('v1', 'ConfigMap', bytes))).toMatchObject({ data: { empty: '' }, binaryData: { b: 'YWJj' } });
  });

  it('refuses what would lose something, and says what to do', () => {
    expect(() => decodeProtobuf(envelope('example.test/v1', 'Thing', new Uint8Array()))).toThrow(
      /Thing \(example.test\/v1\) cannot be read as protobuf.*kubectl create -f/,
    );
    const withUnknownField = Buffer.concat([encode('ConfigMap', { metadata: { name: 'a' } }), Buffer.from([0xfa, 0x07, 0x01, 0x00])]);
    expect(() => decodeProtobuf(envelope('v1', 'ConfigMap', withUnknownField))).toThrow(
      expect.objectContaining({ code: 415, message: expect.stringContaining('this ConfigMap has fields') }),
    );
    expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow(expect.objectContaining({ code: 400 }));
  });
});
