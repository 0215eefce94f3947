/** Passkeys: the server's JSON for the browser's credentials, and the browser's answer as JSON. */

/** The octets of a base64url text. */
export const toOctets = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

/** Octets as base64url, without padding. */
export const fromOctets = (octets) =>
  btoa(Array.from(new Uint8Array(octets), (octet) => String.fromCharCode(octet)).join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const withOctets = (credentials = []) => credentials.map((one) => ({ ...one, id: toOctets(one.id) }));

/** What `navigator.credentials.create` takes. */
export const creationOf = ({ challenge, user, excludeCredentials, ...rest }) => ({
  publicKey: { ...rest, challenge: toOctets(challenge), user: { ...user, id: toOctets(user.id) }, excludeCredentials: withOctets(excludeCredentials) },
});

/** What `navigator.credentials.get` takes. */
export const requestOf = ({ challenge, allowCredentials, ...rest }) => ({
  publicKey: { ...rest, challenge: toOctets(challenge), allowCredentials: withOctets(allowCredentials) },
});

/** A credential with its response as the server reads them. */
export function answerOf({ id, rawId, type, response }) {
  const told = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) told[part] = fromOctets(response[part]);
  }
  return { id, rawId: fromOctets(rawId), type, response: told };
}

/** Whether this browser knows passkeys at this address: one in figures has none. */
export const passkeysWork = (place = globalThis) =>
  Boolean(place.isSecureContext && place.PublicKeyCredential) && !/^(?:[\d.]+|\[.*\])$/.test(place.location.hostname);

const SAID = { NotAllowedError: "passkey_left", AbortError: "passkey_left", InvalidStateError: "passkey_here_already", SecurityError: "passkey_elsewhere" };

/** The key of the words for what the browser refused. */
export const saidOf = ({ name }) => SAID[name] ?? "passkey_failed";

async function through(credential, say) {
  try {
    return answerOf(await credential());
  } catch (error) {
    throw new Error(say(saidOf(error)));
  }
}

/** Has the browser make a new passkey; throws what to say where it does not. */
export const createPasskey = (options, say) => through(() => navigator.credentials.create(creationOf(options)), say);

/** Has a passkey of the person sign; throws what to say where none does. */
export const usePasskey = (options, say) => through(() => navigator.credentials.get(requestOf(options)), say);
