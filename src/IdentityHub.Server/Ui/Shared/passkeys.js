// Asks the browser for a passkey, or to make one, and sends what it answers in a form of the page. An element of it says which and in which words.
const box = document.querySelector('[data-passkey]');
const form = box.closest('form');
const status = box.querySelector('[role=status]');
const isNew = box.dataset.passkey === 'create';
const hasOffer = document.querySelector('[autocomplete~=webauthn]') !== null;
const renewAfter = 4 * 60 * 1000; // A challenge lives for five minutes.
const parts = ['clientDataJSON', 'authenticatorData', 'signature', 'userHandle', 'attestationObject'];
let waiting;

const decode = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
const encode = buffer =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const withBytes = one => ({ ...one, id: decode(one.id) });

async function readOptions() {
  const answer = await fetch(box.dataset.options, { redirect: 'error' });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const options = await answer.json();
  options.challenge = decode(options.challenge);
  if (options.user) options.user = withBytes(options.user);
  for (const list of ['excludeCredentials', 'allowCredentials'])
    if (options[list]) options[list] = options[list].map(withBytes);
  return options;
}

function send(credential) {
  const { response } = credential;
  const sent = parts.filter(part => response[part]).map(part => [part, encode(response[part])]);
  form.elements[box.dataset.field ?? 'credential'].value = JSON.stringify({
    id: credential.id,
    type: credential.type,
    transports: response.getTransports?.() ?? [],
    response: Object.fromEntries(sent),
  });
  const remember = document.querySelector('[type=checkbox][name=remember]');
  if (remember && form.elements.remember) form.elements.remember.value = remember.checked;
  form.submit();
}

// The browser offers passkeys in the field of the user name, until one is chosen there or the button is used.
async function offer() {
  if (!hasOffer || !await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
  waiting = new AbortController();
  const { signal } = waiting;
  const renewal = setTimeout(() => { waiting.abort(); offer(); }, renewAfter);
  try {
    send(await navigator.credentials.get({ publicKey: await readOptions(), mediation: 'conditional', signal }));
  } catch {
    if (!signal.aborted) clearTimeout(renewal);
  }
}

async function ask() {
  waiting?.abort();
  status.textContent = '';
  try {
    const publicKey = await readOptions();
    send(isNew ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey }));
  } catch (failure) {
    const { cancelled, known, failed } = box.dataset;
    status.textContent =
      failure.name === 'NotAllowedError' || failure.name === 'AbortError' ? cancelled
      : failure.name === 'InvalidStateError' ? known
      : failed;
    offer();
  }
}

if (window.PublicKeyCredential && navigator.credentials) {
  box.hidden = false;
  document.querySelector('[data-no-passkeys]')?.remove();
  form.addEventListener('submit', event => { event.preventDefault(); ask(); });
  offer();
}
