type Json = Record<string, unknown>;

function decode(text: string): ArrayBuffer {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (sign) => sign.charCodeAt(0)).buffer;
}

function encode(buffer: ArrayBuffer | null | undefined): string | undefined {
  if (!buffer) return undefined;
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decodeIds(list: unknown): PublicKeyCredentialDescriptor[] {
  return ((list ?? []) as (Json & { id: string })[]).map((one) => ({ ...one, id: decode(one.id) }) as unknown as PublicKeyCredentialDescriptor);
}

/** Whether this browser knows passkeys. */
export function canPasskey(): boolean {
  return typeof PublicKeyCredential === "function" && "credentials" in navigator;
}

/** The person closed the browser's window: nothing to complain about. */
export function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError");
}

function toJson(credential: PublicKeyCredential): Json {
  const response = credential.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: encode(response.clientDataJSON),
      attestationObject: encode(response.attestationObject),
      transports: typeof response.getTransports === "function" ? response.getTransports() : undefined,
      authenticatorData: encode(response.authenticatorData),
      signature: encode(response.signature),
      userHandle: encode(response.userHandle),
    },
  };
}

/** Asks for a passkey to sign in with (WebAuthn level 2, §7.2). `options` as the server gave them. Raises DOMException. */
export async function askPasskey(options: object): Promise<Json> {
  const given = ((options as Json).publicKey ?? options) as Json & { challenge: string };
  const publicKey = { ...given, challenge: decode(given.challenge), allowCredentials: decodeIds(given.allowCredentials) };
  const credential = await navigator.credentials.get({ publicKey });
  return toJson(credential as PublicKeyCredential);
}

/** Makes a passkey (WebAuthn level 2, §7.1). Raises DOMException. */
export async function makePasskey(options: object): Promise<Json> {
  const given = ((options as Json).publicKey ?? options) as Json & { challenge: string; user: Json & { id: string } };
  const publicKey = { ...given, challenge: decode(given.challenge), user: { ...given.user, id: decode(given.user.id) }, excludeCredentials: decodeIds(given.excludeCredentials) };
  const credential = await navigator.credentials.create({ publicKey: publicKey as unknown as PublicKeyCredentialCreationOptions });
  return toJson(credential as PublicKeyCredential);
}
