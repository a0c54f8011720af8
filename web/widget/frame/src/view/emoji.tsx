/** The emoji picker, fetched when it is first opened. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "../i18n";
import type { Key } from "../i18n";
import "../styles/emoji.css";

const GROUPS: readonly (readonly [Key, string])[] = [
  [
    "emoji_people",
    "😀 😃 😄 😁 😆 😅 😂 🤣 😊 😇 🙂 🙃 😉 😌 😍 🥰 😘 😋 😛 😜 🤪 🤨 🧐 🤓 😎 🤩 🥳 😏 😒 😞 😔 😟 😕 🙁 😣 😖 😫 😩 🥺 😢 😭 😤 😠 😡 🤯 😳 🥵 🥶 😱 😨 😰 😥 😓 🤗 🤔 🤭 🤫 😶 😐 😑 😬 🙄 😯 😮 😲 🥱 😴 😪 😵 🤐 🤢 🤧 😷 🤒 🤕 😈 💩 👻 👽 🤖 👋 🤚 ✋ 👌 🤏 ✌️ 🤞 🤟 👈 👉 👆 👇 ☝️ 👍 👎 ✊ 👊 👏 🙌 🤝 🙏 💪 👀 👶 👧 👦 👩 👨 👵 👴 🙋 🙆 🙅 🤷 🤦 💁 💃 🕺",
  ],
  [
    "emoji_nature",
    "🐶 🐱 🐭 🐹 🐰 🦊 🐻 🐼 🐨 🐯 🦁 🐮 🐷 🐸 🐵 🐔 🐧 🐦 🦆 🦉 🐴 🦄 🐝 🦋 🐌 🐞 🐢 🐍 🐙 🐠 🐬 🐳 🌵 🌲 🌳 🌴 🌱 🌿 🍀 🍁 🍂 🌷 🌹 🌻 🌸 🌼 🌞 🌙 ⭐ 🌟 ⚡ 🔥 🌈 ☀️ ⛅ ☁️ 🌧️ ❄️ ⛄ 💧 🌊",
  ],
  [
    "emoji_food",
    "🍏 🍎 🍐 🍊 🍋 🍌 🍉 🍇 🍓 🍒 🍑 🥭 🍍 🥥 🥝 🍅 🥑 🥦 🥕 🌽 🥔 🍞 🥐 🥨 🧀 🥚 🍳 🥞 🥓 🍗 🍔 🍟 🍕 🌭 🥪 🌮 🌯 🥗 🍝 🍜 🍲 🍣 🍱 🥟 🍚 🍦 🍰 🎂 🧁 🍫 🍬 🍭 🍪 🍩 ☕ 🍵 🥤 🍺 🍷 🥂",
  ],
  [
    "emoji_activity",
    "⚽ 🏀 🏈 ⚾ 🎾 🏐 🏉 🎱 🏓 🏸 🥊 ⛳ 🏹 🎣 🎿 🏂 🏋️ 🚴 🏊 🧘 🏆 🥇 🥈 🥉 🎨 🎬 🎤 🎧 🎸 🎹 🥁 🎲 🎯 🎮 🧩 🎉 🎊 🎁 🎈",
  ],
  [
    "emoji_travel",
    "🚗 🚕 🚌 🚑 🚒 🚚 🚛 🚲 🛵 🚂 🚆 ✈️ 🚀 🚁 ⛵ 🚢 ⚓ 🚦 🗺️ 🏠 🏡 🏢 🏬 🏥 🏦 🏨 🏖️ 🏔️ 🌍 🌎 🌏 ⛺ 🌃 🌅 ⏰ ⌛",
  ],
  [
    "emoji_object",
    "❤️ 🧡 💛 💚 💙 💜 🖤 🤍 💔 💕 💯 ✅ ❌ ❓ ❗ ⚠️ ➕ ➖ 💬 💭 💤 🔔 📌 📍 📦 📫 📧 📞 📱 💻 🖨️ 📷 💡 🔦 🔋 🔌 🔧 🔨 🔩 🧰 🔑 🔒 ✂️ 📎 📏 📅 📈 📝 📚 💰 💳 🧾 🛒 🛍️ 👕 👖 👗 👟 👠 🧢 👓 💍 🎒 🧸 🪑 🛏️ 🛁",
  ],
];

const RECENT = "parley:emoji";
const COLUMNS = 8;

function readRecent(): string[] {
  try {
    return (localStorage.getItem(RECENT) ?? "").split(" ").filter(Boolean);
  } catch {
    return [];
  }
}

function remember(character: string): void {
  try {
    const rest = readRecent().filter((other) => other !== character);
    localStorage.setItem(RECENT, [character, ...rest].slice(0, 2 * COLUMNS).join(" "));
  } catch {
    // Without a storage there are no recent ones.
  }
}

interface Props {
  onPick: (character: string) => void;
  onClose: () => void;
}

export default function EmojiPicker({ onPick, onClose }: Props): VNode {
  const [recent] = useState(readRecent);
  const root = useRef<HTMLDivElement>(null);
  const groups = recent.length ? [["emoji_recent", recent.join(" ")] as const, ...GROUPS] : GROUPS;

  useEffect(() => {
    root.current?.querySelector<HTMLElement>(".emoji-grid button")?.focus({ preventScroll: true });
  }, []);

  function key(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
      return;
    }
    const rtl = document.documentElement.dir === "rtl" ? -1 : 1;
    const step = { ArrowRight: rtl, ArrowLeft: -rtl, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    if (!step) return;
    const all = [...(root.current?.querySelectorAll<HTMLElement>(".emoji-grid button") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    all[Math.max(0, Math.min(all.length - 1, at + step))]?.focus();
    event.preventDefault();
  }

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrow keys move between the buttons inside
    <div class="emoji" ref={root} role="group" aria-label={t("emoji")} onKeyDown={key}>
      {groups.map(([name, characters]) => (
        <section key={name} aria-label={t(name)}>
          <h2>{t(name)}</h2>
          <div class="emoji-grid">
            {characters.split(" ").map((character, at) => (
              <button
                key={character}
                type="button"
                tabIndex={at === 0 ? 0 : -1}
                onClick={() => {
                  remember(character);
                  onPick(character);
                }}
              >
                {character}
              </button>
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
