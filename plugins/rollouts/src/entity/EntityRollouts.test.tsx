import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Entity } from '@backstage/catalog-model';
import { NotAllowedError } from '@backstage/errors';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { failed, progressing, waiting, type CanaryFixture } from '../../dev/fixtures';
import { FixtureRollouts } from '../../dev/FixtureRollouts';
import { renderRollouts, SentSignals } from '../testing/renderRollouts';
import { EntityRollouts } from './EntityRollouts';

const NOW = new Date(2026, 10, 20, 14, 32, 12).getTime();
const entity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'podinfo', namespace: 'default', annotations: { 'backstage.io/kubernetes-id': 'podinfo' } },
  relations: [{ type: 'ownedBy', targetRef: 'group:default/payments' }],
};
const plain = (text: string | null) => (text ?? '').replaceAll('\u00a0', ' ');

function renderTab(api: FixtureRollouts, options: { at?: string; signals?: SentSignals } = {}) {
  return renderRollouts(
    <EntityProvider entity={entity}>
      <EntityRollouts />
    </EntityProvider>,
    { api, ...options },
  );
}

function renamed(fixture: CanaryFixture, name: string): CanaryFixture {
  return { ...fixture, rollout: { ...fixture.rollout, key: { ...fixture.rollout.key, name } } };
}

