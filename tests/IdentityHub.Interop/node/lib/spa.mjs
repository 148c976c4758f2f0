// Serves the single-page application of oidc-client-ts/app, and drives it.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { context } from './context.mjs';

const folder = fileURLToPath(new URL('../oidc-client-ts/app/', import.meta.url));
const library = fileURLToPath(new URL('../node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js', import.meta.url));
const scripts = { '/app.js': `${folder}app.js`, '/oidc-client-ts.js': library };

/** Listens at the port that the client `spa` has registered, or at another one; ends with the process. */
export async function serveApplication(port = context.ports.spa) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const script = scripts[pathname];
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    response.end(await readFile(script ?? `${folder}index.html`));
  });
  await new Promise((resolve) => server.listen(port, resolve));
  server.unref();
  return server.address().port;
}

/** The application at its address on a host, ready to log in. */
export async function openApplication(page, scope, host = 'localhost') {
  const settings = new URLSearchParams({ authority: context.issuer, scope });
  await page.goto(`http://${host}:${context.ports.spa}/app?${settings}`);
}

/** Logs in at the hub's own page; ends back at the application with what it knows of its user. */
export async function signIn(page) {
  await page.evaluate('void app.signinRedirect()');
  await page.locator('[name=username]').fill(context.user.name);
  await page.locator('[name=password]').fill(context.user.password);
  await page.locator('[name=password]').press('Enter');
  await page.waitForURL((url) => url.pathname === '/app' && url.searchParams.has('code'));
  return page.evaluate('ready');
}

/** Asks for new tokens without the user; the answer, or the error code where there is none. */
export const renew = (page) => page.evaluate('app.signinSilent().catch((failure) => ({ failure: failure.error ?? failure.message }))');
