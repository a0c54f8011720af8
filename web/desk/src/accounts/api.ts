import type { Agent, Id, Invited, Me, NotificationPrefs, Role, Session, Webhook, Workspace } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

type Json = Record<string, unknown>;

export const signIn = (email: string, password: string) => unwrap(api.POST("/api/v1/session", { body: { email, password } })) as Promise<Session>;
export const confirmCode = (code: string) => unwrap(api.POST("/api/v1/session/totp", { body: { code } })) as Promise<Session>;
export const offerPasskeySignIn = () => unwrap(api.POST("/api/v1/session/passkey/options"));
export const signInWithPasskey = (credential: Json) => unwrap(api.POST("/api/v1/session/passkey", { body: { credential } })) as Promise<Session>;
export const setUp = (body: { token: string; workspace_name: string; name: string; email: string; password: string; language: string; time_zone: string }) =>
  unwrap(api.POST("/api/v1/setup", { body })) as Promise<Session>;
export const requestReset = (email: string) => unwrap(api.POST("/api/v1/password-reset", { body: { email } }));
export const confirmReset = (token: string, password: string) => unwrap(api.POST("/api/v1/password-reset/confirm", { body: { token, password } }));
export const getInvitation = (token: string) => unwrap(api.GET("/api/v1/invitations/{token}", { params: { path: { token } } }));
export const acceptInvitation = (token: string, name: string, password: string) =>
  unwrap(api.POST("/api/v1/invitations/{token}/accept", { params: { path: { token } }, body: { name, password } })) as Promise<Session>;

export type PartialPrefs = { [K in keyof NotificationPrefs]?: NotificationPrefs[K] extends object ? Partial<NotificationPrefs[K]> : NotificationPrefs[K] };
export type MeChange = Partial<Pick<Me, "name" | "language" | "time_zone" | "theme" | "signature_html">> & { notifications?: PartialPrefs };
export const getMe = () => unwrap(api.GET("/api/v1/me")) as Promise<Me>;
export const changeMe = (change: MeChange) => unwrap(api.PATCH("/api/v1/me", { body: change })) as Promise<Me>;
export const changePassword = (current: string, password: string) => unwrap(api.POST("/api/v1/me/password", { body: { current, password } }));
export const startTotp = () => unwrap(api.POST("/api/v1/me/totp"));
export const confirmTotp = (code: string) => unwrap(api.POST("/api/v1/me/totp/confirm", { body: { code } }));
export const removeTotp = () => unwrap(api.DELETE("/api/v1/me/totp"));
export const renewRecoveryCodes = () => unwrap(api.POST("/api/v1/me/recovery-codes"));
export const offerPasskey = () => unwrap(api.POST("/api/v1/me/passkeys/options"));
export const addPasskey = (credential: Json, name: string) => unwrap(api.POST("/api/v1/me/passkeys", { body: { credential, name } }));
export const removePasskey = (id: Id) => unwrap(api.DELETE("/api/v1/me/passkeys/{passkey_id}", { params: { path: { passkey_id: id } } }));
export const listSessions = () => unwrap(api.GET("/api/v1/me/sessions"));
export const endSession = (id: Id) => unwrap(api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id: id } } }));
export const getPushKey = () => unwrap(api.GET("/api/v1/push-key"));
export const addPushSubscription = (subscription: { endpoint: string; keys: { p256dh: string; auth: string }; expirationTime: number | null }) =>
  unwrap(api.POST("/api/v1/me/push-subscriptions", { body: subscription }));

const agent = (id: Id) => ({ params: { path: { agent_id: id } } });
export const inviteAgent = (email: string, role: Role, team_ids: Id[]) => unwrap(api.POST("/api/v1/agents/invite", { body: { email, role, team_ids } })) as Promise<Invited>;
export const inviteAgain = (id: Id) => unwrap(api.POST("/api/v1/agents/{agent_id}/invitation", agent(id))) as Promise<Invited>;
export const changeAgent = (id: Id, change: Partial<Pick<Agent, "role" | "state" | "name" | "team_ids">>) => unwrap(api.PATCH("/api/v1/agents/{agent_id}", { ...agent(id), body: change })) as Promise<Agent>;
export const makeResetLink = (id: Id) => unwrap(api.POST("/api/v1/agents/{agent_id}/password-reset", agent(id)));
export const removeAgentTotp = (id: Id) => unwrap(api.DELETE("/api/v1/agents/{agent_id}/totp", agent(id)));
export const changeWorkspace = (change: Partial<Omit<Workspace, "id" | "slug" | "created_at">>) => unwrap(api.PATCH("/api/v1/workspace", { body: change }));
export const listTokens = () => unwrap(api.GET("/api/v1/tokens", { params: { query: { limit: 200 } } }));
export const createToken = (body: { name: string; scopes: string[]; expires_at: string | null }) => unwrap(api.POST("/api/v1/tokens", { body }));
export const revokeToken = (id: Id) => unwrap(api.DELETE("/api/v1/tokens/{token_id}", { params: { path: { token_id: id } } }));
export const listScopes = () => unwrap(api.GET("/api/v1/token-scopes"));
export const listFactKinds = () => unwrap(api.GET("/api/v1/fact-kinds"));

const hook = (id: Id) => ({ params: { path: { webhook_id: id } } });
export const listWebhooks = () => unwrap(api.GET("/api/v1/webhooks", { params: { query: { limit: 200 } } })) as Promise<{ items: Webhook[]; next: string | null }>;
export const createWebhook = (body: { url: string; kinds: string[] }) => unwrap(api.POST("/api/v1/webhooks", { body })) as Promise<Webhook>;
export const changeWebhook = (id: Id, change: Partial<Pick<Webhook, "url" | "kinds" | "state">>) => unwrap(api.PATCH("/api/v1/webhooks/{webhook_id}", { ...hook(id), body: change })) as Promise<Webhook>;
export const removeWebhook = (id: Id) => unwrap(api.DELETE("/api/v1/webhooks/{webhook_id}", hook(id)));
export const testWebhook = (id: Id) => unwrap(api.POST("/api/v1/webhooks/{webhook_id}/test", hook(id)));
export const replayWebhook = (id: Id, after: string) => unwrap(api.POST("/api/v1/webhooks/{webhook_id}/replay", { ...hook(id), body: { after } }));
export const renewWebhookSecret = (id: Id) => unwrap(api.POST("/api/v1/webhooks/{webhook_id}/secret", hook(id)));
export const listDeliveries = (id: Id, after: string | null) =>
  unwrap(api.GET("/api/v1/webhooks/{webhook_id}/deliveries", { params: { path: { webhook_id: id }, query: { after, limit: 50 } } }));
export const verifyAudit = () => unwrap(api.GET("/api/v1/audit/verify"));
export const listAudit = (after: string | null) => unwrap(api.GET("/api/v1/audit", { params: { query: { after, limit: 50 } } }));
