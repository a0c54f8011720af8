import type { Sort, View } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { CheckField, TextField } from "@parley/ui/Field";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type SubmitEvent } from "react";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";

import { createView, removeView } from "../api";
import { toFilter, type Narrowing } from "./ListPane";

type SaveViewProps = { view: string; found: View | undefined; narrowing: Narrowing; sort: Sort; onClose: () => void };

/** Keeps what is shown now under a name. */
export function SaveView({ found, narrowing, sort, onClose }: SaveViewProps) {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayShare = useMay("settings:write");
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const save = useMutation({
    mutationFn: () => createView({ name: name.trim(), shared, filter: { ...found?.filter, ...toFilter(narrowing) }, sort }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: keys.views });
      onClose();
      void navigate({ to: "/inbox/$view", params: { view: id } });
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name.trim() !== "") save.mutate();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="s"
      title={t("view.save")}
      intro={t("view.save_intro")}
      closeLabel={t("action.close_dialog")}
      footer={
        <Button tone="primary" type="submit" form="save-view" busy={save.isPending} disabled={name.trim() === ""}>
          {t("action.save")}
        </Button>
      }
    >
      <form id="save-view" onSubmit={submit} className="stack">
        <TextField label={t("field.name")} value={name} maxLength={60} onChange={(event) => setName(event.target.value)} error={save.error ? (fieldError(save.error, "name") ?? explain(save.error)) : undefined} />
        {mayShare && <CheckField label={t("view.shared")} hint={t("view.shared_hint")} checked={shared} onChange={(event) => setShared(event.target.checked)} />}
      </form>
    </Dialog>
  );
}

/** Removes a saved view, with a way back. */
export function useRemoveView(): (view: View) => void {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  return (view) => {
    void (async () => {
      try {
        if (view.id === null) return;
        await removeView(view.id);
        await navigate({ to: "/inbox/$view", params: { view: "mine" } });
        await client.invalidateQueries({ queryKey: keys.views });
        const again = () => void createView({ name: view.name, shared: view.shared, filter: view.filter, sort: view.sort }).then(() => client.invalidateQueries({ queryKey: keys.views }));
        toast({ text: t("view.removed", { name: view.name }), action: { label: t("action.undo"), run: again } });
      } catch (error) {
        toast({ tone: "red", text: explain(error) });
      }
    })();
  };
}
