import type { Agent, ApiToken, AuditEntry, Id, Me, NotificationPrefs, OpenSession, Page, Passkey, Role, Session, Webhook, WebhookDelivery, Workspace } from "@parley/client/types";

import { get, patch, post, remove } from "@/lib/http";

export const signIn = (email: string, password: string) => post<Session>("/session", { email, password });
export const confirmCode = (code: string) => post<Session>("/session/totp", { code });
export const offerPasskeySignIn = () => post<object>("/session/passkey/options");
export const signInWithPasskey = (credential: object) => post<Session>("/session/passkey", { credential });
export const setUp = (body: { token: string; workspace_name: string; name: string; email: string; password: string; language: string; time_zone: string }) => post<Session>("/setup", body);
export const requestReset = (email: string) => post<undefined>("/password-reset", { email });
export const confirmReset = (token: string, password: string) => post<undefined>("/password-reset/confirm", { token, password });
export const getInvitation = (token: string) => get<{ email: string; workspace_name: string }>(`/invitations/${encodeURIComponent(token)}`);
export const acceptInvitation = (token: string, name: string, password: string) => post<Session>(`/invitations/${encodeURIComponent(token)}/accept`, { name, password });

export type MeChange = Partial<Pick<Me, "name" | "language" | "time_zone" | "theme" | "signature_html">> & { notifications?: PartialPrefs };
export type PartialPrefs = { [K in keyof NotificationPrefs]?: NotificationPrefs[K] extends object ? Partial<NotificationPrefs[K]> : NotificationPrefs[K] };
export const getMe = () => get<Me>("/me");
export const changeMe = (change: MeChange) => patch<Me>("/me", change);
export const changePassword = (current: string, password: string) => post<undefined>("/me/password", { current, password });
export const startTotp = () => post<{ secret: string; uri: string; qr_svg: string }>("/me/totp");
export const confirmTotp = (code: string) => post<{ recovery_codes: string[] }>("/me/totp/confirm", { code });
export const removeTotp = () => remove("/me/totp");
export const renewRecoveryCodes = () => post<{ recovery_codes: string[] }>("/me/recovery-codes");
export const offerPasskey = () => post<object>("/me/passkeys/options");
export const addPasskey = (credential: object, name: string) => post<Passkey>("/me/passkeys", { credential, name });
export const removePasskey = (id: Id) => remove(`/me/passkeys/${id}`);
export const listSessions = () => get<Page<OpenSession>>("/me/sessions");
export const endSession = (id: Id) => remove(`/me/sessions/${id}`);
export const getPushKey = () => get<{ key: string }>("/push-key");
export const addPushSubscription = (subscription: object) => post<undefined>("/me/push-subscriptions", subscription);

export type Invited = { agent: Agent; mailed: boolean; link: string | null };
export const inviteAgent = (email: string, role: Role, team_ids: Id[]) => post<Invited>("/agents/invite", { email, role, team_ids });
export const inviteAgain = (id: Id) => post<Invited>(`/agents/${id}/invitation`);
export const changeAgent = (id: Id, change: Partial<Pick<Agent, "role" | "state" | "name" | "team_ids">>) => patch<Agent>(`/agents/${id}`, change);
export const makeResetLink = (id: Id) => post<{ link: string }>(`/agents/${id}/password-reset`);
export const removeAgentTotp = (id: Id) => remove(`/agents/${id}/totp`);
export const changeWorkspace = (change: Partial<Workspace>) => patch<Workspace>("/workspace", change);
export const listTokens = () => get<Page<ApiToken>>("/tokens", { limit: 200 });
export const createToken = (body: { name: string; scopes: string[]; expires_at: string | null }) => post<ApiToken>("/tokens", body);
export const revokeToken = (id: Id) => remove(`/tokens/${id}`);
export const listWebhooks = () => get<Page<Webhook>>("/webhooks", { limit: 200 });
export const createWebhook = (body: { url: string; kinds: string[] }) => post<Webhook>("/webhooks", body);
export const changeWebhook = (id: Id, change: Partial<Pick<Webhook, "url" | "kinds" | "state">>) => patch<Webhook>(`/webhooks/${id}`, change);
export const removeWebhook = (id: Id) => remove(`/webhooks/${id}`);
export const testWebhook = (id: Id) => post<{ ok: boolean; status?: number; error?: string }>(`/webhooks/${id}/test`);
export const replayWebhook = (id: Id, after: string | null) => post<undefined>(`/webhooks/${id}/replay`, { after });
export const listDeliveries = (id: Id, after: string | null) => get<Page<WebhookDelivery>>(`/webhooks/${id}/deliveries`, { after, limit: 50 });
export const listAudit = (after: string | null) => get<Page<AuditEntry>>("/audit", { after, limit: 50 });
