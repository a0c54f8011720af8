import type { ChannelKind, ManifestField } from "@parley/client/types";

import { listSaying as listSayingAll, PluginForm, type PluginFormProps, type Values } from "@/lib/settings/PluginForm";

/** Whether a field means anything with the other values as they are. */
export function isShown(field: ManifestField, values: Values): boolean {
  if (field.group === "oauth") return values.sign_in === "oauth" && field.name !== "oauth_refresh_token";
  if (field.name === "password") return values.sign_in !== "oauth";
  if (["imap_host", "imap_port", "imap_security"].includes(field.name)) return values.provider === "other" || values.imap_host !== "";
  return true;
}

/** The fields of a channel that say themselves what the server finds wrong with them. */
export function listSaying(kind: ChannelKind, values: Values): string[] {
  return listSayingAll(kind, values, isShown);
}

/** The form of a channel's settings: what the other values leave without a meaning is not asked for. */
export function SettingsForm(props: Omit<PluginFormProps, "shows">) {
  return <PluginForm {...props} shows={isShown} />;
}
