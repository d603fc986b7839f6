import { readFileSync } from 'node:fs';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { parse } from 'yaml';

/** The description of the REST API: what `openapi.yaml` beside this file says. */
export function readOpenApi() {
  return parse(readFileSync(resolvePackagePath('@aviary/plugin-rollouts-backend', 'src/schema/openapi.yaml'), 'utf8'));
}
