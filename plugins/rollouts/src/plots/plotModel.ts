import type { CheckLimit, CheckResult, Decision, Rollout } from '@aviary/plugin-rollouts-common';
import { checkLabel } from '../format/formatValue';
import { isRunning } from '../phases';
import { isTrafficStep, readSteps } from '../readSteps';

/** A weight from a moment on. */
export interface WeightPoint {
  at: number;
  weight: number;
}

/** What one metric check measured at one look; null where nothing was measured. */
export interface CheckPoint {
  at: number;
  value: number | null;
  primary: number | null;
  verdict: CheckResult['verdict'];
}

/** One metric check over time. */
export interface CheckSeries extends CheckLimit {
  label: string;
  points: CheckPoint[];
  /** The last point with a value. */
  last: CheckPoint | undefined;
}

/** All that the plots show, oldest first. Times are the engine's. */
export interface PlotModel {
  /** Time range of the axis. */
  start: number;
  end: number;
  /** The present, while the rollout runs; null afterwards. */
  now: number | null;
  /** When the rollout was taken back; null when it was not. */
  fellAt: number | null;
  weights: WeightPoint[];
  /** Steps to come if every look passes. */
  plan: WeightPoint[];
  /** The highest weight before promotion. */
  topWeight: number;
  /** Looks, and the decision that first sent traffic. */
  looks: Decision[];
  dueAt: number | null;
  checks: CheckSeries[];
}

const ENDED_MARGIN = 0.06;
const RUNNING_MARGIN = 0.25;

/**
 * Arranges a rollout's decisions for the plots; null when there is nothing to show: no look yet and none to come.
 *
 * @param decisions newest first
 * @param now the engine's time
 * @param past the earlier rollout that the decisions belong to; without it they belong to `rollout`
 */
export function plotModel(
  rollout: Rollout,
  decisions: Decision[],
  now: number,
  past?: { startedAt: number; endedAt: number | null; maxWeight: number },
): PlotModel | null {
  const told = [...decisions].reverse();
  const startedAt = past?.startedAt ?? rollout.startedAt ?? told[0]?.at;
  if (startedAt === undefined || told.length === 0) {
    return null;
  }
  const endedAt = past ? past.endedAt : rollout.endedAt;
  const runs = past === undefined && isRunning(rollout) && endedAt === null;
  const looks = told.filter((decision, index) => decision.verdict !== null || isFirstTraffic(decision, told.slice(0, index)));
  if (!runs && looks.length === 0) {
    return null;
  }
  const until = runs ? now : Math.max(endedAt ?? 0, told.at(-1)!.at);
  const start = Math.min(startedAt, told[0].at);
  const margin = runs ? Math.max((until - start) * RUNNING_MARGIN, 2 * rollout.interval) : Math.max((until - start) * ENDED_MARGIN, 1_000);
  const end = until + margin;
  const weights = weightPoints(told, start, until);
  return {
    start,
    end,
    now: runs ? now : null,
    fellAt: told.find((decision) => decision.kind === 'rollback')?.at ?? null,
    weights,
    plan: runs ? planPoints(rollout, now, end) : [],
    topWeight: topWeight(rollout, weights, past?.maxWeight),
    looks,
    dueAt: rollout.phase === 'Progressing' && runs && rollout.paused === null ? rollout.dueAt : null,
    checks: checkSeries(told, past === undefined ? rollout.checks : []),
  };
}

function isFirstTraffic(decision: Decision, before: Decision[]): boolean {
  return decision.weight > 0 && decision.weightBefore === 0 && before.every((each) => each.weight === 0);
}

function weightPoints(told: Decision[], start: number, until: number): WeightPoint[] {
  const points: WeightPoint[] = [{ at: start, weight: told[0].weightBefore }];
  for (const { at, weight } of told) {
    if (weight !== points.at(-1)!.weight) {
      points.push({ at, weight });
    }
  }
  return [...points, { at: until, weight: points.at(-1)!.weight }];
}

function planPoints(rollout: Rollout, now: number, end: number): WeightPoint[] {
  if (rollout.phase !== 'Progressing' || rollout.dueAt === null || rollout.paused !== null || rollout.gate !== null) {
    return [];
  }
  const states = readSteps(rollout);
  const points: WeightPoint[] = [{ at: now, weight: rollout.weight }];
  let at = Math.max(now, rollout.dueAt);
  for (const [index, step] of rollout.plan.entries()) {
    if (step.kind === 'gate' && states[index] === 'ahead') {
      break;
    }
    if (step.kind === 'weight' && states[index] === 'ahead' && at < end) {
      points.push({ at, weight: step.weight });
      at += rollout.interval;
    }
  }
  return [...points, { at: end, weight: points.at(-1)!.weight }];
}

function topWeight(rollout: Rollout, weights: WeightPoint[], pastMaximum = 0): number {
  const planned = rollout.plan.filter(isTrafficStep).map((step) => (step.kind === 'weight' ? step.weight : 0));
  const top = Math.max(pastMaximum, ...(pastMaximum > 0 ? [] : planned), ...weights.map((point) => point.weight));
  return top > 0 ? top : 100;
}

/** The checks that the rollout names, then those that only its decisions know. */
function checkSeries(told: Decision[], limits: CheckLimit[]): CheckSeries[] {
  const known = new Map<string, CheckLimit>(limits.map((limit) => [limit.name, limit]));
  for (const check of told.flatMap((decision) => decision.checks).filter(isMetric)) {
    if (!known.has(check.name)) {
      known.set(check.name, { name: check.name, unit: check.unit, min: check.min, max: check.max, source: check.source ?? '' });
    }
  }
  return [...known.values()].map((limit) => {
    const points = told.flatMap((decision) =>
      decision.checks.filter((check) => isMetric(check) && check.name === limit.name).map((check) => toPoint(decision.at, check)),
    );
    return { ...limit, label: checkLabel(limit), points, last: points.findLast((point) => point.value !== null) };
  });
}

function isMetric(check: CheckResult): boolean {
  return check.kind === 'metric';
}

function toPoint(at: number, { value, primaryValue, verdict }: CheckResult): CheckPoint {
  return { at, value, primary: primaryValue, verdict };
}
