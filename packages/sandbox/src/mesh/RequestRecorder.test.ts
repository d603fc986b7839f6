import type { KubeObject } from '../apiserver/ObjectStore';
import { RequestRecorder } from './RequestRecorder';

const CLIENT = { namespace: 'sandbox', deployment: 'clients' };
const DESTINATION = { namespace: 'test', service: 'podinfo' };
const pod = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'test', name } });
const server = (name: string) => ({ pod: pod(name), deployment: 'podinfo' });

describe('the recorder of requests', () => {
  let recorder: RequestRecorder;
  beforeEach(() => {
    recorder = new RequestRecorder();
  });

  const answered = (name: string, failed = false, latency = 25) =>
    recorder.answered(CLIENT, DESTINATION, server(name), { failed, latency });
  // Without the buckets, which the histogram's own test knows.
  const counted = (of: Record<string, string> = {}) =>
    recorder.counters
      .readings()
      .filter(({ labels }) => !('le' in labels) && Object.entries(of).every(([label, value]) => labels[label] === value))
      .map(({ labels: { __name__: name, direction, status_code: code, status }, value }) =>
        [direction, name, code ?? status, value].filter((part) => part !== undefined).join(' '),
      );

  it('counts a request at the server, in the application and at the client, in this order', () => {
    answered('a');
    answered('a');
    expect(counted()).toEqual([
      'inbound request_total 2',
      'inbound response_total 200 2',
      'inbound response_latency_ms_sum 200 50',
      'inbound response_latency_ms_count 200 2',
      'http_request_duration_seconds_sum 200 0.05',
      'http_request_duration_seconds_count 200 2',
      'outbound request_total 2',
      'outbound response_total 200 2',
    ]);
  });

  it('counts failures apart from successes, and requests of both together', () => {
    answered('a');
    answered('a', true);
    answered('a', true);
    expect(counted({ __name__: 'response_total', direction: 'inbound', classification: 'failure' })).toEqual([
      'inbound response_total 500 2',
    ]);
    expect(counted({ __name__: 'request_total' })).toEqual(['inbound request_total 3', 'outbound request_total 3']);
  });

  it('counts at the client what nobody answered', () => {
    recorder.unanswered(CLIENT, DESTINATION);
    recorder.unanswered(CLIENT, DESTINATION);
    recorder.unanswered(CLIENT, { ...DESTINATION, service: 'other' });
    expect(counted({ dst_service: 'podinfo' })).toEqual(['outbound request_total 2', 'outbound response_total 503 2']);
    expect(counted({ dst_service: 'other' })).toEqual(['outbound request_total 1', 'outbound response_total 503 1']);
  });

  it('tells clients, Services and Deployments apart', () => {
    answered('a');
    recorder.answered({ ...CLIENT, deployment: 'tester' }, DESTINATION, server('a'), { failed: false, latency: 1 });
    recorder.answered(CLIENT, { ...DESTINATION, service: 'other' }, server('a'), { failed: false, latency: 1 });
    recorder.answered(CLIENT, DESTINATION, { pod: pod('a'), deployment: 'other' }, { failed: false, latency: 1 });
    const outbound = { __name__: 'request_total', direction: 'outbound' };
    expect(counted(outbound)).toEqual(Array(4).fill('outbound request_total 1'));
    expect(counted({ __name__: 'request_total', direction: 'inbound', deployment: 'podinfo' })).toEqual(['inbound request_total 3']);
  });

  it('forgets what an ended pod counted, not what its clients did; a pod of the same name begins at zero', () => {
    answered('a');
    answered('b');
    recorder.forget('test', 'a');
    recorder.forget('other', 'b');
    expect(counted({ pod: 'a' })).toEqual([]);
    expect(counted({ kubernetes_pod_name: 'a' })).toEqual([]);
    expect(counted({ pod: 'b', __name__: 'request_total' })).toEqual(['inbound request_total 1']);
    answered('a');
    expect(counted({ pod: 'a', __name__: 'request_total' })).toEqual(['inbound request_total 1']);
    expect(counted({ __name__: 'request_total', direction: 'outbound' })).toEqual(['outbound request_total 3']);
  });
});
