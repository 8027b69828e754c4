import { Agent, fetch } from 'undici';

/** What a browser does at a sign-in provider: follows redirects, keeps cookies by host, fills in forms. */
export interface TestBrowser extends AsyncDisposable {
  /** Signs out at the provider, and follows it to where it leads. */
  signOut(url: string): Promise<Page>;
  /** Signs somebody in where the provider asks, agrees to what it asks, and follows it to where it leads. */
  signIn(url: string, person: string): Promise<Page>;
  /** Enters the code of a device flow, confirms it and signs in. */
  enterCode(verificationUri: string, userCode: string, person: string): Promise<Page>;
  /** Refuses where the provider asks. */
  refuse(url: string): Promise<Page>;
}

/** Where the browser came to rest. */
export interface Page {
  /** The page shown, or the address outside of the provider that was not visited. */
  readonly url: string;
  readonly html: string;
}

/** @param provider where it visits pages; other addresses it only reports */
export function startTestBrowser(provider: { issuer: string; authorityPem: string }): TestBrowser {
  const dispatcher = new Agent({ connect: { ca: provider.authorityPem } });
  const cookies = new Map<string, string>();

  const visit = async (url: string, form?: Readonly<Record<string, string>>): Promise<Page> => {
    if (new URL(url).origin !== provider.issuer) return { url, html: '' };
    const answer = await fetch(url, {
      method: form ? 'POST' : 'GET',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      },
      body: form ? new URLSearchParams(form).toString() : null,
      redirect: 'manual',
      dispatcher,
    });
    for (const cookie of answer.headers.getSetCookie()) keep(cookies, cookie);
    const html = await answer.text();
    const location = answer.headers.get('location');
    return location === null ? { url, html } : visit(new URL(location, url).href);
  };
  const submit = (page: Page, values: Readonly<Record<string, string>>): Promise<Page> => {
    const { action, fields } = parseForm(page);
    return visit(new URL(action, page.url).href, { ...fields, ...values });
  };
  /** Signs in and agrees, as often as it is asked for. */
  const goThrough = async (start: Page, person: string): Promise<Page> => {
    let page = start;
    while (page.html.includes('name="prompt"')) {
      page = await submit(page, page.html.includes('name="login"') ? { login: person, password: 'any' } : {});
    }
    return page;
  };

  return {
    signOut: async (url) => submit(await visit(url), {}),
    signIn: async (url, person) => goThrough(await visit(url), person),
    enterCode: async (verificationUri, userCode, person) => {
      const asked = await visit(verificationUri);
      const confirmation = await submit(asked, { user_code: userCode });
      return goThrough(await submit(confirmation, { confirm: 'yes' }), person);
    },
    refuse: async (url) => {
      const page = await visit(url);
      const abort = /href="([^"]+\/abort)"/.exec(page.html)?.[1];
      if (abort === undefined) throw new Error(`the page offers no way to refuse: ${page.html}`);
      return visit(new URL(abort, page.url).href);
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

function keep(cookies: Map<string, string>, header: string): void {
  const [pair = '', ...attributes] = header.split(';');
  const name = pair.slice(0, pair.indexOf('='));
  const isGone = attributes.some((attribute) => /expires=Thu, 01 Jan 1970/i.test(attribute));
  if (isGone) cookies.delete(name);
  else cookies.set(name, pair.slice(pair.indexOf('=') + 1));
}

function parseForm({ html }: Page): { action: string; fields: Record<string, string> } {
  const action = /<form[^>]*\saction="([^"]+)"/.exec(html)?.[1];
  if (action === undefined) throw new Error(`the page holds no form: ${html}`);
  const fields: Record<string, string> = {};
  for (const [input] of html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1];
    if (name !== undefined) fields[name] = /value="([^"]*)"/.exec(input)?.[1] ?? '';
  }
  return { action, fields };
}
