// Receives what the hub sends to applications.
import { createServer } from 'node:http';

/** Listens at a port; ends with the process. `next(path)` waits for a request to that path, and is answered with 200. */
export async function receive(port) {
  const received = new Map();
  const waiting = new Map();
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const message = { body: Buffer.concat(chunks).toString(), headers: request.headers };
    response.end();
    const take = waiting.get(request.url);
    if (take) {
      take(message);
    } else {
      received.set(request.url, message);
    }
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  server.unref();
  return {
    next: (path) => new Promise((resolve) => {
      const message = received.get(path);
      if (message) {
        resolve(message);
      } else {
        // Keeps the process alive while it waits: the test ends a script that waits for ever.
        const alive = setInterval(() => {}, 1000);
        waiting.set(path, (late) => {
          clearInterval(alive);
          resolve(late);
        });
      }
    }),
  };
}
