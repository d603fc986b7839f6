import { queries } from '../../../providers/routers/src/linkerd/queries';
import { startMetricServer } from './MetricServer';

async function ask(url: string, query: string, init?: { post: true }): Promise<string> {
  const body = new URLSearchParams({ query });
  const response = await (init ? fetch(`${url}/api/v1/query`, { method: 'POST', body }) : fetch(`${url}/api/v1/query?${body}`));
  const answer = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  return answer.data.result[0].value[1];
}

it('answers the built-in queries: well, until a workload is turned bad', async () => {
  const server = await startMetricServer();
  try {
    const rate = (name: string) => queries['request-success-rate'].replaceAll('{{ target }}', name);
    expect(await ask(server.url, ' vector(1)')).toBe('1');
    expect(await ask(server.url, rate('a'))).toBe('100');
    server.turnBad('a');
    expect(await ask(server.url, rate('a'))).toBe('50');
    expect(await ask(server.url, rate('a'), { post: true })).toBe('50');
    expect(await ask(server.url, rate('ab'))).toBe('100');
    expect(await ask(server.url, queries['request-duration'].replaceAll('{{ target }}', 'a'))).toBe('20');
    expect(server.queries()).toBe(6);
  } finally {
    await server.close();
  }
});
