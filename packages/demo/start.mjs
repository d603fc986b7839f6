// Behind `npm start`: loads the launcher from its TypeScript source.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const major = Number(process.versions.node.split('.')[0]);

try {
  require.resolve('@backstage/cli/config/nodeTransform.cjs');
} catch {
  console.error('The dependencies are not installed. Run npm install first.');
  process.exit(1);
}
if (major < 22) {
  console.error(
    `Node ${process.versions.node} is too old for the demo. Run it as npm start, which uses the Node 24 that npm install brought.`,
  );
  process.exit(1);
}
require('@backstage/cli/config/nodeTransform.cjs');
require('./src/main.ts');
