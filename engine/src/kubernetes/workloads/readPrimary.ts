import type { KubeObject } from '@aviary/provider-contract';
import { readFence, type Fence } from './fence';
import { CONFIGS_ANNOTATION, POD_ID_ANNOTATION, REVISION_ANNOTATION } from './renderPrimary';

/** What a primary says about its own promotion. */
export interface PrimaryMarks {
  /** Hash of the template that it was promoted from; null when we did not write it (Flagger did). */
  revision: string | null;
  /** Checksums of the configs that it was promoted with; empty when unknown. */
  configs: Record<string, string>;
  podId: string | null;
  fence: Fence | undefined;
}

/** Reads the notes that `renderPrimary` leaves. */
export function readPrimary(primary: KubeObject): PrimaryMarks {
  const annotations = primary.metadata.annotations ?? {};
  return {
    revision: annotations[REVISION_ANNOTATION] ?? null,
    configs: parseConfigs(annotations[CONFIGS_ANNOTATION]),
    podId: primary.spec?.template?.metadata?.annotations?.[POD_ID_ANNOTATION] ?? null,
    fence: readFence(primary),
  };
}

function parseConfigs(text: string | undefined): Record<string, string> {
  try {
    const parsed = JSON.parse(text ?? '{}');
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return {};
    return Object.fromEntries(Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return {};
  }
}
