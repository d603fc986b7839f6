import { summariseRequests } from './summariseRequests';

it('names verbs and kinds, not objects', () => {
  const requests = [
    { verb: 'create', path: '/api/v1/namespaces/a/events' },
    { verb: 'patch', path: '/apis/flagger.app/v1beta1/namespaces/a/canaries/b/status' },
    { verb: 'patch', path: '/apis/flagger.app/v1beta1/namespaces/a/canaries/c/status' },
    { verb: 'update', path: '/apis/split.smi-spec.io/v1alpha1/namespaces/a/trafficsplits/b' },
    { verb: 'proxy', path: '/api/v1/namespaces/linkerd-viz/services/prometheus:9090/proxy/api/v1/query' },
    { verb: 'list', path: '/api/v1/secrets' },
  ];
  expect(summariseRequests(requests)).toBe(
    '2 patch canaries/status, 1 create events, 1 update trafficsplits, 1 proxy services/proxy, 1 list secrets',
  );
});
