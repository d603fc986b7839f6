import { ledger } from './0001_ledger';
import type { Migration } from './Migration';

export type { Migration };

/** All steps, oldest first. */
export const migrations: Migration[] = [ledger];
