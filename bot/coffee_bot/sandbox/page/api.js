/** The sandbox's control API: read the state, act as a person, hear of changes. */

const RETRY_MS = { first: 500, most: 8000 };

/** The whole state. */
export async function fetchState() {
  const response = await fetch("/sandbox/state", { cache: "no-store" });
  if (!response.ok) throw new Error(`The sandbox answered ${response.status}.`);
  return response.json();
}

/**
 * Act as a person: `say`, `press`, `submit` ...
 *
 * @returns {Promise<object>} The sandbox's answer; `{ok: false, error}` also when it is away.
 */
export async function act(verb, body) {
  try {
    const response = await fetch(`/sandbox/${verb}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return answerOf(response, await response.text());
  } catch (error) {
    return { ok: false, error: `The sandbox cannot be reached: ${error.message}` };
  }
}

/** Hand a file to the sandbox; the answer's `id` names it for `say`. */
export async function upload(user, file) {
  const query = new URLSearchParams({ user, name: file.name });
  try {
    const response = await fetch(`/sandbox/upload?${query}`, { method: "POST", body: file });
    return answerOf(response, await response.text());
  } catch (error) {
    return { ok: false, error: `The sandbox cannot be reached: ${error.message}` };
  }
}

function answerOf(response, text) {
  try {
    return { ok: response.ok, ...JSON.parse(text || "{}") };
  } catch {
    return { ok: false, error: text || `The sandbox answered ${response.status}.` };
  }
}

/**
 * Hear of every change, and come back by ourselves when the stream breaks.
 *
 * @param {function(): void} onChange Called after each change and each (re)connection.
 * @param {function("connecting"|"live"|"offline"): void} onLink
 */
export function listen(onChange, onLink) {
  let wait = RETRY_MS.first;
  connect();

  function connect() {
    const source = new EventSource("/sandbox/events");
    source.onopen = () => {
      wait = RETRY_MS.first;
      onLink("live");
      onChange();
    };
    source.onmessage = onChange;
    source.onerror = () => {
      // The browser's own retry gives up for good on any answer that is not a stream.
      source.close();
      onLink("offline");
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, RETRY_MS.most);
    };
  }
}
