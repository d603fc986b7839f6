import { BuiltinSchemas } from './BuiltinSchemas';
import { dropEmpty } from './dropEmpty';

describe('dropEmpty', () => {
  it('leaves out empty lists and maps, not structures, and writes quantities as text', () => {
    const container = { name: 'a', env: [], resources: { limits: { cpu: 1 }, requests: {} }, securityContext: {} };
    const object = {
      metadata: { name: 'web', labels: {}, annotations: { a: '' } },
      spec: { template: { spec: { containers: [container], volumes: [{ name: 'v', emptyDir: {} }] } } },
    };
    dropEmpty(object, new BuiltinSchemas().find('apps', 'v1', 'Deployment')!);
    expect(object).toEqual({
      metadata: { name: 'web', annotations: { a: '' } },
      spec: {
        template: {
          spec: {
            containers: [{ name: 'a', resources: { limits: { cpu: '1' } }, securityContext: {} }],
            volumes: [{ name: 'v', emptyDir: {} }],
          },
        },
      },
    });
  });

  it('keeps an empty list that is required', () => {
    const role = { rules: [{ verbs: [], resources: [] }] };
    dropEmpty(role, new BuiltinSchemas().find('rbac.authorization.k8s.io', 'v1', 'Role')!);
    expect(role).toEqual({ rules: [{ verbs: [] }] });
  });
});
