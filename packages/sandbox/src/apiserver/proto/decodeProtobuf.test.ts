import { parse } from 'protobufjs';
import { decodeProtobuf } from './decodeProtobuf';
import { messages } from './messages';

const { root } = parse(messages, { keepCase: true });

function envelope(apiVersion: string, kind: string, raw: Uint8Array): Buffer {
  const unknown = root.lookupType('Unknown').encode({ typeMeta: { apiVersion, kind }, raw }).finish();
  return Buffer.concat([Buffer.from('k8s\0'), unknown]);
}

const encode = (name: string, value: object) => root.lookupType(name).encode(root.lookupType(name).fromObject(value)).finish();

describe('decodeProtobuf', () => {
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

  it('refuses what would lose something, and says what to do', () => {
    expect(() => decodeProtobuf(envelope('batch/v1', 'Job', new Uint8Array()))).toThrow(
      /Job \(batch\/v1\) cannot be read as protobuf.*kubectl create -f/,
    );
    const withUnknownField = Buffer.concat([encode('ConfigMap', { metadata: { name: 'a' } }), Buffer.from([0xfa, 0x07, 0x01, 0x00])]);
    expect(() => decodeProtobuf(envelope('v1', 'ConfigMap', withUnknownField))).toThrow(
      expect.objectContaining({ code: 415, message: expect.stringContaining('this ConfigMap has fields') }),
    );
    expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow(expect.objectContaining({ code: 400 }));
  });
});
