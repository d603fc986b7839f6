// The portal's backend as a child of the launcher.

/** Milliseconds to stop in good order when the launcher is gone. */
const PATIENCE = 5_000;

process.on('disconnect', () => {
  setTimeout(() => process.exit(1), PATIENCE).unref();
  process.kill(process.pid, 'SIGTERM');
});

require('backend');
