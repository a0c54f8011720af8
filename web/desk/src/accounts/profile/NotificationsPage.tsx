import type { EventName, Me } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { CheckField, TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import type { ReactNode } from "react";

import { changeDevice, device } from "@/lib/device";
import { formatLocale } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";
import { Page, Part } from "@/lib/settings/Page";
import { useStore } from "@/lib/store";

import styles from "./Security.module.css";
import { explainPush, usePush } from "./usePush";
import { useMe } from "./useMe";

const EVENTS = ["assigned", "mentioned", "reply_in_mine", "unassigned_new", "sla", "failed", "direct_message", "alert"] as const satisfies EventName[];
const MONDAY = Date.UTC(2024, 0, 1);

/** The short names of the days, Monday first. */
export function listDays(): string[] {
  const format = new Intl.DateTimeFormat(formatLocale(), { weekday: "short", timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, day) => format.format(MONDAY + day * 86_400_000));
}

function Quiet({ me }: { me: Me }) {
  const t = useT();
  const { change } = useMe();
  const { quiet } = me.notifications;
  const set = (part: Partial<typeof quiet>) => change.mutate({ notifications: { quiet: part } });
  return (
    <div className="stack">
      <CheckField as="switch" label={t("notify.quiet")} hint={t("notify.quiet_hint")} checked={quiet.on} onChange={(event) => set({ on: event.target.checked })} />
      {quiet.on && (
        <>
          <div className={styles.times}>
            <TextField type="time" label={t("notify.from")} value={quiet.from} onChange={(event) => event.target.value !== "" && set({ from: event.target.value })} />
            <TextField type="time" label={t("notify.until")} value={quiet.to} onChange={(event) => event.target.value !== "" && set({ to: event.target.value })} />
          </div>
          <div className={styles.days} role="group" aria-label={t("notify.days")}>
            {listDays().map((name, day) => (
              <button
                key={name}
                type="button"
                className={styles.day}
                aria-pressed={quiet.days.includes(day)}
                onClick={() => set({ days: quiet.days.includes(day) ? quiet.days.filter((one) => one !== day) : [...quiet.days, day].sort((a, b) => a - b) })}
              >
                {name}
              </button>
            ))}
          </div>
        </>
      )}
    </div>
  );
}

function Ways({ me }: { me: Me }) {
  const t = useT();
  const { change } = useMe();
  const { sound } = useStore(device);
  const push = usePush();
  const { notifications: wishes } = me;
  return (
    <div className="stack">
      <CheckField as="switch" label={t("notify.desk")} checked={wishes.desk} onChange={(event) => change.mutate({ notifications: { desk: event.target.checked } })} />
      <CheckField
        as="switch"
        label={t("notify.sound")}
        hint={t("notify.sound_hint")}
        checked={wishes.sound && sound}
        onChange={(event) => {
          changeDevice({ sound: event.target.checked });
          if (event.target.checked && !wishes.sound) change.mutate({ notifications: { sound: true } });
        }}
      />
      <CheckField as="switch" label={t("notify.email")} hint={t("notify.email_hint")} checked={wishes.email} onChange={(event) => change.mutate({ notifications: { email: event.target.checked } })} />
      {push.state === "unsupported" ? (
        <Notice>{t("notify.push_unsupported")}</Notice>
      ) : push.state === "denied" ? (
        <Notice tone="amber">{t("notify.push_denied")}</Notice>
      ) : push.state === "on" ? (
        <CheckField as="switch" label={t("notify.push")} checked={wishes.push} onChange={(event) => change.mutate({ notifications: { push: event.target.checked } })} />
      ) : (
        <div>
          <Button
            busy={push.busy}
            onClick={() => void push.turnOn().then((done) => {
              if (done) change.mutate({ notifications: { push: true } });
            })}
          >
            {t("notify.push_on")}
          </Button>
          {push.error !== null && <Notice tone="red">{explainPush(push.error)}</Notice>}
        </div>
      )}
    </div>
  );
}

/** About what, by which way, and when not. */
export function NotificationsPage(): ReactNode {
  const t = useT();
  const { query, me, change } = useMe();
  return (
    <Page title={t("settings.notifications")} intro={t("notify.intro")}>
      <Loading query={query}>
        {me && (
          <>
            <Part title={t("notify.what")}>
              <div className="stack">
                {EVENTS.map((name) => (
                  <CheckField key={name} label={t(`notify.${name}`)} checked={me.notifications.events[name]} onChange={(event) => change.mutate({ notifications: { events: { [name]: event.target.checked } } })} />
                ))}
              </div>
            </Part>
            <Part title={t("notify.how")}>
              <Ways me={me} />
            </Part>
            <Part title={t("notify.when")}>
              <Quiet me={me} />
            </Part>
          </>
        )}
      </Loading>
    </Page>
  );
}
