// What the pages share: one WHIP or WHEP exchange, and readable errors.

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
  const response = await fetch(endpoint, {
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
    fetch(session, { method: 'DELETE', keepalive: true }).catch(() => {});
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
