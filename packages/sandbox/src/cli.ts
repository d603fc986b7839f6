import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { deployVersion, type DeployOptions } from './cli/deployVersion';
import { KubeClient } from './cli/KubeClient';
import { type AttachedOptions, runAttached } from './cli/runAttached';
import { type RunOptions, runSandbox } from './cli/runSandbox';
import { showStatus } from './cli/showStatus';

const DEFAULT_KUBECONFIG = resolve(__dirname, '../../../.aviary/kubeconfig');

const program = new Command('sandbox')
  .description('A small Kubernetes cluster in one process, with a mesh that sends simulated traffic.')
  .option('--kubeconfig <file>', "the sandbox's kubeconfig", DEFAULT_KUBECONFIG)
  .showHelpAfterError();

program
  .command('deploy')
  .description('release a version of a service of the running sandbox')
  .argument('<name>', 'name of the Deployment')
  .argument('<tag>', 'tag of the image')
  .option('-n, --namespace <namespace>', 'where the Deployment is; needed only if there are several of that name')
  .option('--errors <share>', 'share of requests that the new version answers with an error, such as 20%')
  .option('--latency <duration>', 'what the new version needs longer for each request, such as 900ms')
  .option('--ready-after <duration>', 'when its pods become ready, such as 10s')
  .option('--never-ready', 'its pods never become ready')
  .option('--crash-after <duration>', 'when its containers crash, again and again, such as 15s')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run sandbox -- deploy podinfo 6.0.1\n  npm run sandbox -- deploy podinfo 6.0.2 --errors 20% --latency 900ms',
  )
  .action(async (name: string, tag: string, options: DeployOptions) => console.log(await deployVersion(client(), name, tag, options)));

program
  .command('status')
  .description('show the Canaries of the running sandbox')
  .action(async () => console.log(await showStatus(client())));

program
  .command('start')
  .description('run a sandbox on its own ("npm start" runs one with the engine and the portal)')
  .option('--port <port>', 'port of the Kubernetes API on 127.0.0.1', wholeNumber, 0)
  .option('--data-dir <folder>', 'keep the objects there across restarts')
  .option('--speed <factor>', 'how many times as fast as the wall clock', positiveNumber, 1)
  .option('--reset', 'forget what is in the data folder')
  .action((options: Omit<RunOptions, 'kubeconfig'>) => runSandbox({ ...options, kubeconfig: kubeconfig() }, stopSignal(), console.log));

program
  .command('attach')
  .description('simulate the traffic of another cluster, the one of --kubeconfig, and answer as its Prometheus and its load testers')
  .option('--load-testers <namespaces...>', 'where there is to be a load tester; by default where there is a Service flagger-loadtester')
  .action((options: Omit<AttachedOptions, 'kubeconfig'>) =>
    runAttached({ ...options, kubeconfig: kubeconfig() }, stopSignal(), console.log, console.error),
  );

program.parseAsync().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});

function kubeconfig(): string {
  return resolve(program.opts<{ kubeconfig: string }>().kubeconfig);
}

function client(): KubeClient {
  return new KubeClient(kubeconfig());
}

function stopSignal(): Promise<unknown> {
  return new Promise((done) => {
    process.once('SIGINT', done);
    process.once('SIGTERM', done);
  });
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return Number(text);
}

function positiveNumber(text: string): number {
  if (!(Number(text) > 0)) throw new InvalidArgumentError('A speed is a number above 0.');
  return Number(text);
}
