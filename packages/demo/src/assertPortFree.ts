import { createServer } from 'node:net';

/** @throws Error that says which port is taken, what it was wanted for and how to choose another one */
export async function assertPortFree(port: number, wanted: { by: string; option: string }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const found = error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be used: ${error.message}`;
      reject(
        new Error(
          `Port ${port}, wanted for ${wanted.by}, ${found}. ` +
            `Choose another one with npm start -- ${wanted.option} <port>, or stop that program (another npm start?).`,
        ),
      );
    });
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve()));
  });
}
