import { Toasts } from "@parley/ui/Toasts";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";

import { i18n, t } from "@/lib/i18n/catalogue";
import { queryClient } from "@/lib/query";
import { useStore } from "@/lib/store";

import { router } from "./router";

/** The whole desk. A change of language draws everything anew. */
export function App() {
  const { locale } = useStore(i18n);
  return (
    <QueryClientProvider client={queryClient} key={locale}>
      <RouterProvider router={router} />
      <Toasts label={t("toast.region")} closeLabel={t("action.dismiss")} />
    </QueryClientProvider>
  );
}