describe('EntityRollouts', () => {
  it('shows where the rollout stands, why, and when it looks next', async () => {
    renderTab(new FixtureRollouts(NOW, [progressing(NOW)]));
    const card = await screen.findByRole('region', { name: /^Rollout of podinfo/ });
    expect(within(card).getByText('Progressing')).toBeInTheDocument();
    expect(plain(card.textContent)).toContain('is below 99 % (2 of 5 failures used). Next look in 18 s.');
    expect(card).toHaveTextContent('3 failures left');
    const steps = within(card).getByRole('list', { name: 'Steps' });
    expect(within(steps).getAllByRole('listitem')).toHaveLength(13);
    expect(
      within(steps)
        .getByText(/holding here/)
        .closest('li'),
    ).toHaveAttribute('aria-current', 'step');
  });

  it('unfolds a decision to its checks, limits, queries and evidence', async () => {
    const api = new FixtureRollouts(NOW, [progressing(NOW)]);
    const user = userEvent.setup();
    const written = jest.spyOn(navigator.clipboard, 'writeText');
    renderTab(api);
    await user.click(await screen.findByRole('button', { name: 'Numbers of 14:32:00' }));
    const checks = screen.getByRole('row', { name: /^request success rate ?98/ });
    expect(plain(checks.textContent)).toMatch(/98\.69 %.*99\.71 %.*≥ 99 %.*Fail/);
    await user.click(screen.getByRole('button', { name: 'Show queries' }));
    expect(screen.getByText(/histogram_quantile/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Copy as JSON' }));
    expect(await screen.findByRole('button', { name: 'Copied' })).toBeInTheDocument();
    expect(JSON.parse(written.mock.calls[0][0])).toMatchObject({ decision: { sequence: 18 } });
  });

  it('moves between decisions and unfolds them by the arrow keys', async () => {
    renderTab(new FixtureRollouts(NOW, [progressing(NOW)]));
    (await screen.findByRole('button', { name: 'Numbers of 14:32:00' })).focus();
    await userEvent.keyboard('{ArrowDown}{ArrowRight}');
    const second = screen.getByRole('button', { name: 'Numbers of 14:31:30' });
    expect(second).toHaveFocus();
    expect(second).toHaveAttribute('aria-expanded', 'true');
    await userEvent.keyboard('{ArrowLeft}');
    expect(second).toHaveAttribute('aria-expanded', 'false');
  });

  it('narrows the decisions to those that failed', async () => {
    renderTab(new FixtureRollouts(NOW, [progressing(NOW)]));
    await userEvent.click(await screen.findByRole('button', { name: 'Failed only' }));
    expect(screen.getAllByRole('button', { name: /^Numbers of/ })).toHaveLength(3);
  });

  it('steps through the looks by keyboard and reads each', async () => {
    renderTab(new FixtureRollouts(NOW, [progressing(NOW)]));
    const plot = await screen.findByRole('slider', { name: /Looks of the rollout/ });
    act(() => plot.focus());
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
    expect(plain(plot.getAttribute('aria-valuetext'))).toBe(
      '14:31:00, 20 %, request success rate canary 98.84 %, primary 99.74 %, request duration p99 canary 402 ms, primary 350 ms, fail',
    );
    await userEvent.keyboard('{Home}');
    expect(plot).toHaveAttribute('aria-valuenow', '0');
  });

  it('shows the plots as a table on demand', async () => {
    renderTab(new FixtureRollouts(NOW, [progressing(NOW)]));
    await userEvent.click(await screen.findByRole('button', { name: 'Table' }));
    const looks = within(screen.getByRole('region', { name: 'Looks as a table' }));
    expect(looks.getAllByRole('row')).toHaveLength(9);
    expect(screen.queryByRole('slider')).not.toBeInTheDocument();
  });

  it('pauses at once, and says what the engine answered', async () => {
    const api = new FixtureRollouts(NOW, [progressing(NOW)]);
    renderTab(api);
    await userEvent.click(await screen.findByRole('button', { name: 'Pause' }));
    expect(await screen.findByText('Paused.', {}, { timeout: 3_000 })).toBeInTheDocument();
    expect(api.commands).toEqual([{ type: 'pause', rolloutId: 'r1', revision: 'abc123', why: '' }]);
  });

  it('aborts only with a reason, and begins on the button that changes nothing', async () => {
    const api = new FixtureRollouts(NOW, [progressing(NOW)]);
    renderTab(api);
    await userEvent.click(await screen.findByRole('button', { name: 'More rollout actions' }));
    await userEvent.click(screen.getByRole('menuitem', { name: 'Abort…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Abort the rollout of 6.0.1?' });
    expect(within(dialog).getByRole('button', { name: 'Keep running' })).toHaveFocus();
    const abort = within(dialog).getByRole('button', { name: 'Abort rollout' });
    expect(abort).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(abort);
    expect(api.commands).toEqual([]);
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Reason/ }), 'errors grow');
    await userEvent.click(abort);
    await waitFor(() => expect(api.commands).toEqual([{ type: 'abort', rolloutId: 'r1', revision: 'abc123', why: 'errors grow' }]));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('keeps an action that is not possible in reach, and does nothing on it', async () => {
    const api = new FixtureRollouts(NOW, [progressing(NOW)]);
    api.actions = [];
    renderTab(api);
    const pause = await screen.findByRole('button', { name: 'Pause' });
    expect(pause).toHaveAttribute('aria-disabled', 'true');
    act(() => pause.focus());
    expect(pause).toHaveFocus();
    await userEvent.click(pause);
    expect(api.commands).toEqual([]);
  });

  it('asks at a gate, shows what either answer does, and sends the gate’s type', async () => {
    const api = new FixtureRollouts(NOW, [waiting(NOW)]);
    renderTab(api);
    const gate = await screen.findByRole('region', { name: 'Gate confirm-promotion' });
    expect(plain(gate.textContent)).toContain('6.0.1 · 100 %, once its pods are ready');
    expect(within(gate).getByRole('button', { name: 'Reject and roll back' })).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(within(gate).getByRole('button', { name: 'Approve and promote' }));
    await waitFor(() => expect(api.commands[0]).toMatchObject({ type: 'approve', gate: 'confirm-promotion' }));
  });

  it('tells after a failure what went wrong, what serves, and offers one way on', async () => {
    renderTab(new FixtureRollouts(NOW, [failed(NOW)]));
    const wrong = await screen.findByRole('region', { name: 'What went wrong' });
    expect(plain(within(wrong).getAllByRole('row')[1].textContent)).toMatch(/request duration p99.*812 ms.*≤ 500 ms.*Fail/);
    expect(plain(screen.getByRole('region', { name: 'What serves now' }).textContent)).toContain('100 % of traffic');
    expect(screen.getByRole('button', { name: 'Retry…' })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Pause' })).not.toBeInTheDocument();
  });

  it('asks again when a signal names its Canary, keeps unfolded rows, and says the change aloud', async () => {
    const api = new FixtureRollouts(NOW, [progressing(NOW)]);
    const signals = new SentSignals();
    renderTab(api, { signals });
    await userEvent.click(await screen.findByRole('button', { name: 'Numbers of 14:32:00' }));
    const moved = progressing(NOW);
    api.put({ ...moved, rollout: { ...moved.rollout, verdict: 'pass', weight: 25, looks: 8, reason: 'At 25 %: all 3 checks passed.' } });
    act(() => signals.send({ kind: 'changed', key: { cluster: 'prod-eu', namespace: 'test', name: 'another' } }));
    act(() => signals.send({ kind: 'changed', key: { cluster: 'prod-eu', namespace: 'test', name: 'podinfo' } }));
    expect(await screen.findByText(/podinfo Progressing, 25\s%, Pass/)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Numbers of 14:32:00' })).toHaveAttribute('aria-expanded', 'true');
  });

  it('lets choose among several Canaries, in the address', async () => {
    renderTab(new FixtureRollouts(NOW, [renamed(progressing(NOW), 'web'), renamed(waiting(NOW), 'api')]), {
      at: '/rollouts?canary=prod-eu/test/api',
    });
    expect(await screen.findByRole('region', { name: /^Rollout of api/ })).toBeInTheDocument();
    await userEvent.click(screen.getByRole('radio', { name: /web/ }));
    expect(await screen.findByRole('region', { name: /^Rollout of web/ })).toBeInTheDocument();
    expect(screen.getByTestId('address')).toHaveTextContent('/rollouts?canary=prod-eu/test/web');
  });

  it('looks at an earlier rollout and comes back', async () => {
    const api = new FixtureRollouts(NOW, [progressing(NOW)]);
    renderTab(api, { at: '/rollouts' });
    await userEvent.click(await screen.findByRole('button', { name: '5.2.1' }));
    expect(await screen.findByText(/are those of 5\.2\.0 → 5\.2\.1/)).toBeInTheDocument();
    expect(screen.getByTestId('address')).toHaveTextContent('/rollouts?rollout=r-2');
    expect(api.asked.filter((each) => each.call === 'decisions').at(-1)!.about).toMatchObject({ rolloutId: 'r-2' });
    await userEvent.click(screen.getByRole('button', { name: 'Back to the present' }));
    await waitFor(() => expect(screen.getByTestId('address')).toHaveTextContent(/^\/rollouts$/));
  });

  it('keeps the last known state with its time and without actions while the API does not answer', async () => {
    const api = new FixtureRollouts(NOW, [progressing(NOW)]);
    renderTab(api);
    await screen.findByRole('region', { name: /^Rollout of podinfo/ });
    api.failure = new Error('connection refused');
    act(() => void window.dispatchEvent(new Event('online')));
    expect(await screen.findByText('Last known state')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Pause' })).toHaveAttribute('aria-disabled', 'true');
    expect(screen.getByText('kubectl -n test get canary podinfo')).toBeInTheDocument();
  });

  it('offers a Canary to begin with where there is none', async () => {
    renderTab(new FixtureRollouts(NOW, []));
    expect(await screen.findByText('No Canary for podinfo yet')).toBeInTheDocument();
    expect(screen.getByText(/kind: Canary/)).toBeInTheDocument();
  });

  it('shows no phase, version or cluster without the permission', async () => {
    const api = new FixtureRollouts(NOW, [progressing(NOW)]);
    api.failure = new NotAllowedError('no');
    renderTab(api);
    expect(await screen.findByText('You cannot see rollouts of podinfo')).toBeInTheDocument();
    expect(document.body).not.toHaveTextContent(/Progressing|6\.0\.1|prod-eu/);
  });
});
