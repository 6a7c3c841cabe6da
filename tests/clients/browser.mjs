// A browser without scripts, for the scenarios that log in by OAuth: cookies, redirects, forms.

/** Goes to a URL, fills in the forms on the way by their names, and gives the URL outside of `base` that it leads to. */
export async function browse(url, base, answers) {
  const cookies = new Map();
  const left = new Map(Object.entries(answers));
  let form;
  for (let hops = 0; hops < 20; hops += 1) {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const response = await fetch(url, { headers, redirect: 'manual', method: form ? 'POST' : 'GET', body: form });
    form = undefined;
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      cookies.set(name, value);
    }
    const page = await response.text();
    const refresh = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(page);
    const next = response.headers.get('location') ?? (refresh && unescaped(refresh[1]));
    if (next) {
      url = new URL(next, url).href;
      if (!url.startsWith(base)) return url;
      continue;
    }
    const shown = /<form name="([^"]+)"[^>]* action="([^"]*)"[^]*?<\/form>/.exec(page);
    if (!shown || !left.has(shown[1])) throw new Error(`${response.status} ${url}: ${page}`);
    const [html, name, action] = shown;
    form = new URLSearchParams(left.get(name));
    left.delete(name);
    for (const [, field, value] of html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
      form.set(field, unescaped(value));
    }
    url = new URL(unescaped(action), url).href;
  }
  throw new Error('the server leads in a circle');
}

/** What a user does who logs in and allows what the app asks for. */
export function consenting(ready) {
  return {
    login: { username: ready.username, pw: ready.password },
    editPage: { save: ' Allow ' },
  };
}

function unescaped(text) {
  return text.replaceAll('&#34;', '"').replaceAll('&#38;', '&').replaceAll('&amp;', '&');
}
