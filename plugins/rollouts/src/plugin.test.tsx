import { screen } from '@testing-library/react';
import { createExtensionTester } from '@backstage/frontend-test-utils';
import { FixtureRollouts } from '../dev/FixtureRollouts';
import { rolloutsApiRef } from './apis/rolloutsApiRef';
import * as legacy from './legacy';
import plugin from './plugin';
import { renderRollouts } from './testing/renderRollouts';

describe('the plugin in the new frontend system', () => {
  it('brings its page at /rollouts, with its own header', async () => {
    const page = createExtensionTester(plugin.getExtension('page:rollouts'));
    renderRollouts(page.reactElement(), { api: new FixtureRollouts(1_800_000_000_000) });
    expect(await screen.findByRole('heading', { name: 'Rollouts' })).toBeInTheDocument();
  });

  it('brings a tab for entities', () => {
    expect(plugin.getExtension('entity-content:rollouts/rollouts')).toBeDefined();
  });
});

describe('the plugin in the old frontend system', () => {
  it('offers the page, the tab and the API under the same id', () => {
    expect(legacy.rolloutsPlugin.getId()).toBe('rollouts');
    expect([...legacy.rolloutsPlugin.getApis()].map((factory) => factory.api.id)).toEqual([rolloutsApiRef.id]);
    expect(legacy.RolloutsPage).toBeDefined();
    expect(legacy.EntityRolloutsContent).toBeDefined();
  });
});
