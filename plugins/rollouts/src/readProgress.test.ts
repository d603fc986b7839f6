import type { PlanStep } from '@aviary/plugin-rollouts-common';
import { idleRollout } from '../dev/fixtures';
import { manyRollouts } from '../dev/manyRollouts';
import { readProgress } from './readProgress';

const text = Object.fromEntries(manyRollouts(0).map((rollout) => [rollout.key.name, readProgress(rollout)]));

describe('readProgress', () => {
  it.each([
    ['podinfo', '20 %', 'moving', null],
    ['inventory', '50 %', 'moving', 'ahead'],
    ['catalog-web', 'look 3 of 10', 'moving', null],
    ['checkout-api', '50 %', 'waiting', 'waiting'],
    ['notifications', '15 %', 'waiting', null],
    ['identity', '0 %', 'waiting', 'waiting'],
    ['media-resize', '100 %', 'done', null],
    ['billing-worker', 'fell at 25 %', 'failed', null],
  ])('says of %s: %s', (name, words, tone, gate) => {
    const progress = text[name]!;
    expect(progress.text.replaceAll('\u00a0', ' ')).toBe(words);
    expect(progress.tone).toBe(tone);
    expect(progress.gate).toBe(gate);
  });

  it('says nothing where there is no rollout', () => {
    expect(text.mailer).toBeNull();
  });

  it('draws ten blocks for a plan of fifty steps and keeps the present one', () => {
    const plan: PlanStep[] = Array.from({ length: 50 }, (_, index) => ({ kind: 'weight', weight: index + 1 }));
    const { blocks } = readProgress(idleRollout(0, { phase: 'Progressing', weight: 23, plan }))!;
    expect(blocks).toEqual([...Array(4).fill('filled'), 'current', ...Array(5).fill('empty')]);
  });
});
