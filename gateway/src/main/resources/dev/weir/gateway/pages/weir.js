// What the pages share: one WHIP or WHEP exchange, the token, and readable errors.

const TOKEN = 'weir-token';

/** A token may come in the fragment, which browsers send to nobody; it is kept for this tab and leaves the address bar. */
function takeTokenFromFragment() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    sessionStorage.setItem(TOKEN, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
}
takeTokenFromFragment();

/** fetch with this tab's token, if it has one. */
export function ask(url, options = {}) {
  const token = sessionStorage.getItem(TOKEN);
  const headers = token ? { ...options.headers, Authorization: `Bearer ${token}` } : options.headers;
  return fetch(url, { ...options, headers });
}

/** The address with this tab's token, for a link into another tab. */
export function withToken(url) {
  const token = sessionStorage.getItem(TOKEN);
  return token ? `${url}#${new URLSearchParams({ token })}` : url;
}

/** Says why the gateway does not let this tab do `what`, to a person who has no or another token. */
function tokenReason(status, detail, what) {
  if (status === 403) {
    return `Your token does not let you ${what}. Enter one that does.`;
  }
  return sessionStorage.getItem(TOKEN)
    ? `${detail || 'Your token is not accepted.'} Enter another one; copy all of it.`
    : `You need a token to ${what}. Whoever runs this gateway can give you one.`;
}

/** Shows a field for the token above everything else, with the reason; resolves when one was entered. */
export function askForToken(status, detail, what) {
  byId('token-form')?.remove();
  const form = document.createElement('form');
  form.id = 'token-form';
  form.className = 'card token';
  const label = document.createElement('label');
  label.className = 'field';
  label.textContent = tokenReason(status, detail, what);
  const field = document.createElement('input');
  field.type = 'password';
  field.required = true;
  field.autocomplete = 'off';
  field.spellcheck = false;
  field.placeholder = 'Token';
  label.append(field);
  const button = document.createElement('button');
  button.textContent = 'Use token';
  form.append(label, button);
  document.querySelector('main').prepend(form);
  field.focus();
  return new Promise((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      sessionStorage.setItem(TOKEN, field.value.trim());
      form.remove();
      resolve();
    });
  });
}

/** Whether another token might help. */
export const needsToken = (status) => status === 401 || status === 403;

/** A refusal of the gateway; `message` is fit for a person, `retryAfter` in seconds or 0. */
export class Refusal extends Error {
  constructor(status, problem, retryAfter) {
    super(problem.detail || problem.title || `The gateway answered ${status}.`);
    this.status = status;
    this.code = problem.code || '';
    this.title = problem.title || '';
    this.retryAfter = retryAfter;
  }
}

/** Posts the peer connection's offer, applies the answer, and returns the session's URL. */
export async function exchange(endpoint, peer, edit = (sdp) => sdp) {
  const offer = await peer.createOffer();
  await peer.setLocalDescription({ type: 'offer', sdp: edit(offer.sdp) });
  const response = await ask(endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sdp' },
    body: peer.localDescription.sdp,
  });
  if (response.status !== 201) {
    const problem = await response.json().catch(() => ({}));
    throw new Refusal(response.status, problem, Number(response.headers.get('Retry-After')) || 0);
  }
  const session = new URL(response.headers.get('Location'), response.url).href;
  try {
    await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() });
  } catch (error) {
    end(session);
    throw error;
  }
  return session;
}

/** Ends a session; also while the page goes away. */
export function end(session) {
  if (session) {
    ask(session, { method: 'DELETE', keepalive: true }).catch(() => {});
  }
}

/** The last part of the path behind `/publish/` or `/play/`. */
export function streamOfPath() {
  return decodeURIComponent(location.pathname.split('/')[2] || '');
}

/** Bits per second for people. */
export function bitrate(bps) {
  if (bps >= 999_500) {
    return `${(bps / 1e6).toFixed(bps >= 9.95e6 ? 0 : 1)} Mbit/s`;
  }
  return `${Math.round(bps / 1e3)} kbit/s`;
}

export const byId = (id) => document.getElementById(id);
