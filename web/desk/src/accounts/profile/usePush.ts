import { useEffect, useState } from "react";

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
      });
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
