// A browser without scripts: keeps cookies, follows redirects as long as they stay at the hub, and fills in forms.
import assert from 'node:assert/strict';
import { context } from './context.mjs';

const hub = new URL(context.issuer).origin;
const mostSteps = 30;

/** Where a browser has left the hub: a URL, or a form that the hub had it post there. */
export class Arrival {
  constructor(url, form) {
    this.url = url;
    this.form = form;
  }

  /** As the application at the other end receives it. */
  get request() {
    return this.form ? new Request(this.url, { method: 'POST', body: this.form }) : new Request(this.url);
  }
}

/** A page of the hub. */
export class Page {
  constructor(url, status, html) {
    this.url = url;
    this.status = status;
    this.html = html;
    this.forms = formsOf(html, url);
  }

  /** The first form with a field of this name. */
  formWith(field) {
    return this.forms.find((form) => form.fields.some((known) => known.name === field));
  }

  toString() {
    return `${this.status} ${this.url}\n${this.html}`;
  }
}

export class Browser {
  #cookies = new Map();

  /** Opens an address; ends with a page of the hub or an arrival elsewhere. */
  async open(url, body) {
    let target = new URL(url);
    for (let step = 0; step < mostSteps; step++) {
      if (target.origin !== hub) {
        return new Arrival(target, body);
      }

      const response = await fetch(target, {
        method: body ? 'POST' : 'GET',
        body,
        redirect: 'manual',
        headers: { accept: 'text/html', 'accept-language': 'en', cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      });
      this.#keep(response.headers.getSetCookie());
      const location = response.headers.get('location');
      if (location === null) {
        return new Page(target, response.status, await response.text());
      }

      await response.body?.cancel();
      body = undefined;
      target = new URL(location, target);
    }

    assert.fail(`${url} redirects for ever`);
  }

  /** Sends a form of a page by one of its buttons, with other values in some fields, those included that are not ticked. */
  submit(form, values = {}, button = form.buttons[0]) {
    const fields = new URLSearchParams();
    for (const { name, value } of form.fields.filter((field) => !(field.name in values))) {
      fields.append(name, value);
    }

    for (const [name, value] of Object.entries(values)) {
      fields.append(name, value);
    }

    if (button?.name) {
      fields.append(button.name, button.value);
    }

    if (form.method === 'post') {
      return this.open(button?.formAction ?? form.action, fields);
    }

    const url = new URL(form.action);
    url.search = fields.toString();
    return this.open(url);
  }

  /** Logs in and agrees where the hub asks; ends where the authorization answer goes. */
  async authorize(url, onConsent = (form) => this.decide(form, 'allow')) {
    let page = await this.open(url);
    for (let step = 0; step < mostSteps && page instanceof Page; step++) {
      page = await this.#answer(page, onConsent);
    }

    return page;
  }

  /** Presses the button of this value. */
  decide(form, decision, values) {
    const button = form.buttons.find((known) => known.value === decision);
    assert.ok(button, `there is no button '${decision}'`);
    return this.submit(form, values, button);
  }

  /** Logs in where the page asks for it. */
  logIn(page) {
    const { name, password } = context.user;
    const login = page instanceof Page && page.formWith('password');
    return login ? this.submit(login, { username: name, password }) : page;
  }

  #answer(page, onConsent) {
    if (page.formWith('password')) {
      return this.logIn(page);
    }

    if (page.url.pathname === '/consent') {
      return onConsent(page.formWith('ticket'));
    }

    const away = page.forms.find((form) => new URL(form.action).origin !== hub);
    assert.ok(away, `nothing to do on this page: ${page}`);
    return this.submit(away);
  }

  #keep(lines) {
    for (const line of lines) {
      const [pair, ...attributes] = line.split(';');
      const name = pair.slice(0, pair.indexOf('='));
      if (attributes.some((text) => /^\s*(expires=Thu, 01 Jan 1970|max-age=0)/i.test(text))) {
        this.#cookies.delete(name);
      } else {
        this.#cookies.set(name, pair.slice(name.length + 1));
      }
    }
  }
}

function formsOf(html, url) {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, tag, content]) => {
    const attributes = attributesOf(tag);
    return {
      action: new URL(attributes.action ?? '', url).href,
      method: (attributes.method ?? 'get').toLowerCase(),
      fields: fieldsOf(content),
      buttons: [...content.matchAll(/<button\b([^>]*)>/gi)].map(([, button]) => {
        const known = attributesOf(button);
        return { name: known.name, value: known.value ?? '', formAction: known.formaction && new URL(known.formaction, url).href };
      }),
    };
  });
}

// What a browser sends: boxes and choices only where they are ticked.
function fieldsOf(content) {
  return [...content.matchAll(/<input\b([^>]*)>/gi)]
    .map(([, tag]) => attributesOf(tag))
    .filter((input) => input.name && (!/^(checkbox|radio)$/i.test(input.type ?? '') || 'checked' in input))
    .map((input) => ({ name: input.name, value: input.value ?? '' }));
}

function attributesOf(tag) {
  const attributes = {};
  for (const [, name, quoted, single, bare] of tag.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)) {
    attributes[name.toLowerCase()] = decoded(quoted ?? single ?? bare ?? '');
  }

  return attributes;
}

function decoded(text) {
  const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: '\'' };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) =>
    hex ? String.fromCodePoint(parseInt(hex, 16)) : decimal ? String.fromCodePoint(Number(decimal)) : named[name] ?? all);
}
