// Talks to the browser about passkeys: bytes travel to the server as base64url and lie in buffers here.

interface Descriptor {
  type: "public-key";
  id: string;
  transports?: string[];
}

/** What the server asks, as it comes over the wire. */
export interface PasskeyOptions {
  challenge: string;
  user?: { id: string; name: string; displayName: string };
  excludeCredentials?: Descriptor[];
  allowCredentials?: Descriptor[];
}

export interface PasskeyChallenge {
  token: string;
  options: PasskeyOptions;
}

/** Passkeys need a name in the address, and a connection nobody listens to. */
export const canUsePasskeys = (): boolean =>
  window.isSecureContext && "PublicKeyCredential" in window && !/^[\d.]+$|:/.test(window.location.hostname);

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function base64url(buffer: ArrayBuffer): string {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function prepared(options: PasskeyOptions): Record<string, unknown> {
  const descriptors = (all?: Descriptor[]) => all?.map((each) => ({ ...each, id: bytes(each.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user ? { user: { ...options.user, id: bytes(options.user.id) } } : {}),
    excludeCredentials: descriptors(options.excludeCredentials),
    allowCredentials: descriptors(options.allowCredentials),
  };
}

/** Makes a passkey; `null` where the person changed their mind. */
export async function makePasskey(options: PasskeyOptions): Promise<Record<string, unknown> | null> {
  const publicKey = prepared(options) as unknown as PublicKeyCredentialCreationOptions;
  const made = await unlessCancelled(navigator.credentials.create({ publicKey }));
  if (!made) return null;
  const answer = made.response as AuthenticatorAttestationResponse;
  return {
    id: base64url(made.rawId),
    transports: answer.getTransports?.() ?? [],
    attestationObject: base64url(answer.attestationObject),
    clientDataJSON: base64url(answer.clientDataJSON),
  };
}

/** Asks a passkey; `null` where the person changed their mind. */
export async function askPasskey(options: PasskeyOptions): Promise<Record<string, unknown> | null> {
  const publicKey = prepared(options) as unknown as PublicKeyCredentialRequestOptions;
  const found = await unlessCancelled(navigator.credentials.get({ publicKey }));
  if (!found) return null;
  const answer = found.response as AuthenticatorAssertionResponse;
  return {
    id: base64url(found.rawId),
    authenticatorData: base64url(answer.authenticatorData),
    signature: base64url(answer.signature),
    clientDataJSON: base64url(answer.clientDataJSON),
    userHandle: answer.userHandle ? base64url(answer.userHandle) : undefined,
  };
}

async function unlessCancelled(asked: Promise<Credential | null>): Promise<PublicKeyCredential | null> {
  try {
    return (await asked) as PublicKeyCredential | null;
  } catch (error) {
    if (error instanceof DOMException && ["NotAllowedError", "AbortError"].includes(error.name)) return null;
    throw error;
  }
}
