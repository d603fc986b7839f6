import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type ChildPart, startChild } from './startChild';

/** Starts the Backstage backend with the engine in it. `config` is merged over the repository's app-config.yaml. */
export function startPortal(options: { repository: string; config: string; log: string }): ChildPart {
  const transform = createRequire(join(options.repository, 'package.json')).resolve('@backstage/cli/config/nodeTransform.cjs');
  return startChild({
    name: 'the portal',
    args: [
      '--require',
      transform,
      join(__dirname, 'portal.ts'),
      '--config',
      join(options.repository, 'app-config.yaml'),
      '--config',
      options.config,
    ],
    // Where relative paths of app-config.yaml start.
    cwd: join(options.repository, 'packages/backend'),
    log: options.log,
    // The guest may sign in in development only.
    environment: { NODE_ENV: 'development' },
  });
}
