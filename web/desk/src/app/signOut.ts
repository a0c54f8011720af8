import { api, unwrap } from "@/lib/http";
import { queryClient } from "@/lib/query";

/** Ends the session and forgets everything that was loaded; drafts on this device stay. */
export async function signOut(): Promise<void> {
  await unwrap(api.DELETE("/api/v1/session"));
  queryClient.clear();
  location.assign("/login");
}
