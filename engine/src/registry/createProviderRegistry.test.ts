import { createProviderRegistry } from './createProviderRegistry';

describe('createProviderRegistry', () => {
  it('has the built-in providers', async () => {
    const registry = await createProviderRegistry();
    expect(registry.router('linkerd').abilities.weights).toBe(true);
    expect(registry.metric('prometheus').displayName).toBe('Prometheus');
    expect(registry.alert('slack').displayName).toBe('Slack');
  });

  it('does not start without a package that it was told to load', async () => {
    await expect(createProviderRegistry(['@example/not-there'])).rejects.toThrow('@example/not-there');
  });

  it('refuses a package that brings a provider it has already', async () => {
    await expect(createProviderRegistry(['@aviary/routers/linkerd'])).rejects.toThrow('two router providers with the id "linkerd"');
  });
});
