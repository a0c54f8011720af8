import { TooltipRoom } from "@parley/ui/Tooltip";
import { Toasts } from "@parley/ui/Toasts";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Direction } from "radix-ui";

import { i18n, t } from "@/lib/i18n/catalogue";
import { queryClient } from "@/lib/query";
import { useStore } from "@/lib/store";

import { router } from "./router";

/** The whole desk. A change of language draws everything anew. */
export function App() {
  const { locale } = useStore(i18n);
  return (
    <Direction.Provider dir={document.documentElement.dir === "rtl" ? "rtl" : "ltr"} key={locale}>
      <QueryClientProvider client={queryClient}>
        <TooltipRoom>
          <RouterProvider router={router} />
          <Toasts label={t("toast.region")} closeLabel={t("action.dismiss")} />
        </TooltipRoom>
      </QueryClientProvider>
    </Direction.Provider>
  );
}
