import { useEffect, useState } from "react";

import { t } from "@/lib/i18n/catalogue";
import { explain } from "@/lib/problem";

import { addPushSubscription, getPushKey } from "../api";

export type PushState = "unsupported" | "denied" | "off" | "on";

const WORKER = "/desk-worker.js";

function canPush(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

function decodeKey(key: string): Uint8Array<ArrayBuffer> {
  const binary = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (sign) => sign.charCodeAt(0));
}

/** Why it could not be switched on: what the server said, or that the browser itself does not do it (private windows, no push service). */
export function explainPush(error: unknown): string {
  const own = error instanceof DOMException || error instanceof TypeError;
  return own ? t("notify.push_refused") : explain(error);
}

/** Whether this browser tells about things while the desk is closed, and the way to switch that on. */
export function usePush() {
  const [state, setState] = useState<PushState>(() => (!canPush() ? "unsupported" : Notification.permission === "denied" ? "denied" : "off"));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (!canPush()) return;
    void navigator.serviceWorker
      .getRegistration(WORKER)
      .then((worker) => worker?.pushManager.getSubscription())
      .then((subscription) => {
        if (subscription) setState("on");
      })
      .catch(() => setState("unsupported"));
  }, []);

  async function turnOn(): Promise<boolean> {
    setBusy(true);
    setError(null);
    try {
      if ((await Notification.requestPermission()) !== "granted") {
        setState(Notification.permission === "denied" ? "denied" : "off");
        return false;
      }
      const worker = await navigator.serviceWorker.register(WORKER);
      const { key } = await getPushKey();
      const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: decodeKey(key) });
      const { endpoint = "", keys = {}, expirationTime = null } = subscription.toJSON();
      await addPushSubscription({ endpoint, keys: { p256dh: keys.p256dh ?? "", auth: keys.auth ?? "" }, expirationTime });
      setState("on");
      return true;
    } catch (failure) {
      setError(failure);
      return false;
    } finally {
      setBusy(false);
    }
  }

  return { state, busy, error, turnOn };
}
