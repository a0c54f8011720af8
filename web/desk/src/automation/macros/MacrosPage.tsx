import type { MacroRow } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { SelectField, TextField } from "@parley/ui/Field";
import { MenuItem } from "@parley/ui/Menu";
import { toast } from "@parley/ui/Toasts";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy, Plus, Zap } from "lucide-react";
import { useDeferredValue, useState, type ReactNode } from "react";

import { sayAct } from "@/lib/acts/sayAct";
import { useSources } from "@/lib/acts/useSources";
import { useMay, useTeams } from "@/lib/directory";
import { formatLanguage, formatList } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";

import { archiveMacro, changeMacro, duplicateMacro, listFolders, listMacros } from "./api";
import { MacroDialog } from "./MacroDialog";
import styles from "./Macros.module.css";

const ALL = "\u0000";

function useMacroActs() {
  const t = useT();
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: keys.settings("macros") });
  const fail = (error: unknown) => toast({ tone: "red", text: explain(error) });
  const restore = useMutation({ mutationFn: (id: string) => changeMacro(id, { archived: false }), onSuccess: refresh, onError: fail });
  const archive = useMutation({
    mutationFn: (one: MacroRow) => archiveMacro(one.id),
    onSuccess: (_, one) => {
      toast({ text: t("macros.archived", { name: one.name }), action: { label: t("action.undo"), run: () => restore.mutate(one.id) } });
      return refresh();
    },
    onError: fail,
  });
  const copy = useMutation({ mutationFn: (one: MacroRow) => duplicateMacro(one.id), onSuccess: refresh, onError: fail });
  return { archive, copy };
}

function Marks({ macro }: { macro: MacroRow }) {
  const t = useT();
  const { byId } = useTeams();
  return (
    <>
      {macro.shortcut !== null && <Chip size="s">{`/${macro.shortcut}`}</Chip>}
      {macro.mine && <Chip size="s">{t("macros.mine")}</Chip>}
      {macro.team_id !== null && <Chip size="s">{byId.get(macro.team_id)?.name ?? t("macros.team")}</Chip>}
    </>
  );
}

function Line({ macro, onEdit }: { macro: MacroRow; onEdit: () => void }) {
  const t = useT();
  const sources = useSources();
  const mayWrite = useMay("macros:write");
  const { archive, copy } = useMacroActs();
  const does = macro.acts.map((act) => sayAct(act, sources));
  const facts = [t("macros.uses", { count: macro.uses }), ...(macro.languages.length > 0 ? [formatList(macro.languages.map(formatLanguage))] : []), ...does];
  return (
    <Record
      icon={<Zap />}
      title={macro.name}
      marks={<Marks macro={macro} />}
      meta={
        <>
          {macro.excerpt !== "" && <span className={styles.excerpt}>{macro.excerpt}</span>}
          <span>{facts.join(" · ")}</span>
        </>
      }
      actions={
        mayWrite && (
          <RecordActions name={macro.name} onEdit={macro.may_change ? onEdit : undefined} onRemove={macro.may_change ? () => archive.mutate(macro) : undefined} warning={t("macros.archive_hint")}>
            <MenuItem icon={<Copy />} onSelect={() => copy.mutate(macro)}>
              {t("action.duplicate")}
            </MenuItem>
          </RecordActions>
        )
      }
    />
  );
}

/** What is answered again and again: found, written, copied and put away. */
export function MacrosPage(): ReactNode {
  const t = useT();
  const mayWrite = useMay("macros:write");
  const [typed, setTyped] = useState("");
  const [folder, setFolder] = useState(ALL);
  const [open, setOpen] = useState<string | null>(null);
  const q = useDeferredValue(typed.trim());
  const filter = { ...(q !== "" && { q }), ...(folder !== ALL && { folder }) };
  const list = useInfiniteQuery({
    queryKey: keys.settings("macros", "page", q, folder),
    queryFn: ({ pageParam }) => listMacros(filter, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
  const folders = useQuery({ queryKey: keys.settings("macros", "folders"), queryFn: listFolders });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const searching = q !== "" || folder !== ALL;
  const add = mayWrite && (
    <Button tone="primary" icon={<Plus />} onClick={() => setOpen("new")}>
      {t("macros.new")}
    </Button>
  );
  return (
    <Page title={t("settings.macros")} intro={t("macros.intro")} action={add}>
      <div className={styles.filters}>
        <TextField label={t("macros.search")} hideLabel placeholder={t("macros.search")} type="search" value={typed} onChange={(event) => setTyped(event.target.value)} fieldClass={styles.search ?? ""} />
        <SelectField label={t("macros.folder")} hideLabel value={folder} onChange={(event) => setFolder(event.target.value)}>
          <option value={ALL}>{t("macros.all_folders")}</option>
          {folders.data?.items.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name === "" ? t("macros.no_folder") : one.name}
            </option>
          ))}
        </SelectField>
      </div>
      <Loading query={list}>
        {items.length === 0 ? (
          <Empty icon={<Zap />} title={t(searching ? "macros.none" : "macros.empty_title")} action={searching ? undefined : add}>
            {searching ? "" : t("macros.empty")}
          </Empty>
        ) : (
          <RecordList label={t("settings.macros")}>
            {items.map((one) => (
              <Line key={one.id} macro={one} onEdit={() => setOpen(one.id)} />
            ))}
          </RecordList>
        )}
        {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t("macros.more")}</Button>}
      </Loading>
      {open !== null && <MacroDialog id={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </Page>
  );
}
