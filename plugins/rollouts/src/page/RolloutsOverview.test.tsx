import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { NotAllowedError } from '@backstage/errors';
import { FixtureRollouts } from '../../dev/FixtureRollouts';
import { renderRollouts, SentSignals } from '../testing/renderRollouts';
import { RolloutsOverview } from './RolloutsOverview';

const NOW = 1_800_000_000_000;
const address = () => screen.getByTestId('address').textContent;
const rows = async () => {
  const table = await screen.findByRole('grid');
  await within(table)
    .findByText('podinfo')
    .catch(() => undefined);
  return within(table)
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.textContent);
};
const asked = (api: FixtureRollouts, call: string) => api.asked.filter((each) => each.call === call);

describe('RolloutsOverview', () => {
  it('shows every rollout with its phase, way, versions and budget', async () => {
    renderRollouts(<RolloutsOverview />, { api: new FixtureRollouts(NOW) });
    const [first] = await rows();
    expect(first!.replaceAll('\u00a0', ' ')).toMatch(
      /podinfo.*prod-eu \/ test.*Progressing.*20 %.*6\.0\.0.*6\.0\.1.*2 of 5.*payments.*12 s ago/,
    );
    expect(screen.getByText('7')).toBeInTheDocument();
    expect(screen.getByText('7 % of 44 that ended')).toBeInTheDocument();
  });

  it('leads to the entity’s tab, with the Canary in the address', async () => {
    renderRollouts(<RolloutsOverview />, { api: new FixtureRollouts(NOW) });
    const link = await screen.findByRole('link', { name: 'podinfo' });
    expect(link).toHaveAttribute('href', expect.stringMatching(/podinfo\/rollouts\?canary=prod-eu%2Ftest%2Fpodinfo$/));
  });

  it('reads its filters from the address and asks the server for just that', async () => {
    const api = new FixtureRollouts(NOW);
    renderRollouts(<RolloutsOverview />, { api, at: '/rollouts?group=failed&cluster=prod-us&search=session' });
    await screen.findByText('session-cache');
    expect(asked(api, 'list')[0].about).toMatchObject({ group: 'failed', cluster: ['prod-us'], search: 'session' });
    expect(screen.queryByText('ledger')).not.toBeInTheDocument();
    expect(screen.getByRole('radio', { name: /Failed in 24 h/ })).toBeChecked();
  });

  it('writes a chosen tile into the address, and takes it out when it is chosen again', async () => {
    renderRollouts(<RolloutsOverview />, { api: new FixtureRollouts(NOW), at: '/rollouts?cursor=5' });
    await userEvent.click(await screen.findByRole('radio', { name: /Waiting for someone/ }));
    await waitFor(() => expect(address()).toBe('/rollouts?group=waiting'));
    await userEvent.click(screen.getByRole('radio', { name: /Waiting for someone/ }));
    await waitFor(() => expect(address()).toBe('/rollouts'));
  });

  it('writes a search into the address once typing pauses', async () => {
    const api = new FixtureRollouts(NOW);
    renderRollouts(<RolloutsOverview />, { api, at: '/rollouts' });
    await screen.findByText('podinfo');
    await userEvent.type(screen.getByRole('searchbox'), 'ledger');
    await waitFor(() => expect(address()).toBe('/rollouts?search=ledger'));
    await waitFor(() => expect(screen.queryByText('podinfo')).not.toBeInTheDocument());
    expect(asked(api, 'list').length).toBeLessThan(5);
  });

  it('goes to the search on /', async () => {
    renderRollouts(<RolloutsOverview />, { api: new FixtureRollouts(NOW) });
    await screen.findByText('podinfo');
    fireEvent.keyDown(document.body, { key: '/' });
    expect(screen.getByRole('searchbox')).toHaveFocus();
  });

  it('turns pages by the cursor in the address', async () => {
    const api = new FixtureRollouts(NOW, [], await manyRows(60));
    renderRollouts(<RolloutsOverview />, { api, at: '/rollouts' });
    await userEvent.click(await screen.findByRole('button', { name: 'Older' }));
    await waitFor(() => expect(address()).toBe('/rollouts?cursor=25'));
    expect(await screen.findByText('service-25')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Newer' }));
    expect(await screen.findByText('service-0')).toBeInTheDocument();
  });

  it('asks again when a signal says that a Canary changed', async () => {
    const api = new FixtureRollouts(NOW);
    const signals = new SentSignals();
    renderRollouts(<RolloutsOverview />, { api, signals });
    await screen.findByText('podinfo');
    const before = asked(api, 'list').length;
    act(() => signals.send({ kind: 'changed', key: { cluster: 'a', namespace: 'b', name: 'c' } }));
    await waitFor(() => expect(asked(api, 'list').length).toBe(before + 1), { timeout: 3_000 });
  });

  it('says which permission is missing, and nothing else', async () => {
    const api = new FixtureRollouts(NOW);
    api.failure = new NotAllowedError('no');
    renderRollouts(<RolloutsOverview />, { api });
    expect(await screen.findByText('rollouts.read')).toBeInTheDocument();
    expect(screen.queryByRole('grid')).not.toBeInTheDocument();
    expect(screen.queryByText('Running')).not.toBeInTheDocument();
  });

  it('keeps the last known rows while the API does not answer', async () => {
    const api = new FixtureRollouts(NOW);
    renderRollouts(<RolloutsOverview />, { api });
    await screen.findByText('podinfo');
    api.failure = new Error('connection refused');
    act(() => void window.dispatchEvent(new Event('online')));
    expect(await screen.findByText('The rollouts API does not answer.')).toBeInTheDocument();
    expect(screen.getByText('podinfo')).toBeInTheDocument();
    api.failure = null;
    await userEvent.click(screen.getByRole('button', { name: 'Try now' }));
    await waitFor(() => expect(screen.queryByText('The rollouts API does not answer.')).not.toBeInTheDocument());
  });
});

async function manyRows(count: number) {
  const { items } = await new FixtureRollouts(NOW).list({ limit: 1 });
  return Array.from({ length: count }, (_, index) => ({ ...items[0], key: { ...items[0].key, name: `service-${index}` } }));
}
