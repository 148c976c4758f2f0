// kubectl with its auth provider oidc: the id_token of its configuration has expired, so that it gets a new one at the token endpoint that
// discovery names, sends it to the API server, and keeps the rotated refresh token.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { context, secretOf } from '../lib/context.mjs';
import { confidential, logIn } from '../lib/openid-client.mjs';
import { clientId, listen } from './api-server.mjs';

const [, , key, cert] = process.argv;
const server = await listen({ key: await readFile(key), cert: await readFile(cert) });
const tokens = await logIn(await confidential(clientId), 'openid profile email groups offline_access');
const part = (json) => Buffer.from(JSON.stringify(json)).toString('base64url');
const expired = `${part({ alg: 'RS256' })}.${part({ iss: context.issuer, exp: 1 })}.c2lnbmF0dXJl`;

const folder = await mkdtemp(join(tmpdir(), 'kubectl-'));
const config = join(folder, 'config');
const run = (...words) => promisify(execFile)('kubectl', ['--kubeconfig', config, `--cache-dir=${folder}`, ...words], { timeout: 60_000 });
try {
  await writeFile(config, JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'hub',
    contexts: [{ name: 'hub', context: { cluster: 'hub', user: 'alice' } }],
    clusters: [{ name: 'hub', cluster: {
      server: `https://127.0.0.1:${server.address().port}`, 'certificate-authority-data': (await readFile(cert)).toString('base64') } }],
    users: [{ name: 'alice', user: { 'auth-provider': { name: 'oidc', config: {
      'idp-issuer-url': context.issuer, 'client-id': clientId, 'client-secret': secretOf(clientId), 'id-token': expired,
      'refresh-token': tokens.refresh_token } } } }],
  }));

  for (const round of [1, 2]) {
    const { stdout } = await run('auth', 'whoami', '-o', 'json');
    assert.deepEqual(JSON.parse(stdout).status.userInfo, { username: 'alice@example.com', groups: ['org-admin', 'reader'] }, `round ${round}`);
  }

  const kept = await readFile(config, 'utf8');
  assert.ok(!kept.includes(expired), 'kubectl keeps the new id_token');
  assert.ok(!kept.includes(tokens.refresh_token), 'kubectl keeps the rotated refresh token');
} finally {
  server.close();
  await rm(folder, { recursive: true });
}
