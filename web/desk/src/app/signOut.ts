import { remove } from "@/lib/http";
import { queryClient } from "@/lib/query";

/** Ends the session and forgets everything that was loaded; drafts on this device stay. */
export async function signOut(): Promise<void> {
  await remove("/session");
  queryClient.clear();
  location.assign("/login");
}
