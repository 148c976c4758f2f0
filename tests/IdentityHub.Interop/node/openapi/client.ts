// What a program looks like that uses the generated types: paths, bodies and answers are checked by the compiler.
import type { operations, paths } from './applications';

type Body<Id extends keyof operations> = operations[Id] extends { requestBody: { content: { 'application/json': infer Json } } } ? Json : never;

export async function signUp(server: string, token: string, account: Body<'signUpClient'>): Promise<string> {
  const path: keyof paths = '/v1/client/signup';
  const answer = await fetch(server + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(account),
  });
  const made: operations['signUpClient']['responses'][200]['content']['application/json'] = await answer.json();
  return made.client_token;
}

// @ts-expect-error An account needs a password.
export const incomplete: Body<'signUpClient'> = { user_id: '', email: '', name: { first_name: '', last_name: '' } };
