import { ratesBetween, readRequestCounts, totalOf } from './readRequestCounts';

const METRICS = `# HELP apiserver_flowcontrol_dispatched_requests_total [BETA] Number of requests executed by API Priority and Fairness subsystem
# TYPE apiserver_flowcontrol_dispatched_requests_total counter
apiserver_flowcontrol_dispatched_requests_total{flow_schema="exempt",priority_level="exempt"} 467
apiserver_flowcontrol_dispatched_requests_total{flow_schema="measured-create",priority_level="exempt"} 1
apiserver_flowcontrol_dispatched_requests_total{flow_schema="measured-get",priority_level="exempt"} 3
apiserver_flowcontrol_dispatched_requests_total{flow_schema="measured-get",priority_level="other"} 1.5e+06
apiserver_flowcontrol_current_executing_requests{flow_schema="measured-get",priority_level="exempt"} 7
apiserver_request_total{code="200",verb="GET"} 99
`;

it("takes only the measured system's own counters from the metrics", () => {
  expect(readRequestCounts(METRICS)).toEqual({ create: 1, get: 1_500_003 });
  expect(readRequestCounts('')).toEqual({});
});

describe('the rates between two readings', () => {
  it.each([
    [{}, {}, {}],
    [{ get: 10 }, { get: 10 }, {}],
    [{}, { get: 30, patch: 3 }, { get: 3, patch: 0.3 }],
    [
      { get: 10, list: 4 },
      { patch: 20, get: 15, list: 4 },
      { get: 0.5, patch: 2 },
    ],
  ])('from %j to %j in ten seconds are %j', (before, after, rates) => {
    expect(ratesBetween(before, after, 10)).toEqual(rates);
  });

  it('are in the order of the verbs, and have a total', () => {
    const rates = ratesBetween({}, { delete: 10, get: 20, create: 30 }, 10);
    expect(Object.keys(rates)).toEqual(['get', 'create', 'delete']);
    expect(totalOf(rates)).toBe(6);
  });
});
