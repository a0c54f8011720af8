export type Identity = "node" | "php" | "python";

type Look = { origin: string; key: string; colour: string; position: "start" | "end" };

/** The launcher is drawn before the channel's settings are known. */
function dress({ colour, position }: Look): string {
  return ` data-colour="${colour}"${position === "start" ? ' data-position="start"' : ""}`;
}

/** The one tag for any page. */
export function buildTag(look: Look): string {
  const { origin, key } = look;
  return `<script async src="${origin}/widget.js"${dress(look)} data-channel="${key}"></script>`;
}

/** For theme.liquid of a Shopify theme; customers who are signed in are signed with the secret kept in a theme-app setting. Liquid has no escapes: line breaks are typed. */
export function buildShopify(look: Look): string {
  const { origin, key } = look;
  return `{%- comment -%} Online Store → Themes → Edit code → theme.liquid, before </body> {%- endcomment -%}
{%- if customer -%}
  {%- assign parley_until = 'now' | date: '%s' | plus: 86400 -%}
  {%- capture parley_line -%}v1
{{ customer.id }}
{{ customer.email | downcase }}
{{ customer.name }}
{{ parley_until }}{%- endcapture -%}
  <script async src="${origin}/widget.js"${dress(look)}
    data-channel="${key}"
    data-language="{{ request.locale.iso_code }}"
    data-customer-id="{{ customer.id }}"
    data-customer-email="{{ customer.email | downcase }}"
    data-customer-name="{{ customer.name | escape }}"
    data-customer-expires="{{ parley_until }}"
    data-customer-signature="{{ parley_line | hmac_sha256: settings.parley_identity_secret }}"></script>
{%- else -%}
  <script async src="${origin}/widget.js"${dress(look)} data-channel="${key}" data-language="{{ request.locale.iso_code }}"></script>
{%- endif -%}`;
}

/** A small plug-in file for WooCommerce. */
export function buildWooCommerce(look: Look): string {
  const { origin, key } = look;
  return `<?php
/* Plugin Name: Parley chat. Put this file into wp-content/plugins/parley/ and PARLEY_IDENTITY_SECRET into wp-config.php. */
add_action('wp_footer', function () {
    $attributes = ['data-channel' => '${key}', 'data-language' => get_bloginfo('language')];
    $user = wp_get_current_user();
    if ($user->ID && defined('PARLEY_IDENTITY_SECRET')) {
        $id = (string) $user->ID;
        $email = strtolower($user->user_email);
        $name = $user->display_name;
        $expires = (string) (time() + 86400);
        $signature = hash_hmac('sha256', implode("\\n", ['v1', $id, $email, $name, $expires]), PARLEY_IDENTITY_SECRET);
        $attributes += ['data-customer-id' => $id, 'data-customer-email' => $email, 'data-customer-name' => $name,
            'data-customer-expires' => $expires, 'data-customer-signature' => $signature];
    }
    $text = '';
    foreach ($attributes as $attribute => $value) {
        $text .= ' ' . $attribute . '="' . esc_attr($value) . '"';
    }
    echo '<script async src="${origin}/widget.js"${dress(look)}' . $text . '></script>';
});`;
}

/** How a server signs who is logged in: HMAC-SHA256 over five lines, see docs/widget.md. */
export function buildIdentity(language: Identity): string {
  if (language === "node") {
    return `import { createHmac } from "node:crypto";

export function signCustomer({ id, email = "", name = "" }, secret = process.env.PARLEY_IDENTITY_SECRET) {
  const expires = Math.floor(Date.now() / 1000) + 86400;
  const line = ["v1", id, email.toLowerCase(), name, expires].join("\\n");
  return { id, email, name, expires, signature: createHmac("sha256", secret).update(line, "utf8").digest("hex") };
}`;
  }
  if (language === "php") {
    return `<?php
function parley_sign_customer(string $id, string $email = '', string $name = ''): array {
    $expires = time() + 86400;
    $line = implode("\\n", ['v1', $id, strtolower($email), $name, $expires]);
    $signature = hash_hmac('sha256', $line, getenv('PARLEY_IDENTITY_SECRET'));
    return compact('id', 'email', 'name', 'expires', 'signature');
}`;
  }
  return `import hashlib, hmac, os, time

def sign_customer(id: str, email: str = "", name: str = "") -> dict:
    expires = int(time.time()) + 86400
    line = "\\n".join(["v1", id, email.lower(), name, str(expires)])
    secret = os.environ["PARLEY_IDENTITY_SECRET"].encode()
    signature = hmac.new(secret, line.encode(), hashlib.sha256).hexdigest()
    return {"id": id, "email": email, "name": name, "expires": expires, "signature": signature}`;
}

/** How the page hands the signed customer over. */
export function buildIdentify(): string {
  return `window.parley = window.parley || function () { (parley.q = parley.q || []).push(arguments) };
parley("identify", signedCustomer);`;
}
